/* main.c - the program: its words are the room command's. */
#include "command/command.h"
#include <stdio.h>
#include <unistd.h>

/* All files are closed by then: what libraries do at the end of a process would cost more than a small command does. */
int main(int argc, char **argv) {
    int status = dt_command(argc, argv);
    fflush(NULL);
    _exit(status);
}
