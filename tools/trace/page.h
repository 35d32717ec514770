/* SPDX-License-Identifier: MIT */
/* The page of format html, made of page/ when pihook is built: what is written around the trace. */
#ifndef PIHOOK_TRACE_PAGE_H
#define PIHOOK_TRACE_PAGE_H

extern const char page_before[], page_after[];

#endif
