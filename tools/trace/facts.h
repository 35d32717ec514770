/* SPDX-License-Identifier: MIT */
/*
 * What viewers show beside a slice: named numbers, strings and stacks, the same in all formats
 * that can show them.
 */
#ifndef PIHOOK_TRACE_FACTS_H
#define PIHOOK_TRACE_FACTS_H

#include "trace/labels.h"

enum { FACTS_MAX = 20, FACT_TEXTS = 8 };

enum fact_type { FACT_STRING, FACT_NUMBER, FACT_TRUE, FACT_STACK };

struct fact {
    const char *key;
    enum fact_type type;
    union {
        const char *string; /* lives as long as the facts and the model */
        int64_t number;
        uint32_t stack; /* of the model, not 0 */
    };
};

/* What is not known is left out. */
struct facts {
    struct fact items[FACTS_MAX];
    unsigned count, text_count;
    char texts[FACT_TEXTS][LABEL_BYTES];
};

void facts_of_slice(struct facts *facts, const struct model *model, const struct slice *slice);

/* A hold of a lock or of the GIL, and the wait that it began with, or NULL. */
void facts_of_hold(struct facts *facts, const struct model *model, const struct model_hold *hold,
                   const struct model_wait *wait);

void facts_of_thread(struct facts *facts, const struct model *model, uint32_t thread);
void facts_of_process(struct facts *facts, const struct model *model, uint32_t process);
void facts_of_moment(struct facts *facts, const struct model *model,
                     const struct model_moment *moment);

#endif
