/* SPDX-License-Identifier: MIT */
/* Programs that this one starts. */
#ifndef PIHOOK_PRELOAD_CHILDREN_H
#define PIHOOK_PRELOAD_CHILDREN_H

/* They run without the library: it goes out of LD_PRELOAD.  At start, with one thread. */
void children_leave_alone(void);

#endif
