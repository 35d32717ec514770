/* SPDX-License-Identifier: MIT */
/*
 * Becomes a process with more rights than its user, then loads the library named: the
 * system's loader itself leaves a preloaded library out of such a process.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    if (count != 2 || setreuid(65534, (uid_t)-1) != 0) {
        perror("setreuid");
        return 2;
    }
    if (dlopen(arguments[1], RTLD_NOW) == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 2;
    }
    return 0;
}
