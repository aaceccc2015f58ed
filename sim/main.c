/* main.c - the program: its words are the room command's. */
#include "command/command.h"

int main(int argc, char **argv) { return dt_command(argc, argv); }
