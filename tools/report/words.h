/* SPDX-License-Identifier: MIT */
/* Parts of a finding in words, without addresses: for formats that show them one by one. */
#ifndef PIHOOK_REPORT_WORDS_H
#define PIHOOK_REPORT_WORDS_H

#include "report/record.h"

/* All strings live in the pool. */

/* `M1: mutex "queue", initialised at queue_new queue.c:3 (server)` */
const char *lock_in_words(struct pool *pool, const struct finding *finding, unsigned lock);

/* `thread worker (1240)` */
const char *thread_in_words(struct pool *pool, const struct finding_thread *thread);

/* `acquires M1 for reading`, or with what else it is about: `joins thread worker (12)` */
const char *act_in_words(struct pool *pool, const struct finding_step *step);

/* `thread worker (1240) acquires M1 while holding M2`; of more locks held, how many. */
const char *step_in_words(struct pool *pool, const struct finding_step *step);

#endif
