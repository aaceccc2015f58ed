/* command.h - the command line of dtsim: its commands, their options, and what each of them does. */
#ifndef DT_COMMAND_COMMAND_H
#define DT_COMMAND_COMMAND_H

/* Do what the words of main ask for, with its messages, and return the exit status.  Once in a process. */
int dt_command(int argc, char **argv);

#endif
