/* SPDX-License-Identifier: MIT */
/* Makes a trace file of a script (script.h): write_trace SCRIPT FILE, `-` is standard input. */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **arguments)
{
    static char script[1 << 24];
    FILE *from;
    size_t length;

    if (count != 3) {
        fputs("usage: write_trace SCRIPT FILE\n", stderr);
        return 2;
    }
    from = strcmp(arguments[1], "-") != 0 ? fopen(arguments[1], "re") : stdin;
    if (from == NULL) {
        perror(arguments[1]);
        return 1;
    }
    length = fread(script, 1, sizeof script - 1, from);
    script[length] = '\0';
    trace_script_file(arguments[2], script);
    return 0;
}
