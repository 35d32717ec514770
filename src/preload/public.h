/* SPDX-License-Identifier: MIT */
/* The mark of a function that leaves the library; each is listed in exported.def. */
#ifndef PIHOOK_PRELOAD_PUBLIC_H
#define PIHOOK_PRELOAD_PUBLIC_H

#define PIHOOK_EXPORT __attribute__((visibility("default")))

/* After the declaration of another name for an exported function of the same file. */
#define ALIAS_OF(name) __attribute__((alias(#name), copy(name), visibility("default")))

#endif
