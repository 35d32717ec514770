/* SPDX-License-Identifier: MIT */
/* Names of source files, as debug information tells them. */
#ifndef PIHOOK_REPORT_SOURCE_FILE_H
#define PIHOOK_REPORT_SOURCE_FILE_H

#include <limits.h>

/*
 * The file, which a relative name finds from `folder` (where the compiler ran), without "." and
 * "..".  It stays as it is where the folder is relative.  "" when it is too long.
 */
void source_file_whole(const char *folder, const char *file, char whole[PATH_MAX]);

#endif
