/* SPDX-License-Identifier: MIT */
/* Start-up of the library. */
#ifndef PIHOOK_PRELOAD_INIT_H
#define PIHOOK_PRELOAD_INIT_H

#include <stdbool.h>

/* Is pihook switched on in this process?  False before the constructor and with PIHOOK_DISABLE. */
bool init_is_on(void);

#endif
