/* SPDX-License-Identifier: MIT */
/* What packets refer to by number: told once, in a packet of its own before the first use. */
#ifndef PIHOOK_TRACE_PERFETTO_INTERNING_H
#define PIHOOK_TRACE_PERFETTO_INTERNING_H

#include "trace/perfetto_writer.h"

void perfetto_interning_begin(struct perfetto *perfetto);
void perfetto_interning_end(struct perfetto *perfetto);

/* Each returns the number, never 0. */
uint64_t perfetto_category(struct perfetto *perfetto, const char *category);
uint64_t perfetto_name(struct perfetto *perfetto, const char *name);
uint64_t perfetto_key(struct perfetto *perfetto, const char *key);
uint64_t perfetto_value(struct perfetto *perfetto, const char *value);

/* Numbers of the model, not 0, are the numbers in the packets. */
void perfetto_place(struct perfetto *perfetto, uint32_t place);
void perfetto_stack(struct perfetto *perfetto, uint32_t stack);

/* perfetto_writer.c: a packet that belongs to the sequence, and refers to what was told in it. */
void perfetto_packet(struct perfetto *perfetto, Perfetto__Protos__TracePacket *packet);

#endif
