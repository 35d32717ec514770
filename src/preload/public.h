/* SPDX-License-Identifier: MIT */
/* The mark of a function that leaves the library; each is listed in exported.def. */
#ifndef PIHOOK_PRELOAD_PUBLIC_H
#define PIHOOK_PRELOAD_PUBLIC_H

#define PIHOOK_EXPORT __attribute__((visibility("default")))

#endif
