/* SPDX-License-Identifier: MIT */
/* Findings of the lock checker as data for the report.  Called from its slow path. */
#include "locks/draft.h"

#include "base/memory.h"
#include "locks/import_lock.h"
#include "locks/known.h"
#include "report/place.h"

#include <string.h>

/* Beyond that many locks the same lock may be listed twice: looking costs too much. */
enum { LOCKS_COMPARED = 512 };

struct draft *draft_new(struct draft **list, const char *rule, enum level level, unsigned steps,
                        unsigned locks)
{
    size_t bytes = sizeof(struct draft) + steps * sizeof(struct finding_step) +
                   locks * (sizeof(struct finding_lock) + sizeof(struct finding_held));
    struct draft *draft = memory_take(bytes);

    if (draft == NULL)
        return NULL;
    draft->bytes = bytes;
    draft->finding = (struct finding){.rule = rule, .level = level, .details = ""};
    draft->sentence = text_in(draft->sentence_bytes, sizeof draft->sentence_bytes);
    draft->steps = (void *)(draft + 1);
    draft->locks = (void *)(draft->steps + steps);
    draft->held = (void *)(draft->locks + locks);
    draft->room_steps = steps;
    draft->room_locks = locks;
    draft->room_held = locks;
    draft->finding.sentence = draft->sentence_bytes;
    draft->finding.steps = draft->steps;
    draft->finding.locks = draft->locks;
    draft->next = *list;
    *list = draft;
    return draft;
}

static unsigned find_lock(const struct draft *draft, const void *address)
{
    unsigned count = draft->finding.lock_count;
    unsigned first = count > LOCKS_COMPARED ? count - LOCKS_COMPARED : 0;

    for (unsigned i = count; i-- > first;)
        if (draft->locks[i].address == address)
            return i;
    return count;
}

/* A class that is told in words where it is no place in the code. */
static void describe_class(struct finding_lock *found, uint32_t lock_class)
{
    static const char *const ORIGINS[] = {[ORIGIN_UNKNOWN] = "",
                                          [ORIGIN_INITIALISED] = "initialised",
                                          [ORIGIN_STATIC] = "static",
                                          [ORIGIN_ACQUIRED] = "first seen",
                                          [ORIGIN_CREATED] = "created"};
    struct lock_class class = class_at(lock_class);

    found->origin = ORIGINS[class.origin];
    found->created = place_of_frame(class.address);
    if (class.origin == ORIGIN_STATIC)
        found->created = (struct place){.address = found->address, .is_data = true};
}

unsigned draft_lock(struct draft *draft, const struct lock_request *lock)
{
    unsigned index = find_lock(draft, lock->address);

    if (index < draft->finding.lock_count)
        return index;
    if (index == draft->room_locks)
        return index - 1;
    uint32_t lock_class = known_class(lock);
    draft->locks[index] =
        (struct finding_lock){.kind = lock_kind_name(lock->kind),
                              .address = lock->address,
                              .name = lock->kind == LOCK_IMPORT ? import_lock_name(lock->address)
                                                                : known_name(lock->address)};
    if (lock_is_of_script(lock->kind))
        draft->locks[index].assigned = known_assigned(lock_class);
    describe_class(&draft->locks[index], lock_class);
    draft->finding.lock_count++;
    return index;
}

void draft_add_lock(struct draft *draft, unsigned lock)
{
    text_join(&draft->sentence, draft->locks[lock].kind, " M", NULL);
    text_add_int(&draft->sentence, lock + 1);
}

struct finding_step *draft_step(struct draft *draft, pid_t tid, const char *name, const char *verb)
{
    struct finding_step *step = &draft->steps[draft->finding.step_count];

    if (draft->finding.step_count + 1 < draft->room_steps)
        draft->finding.step_count++;
    else
        draft->finding.step_count = draft->room_steps;
    *step = (struct finding_step){.thread = {.tid = tid, .name = name},
                                  .verb = verb,
                                  .lock = -1,
                                  .note = "",
                                  .held = draft->held};
    return step;
}

void draft_holds(struct draft *draft, struct finding_step *step, const struct lock_request *lock)
{
    unsigned index = draft_lock(draft, lock);

    for (unsigned i = 0; i < step->held_count; i++)
        if (step->held[i].lock == index)
            return;
    if (draft->room_held == 0)
        return;
    draft->room_held--;
    *draft->held++ = (struct finding_held){
        .lock = index, .read = lock->mode == LOCK_READ, .at = place_of_frame(lock->place)};
    step->held_count++;
}

void draft_holds_all(struct draft *draft, struct finding_step *step, const struct thread *thread,
                     unsigned most)
{
    const struct held *entry = __atomic_load_n(&thread->top, __ATOMIC_ACQUIRE);

    for (; held_is_entry(entry) && most > 0; entry--) {
        struct lock_request lock = held_request(entry);

        if (lock.address == NULL || entry->waited_for)
            continue;
        draft_holds(draft, step, &lock);
        most--;
    }
}

struct finding_step *draft_step_at(struct draft *draft, const struct occurrence *occurrence,
                                   const char *verb)
{
    struct finding_step *step = draft_step(draft, occurrence->tid, occurrence->thread_name, verb);

    step->lock = (int)draft_lock(draft, &occurrence->wanted);
    step->read = occurrence->wanted.mode == LOCK_READ;
    step->frames = stacks_frames(occurrence->stack, &step->frame_count);
    return step;
}

void draft_holds_then(struct draft *draft, struct finding_step *step,
                      const struct occurrence *occurrence)
{
    for (uint32_t i = 0; i < occurrence->listed; i++) {
        const struct occurrence_held *held = &occurrence->held[i];

        draft_holds(draft, step,
                    &(struct lock_request){.address = held->address,
                                           .id = held->id,
                                           .place = held->place,
                                           .kind = held->kind,
                                           .mode = held->mode});
    }
}

enum level draft_tell_all(struct draft *list)
{
    enum level worst = LEVEL_OFF;

    while (list != NULL) {
        struct draft *next = list->next;

        if (finding_tell(&list->finding) && list->finding.level > worst)
            worst = list->finding.level;
        memory_give(list, list->bytes);
        list = next;
    }
    return worst;
}

void draft_drop_all(struct draft *list)
{
    while (list != NULL) {
        struct draft *next = list->next;

        memory_give(list, list->bytes);
        list = next;
    }
}
