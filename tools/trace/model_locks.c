/* SPDX-License-Identifier: MIT */
/*
 * Waits and holds from the events of locks, conditions and the GIL.  A hold is looked for among
 * those of its lock, which are few: one, or the readers of a rwlock.
 */
#include "graph/vector.h"
#include "trace/model_names.h"
#include "trace/model_reader.h"

static bool is_gil(const struct trace_event *event)
{
    return event->kind >= TRACE_GIL_WAITS;
}

static struct model_waits *waits_of(struct reader *reader, bool gil)
{
    return gil ? &reader->model->gil_waits : &reader->model->waits;
}

static struct model_holds *holds_of(struct reader *reader, bool gil)
{
    return gil ? &reader->model->gil_holds : &reader->model->holds;
}

static uint32_t place_of(const struct reader *reader, const struct trace_event *event)
{
    return reader_number(reader, TRACE_PLACE, event->place);
}

/* ------------------------------------------------------------------------------ locks */

static uint8_t kind_of(const struct trace_event *event)
{
    if (is_gil(event))
        return LOCK_INTERPRETER;
    return event->lock <= LOCK_IMPORT && event->lock != LOCK_INTERPRETER ? event->lock : LOCK_MUTEX;
}

/* One of which the recorder knows no class comes from where it was first met. */
static uint32_t class_for(struct reader *reader, const struct trace_event *event)
{
    uint32_t lock_class = reader_number(reader, TRACE_CLASS, event->lock_class);
    uint32_t place = place_of(reader, event);

    if (lock_class != 0 || place == 0 || is_gil(event))
        return lock_class;
    return names_class(reader->model, ORIGIN_ACQUIRED, place, 0);
}

static uint32_t add_lock(struct reader *reader, uint64_t key, const struct trace_event *event)
{
    struct model *model = reader->model;
    uint32_t lock_class = class_for(reader, event);
    uint64_t name = map_get(&reader->names, is_gil(event) ? ~key : key);
    struct model_lock added = {.address = event->subject,
                               .process = reader->process,
                               .lock_class = lock_class,
                               .name = name > 0 ? (uint32_t)(name - 1) : 0,
                               .kind = kind_of(event)};
    struct model_class *of = &model->classes.items[lock_class];

    if (!of->used && !is_gil(event)) {
        of->kind = added.kind;
        of->used = true;
    }
    if (of->name == 0)
        of->name = added.name;
    VECTOR_ADD(&model->locks, added);
    VECTOR_ADD(&reader->holders, MODEL_NONE);
    reader_put(&reader->locks, key, (uint32_t)model->locks.count - 1);
    return (uint32_t)model->locks.count - 1;
}

/* A GIL is never found as another lock: its waits and holds stand in arrays of their own. */
static uint64_t key_of(struct reader *reader, const struct trace_event *event)
{
    uint64_t key =
        reader_lock_key(event->subject, reader_number(reader, TRACE_CLASS, event->lock_class));

    return is_gil(event) ? ~key : key;
}

static uint32_t lock_of(struct reader *reader, const struct trace_event *event)
{
    uint64_t key = key_of(reader, event), found = map_get(&reader->locks, key);

    if (found > 0)
        return (uint32_t)(found - 1);
    return add_lock(reader, key, event);
}

/* What comes at its address from now on is another one. */
static void end_lock(struct reader *reader, const struct trace_event *event)
{
    uint64_t key = key_of(reader, event), found = map_get(&reader->locks, key);

    if (found == 0)
        return;
    reader->model->locks.items[found - 1].gone = true;
    map_remove(&reader->locks, key);
}

/* ------------------------------------------------------------------------------ waits */

/*
 * Where nobody was seen to have the lock when a wait for it began, somebody was about to: the
 * next who acquires it.  Each acquisition looks for such waits, so that only a few are known.
 */
enum { SEEKERS = 64 };

static void add_seeker(struct reader *reader, uint32_t wait)
{
    if (reader->seekers.count < SEEKERS)
        VECTOR_ADD(&reader->seekers, wait);
}

static void remove_seeker(struct reader *reader, uint32_t wait)
{
    struct numbers *seekers = &reader->seekers;

    for (size_t i = 0; i < seekers->count; i++)
        if (seekers->items[i] == wait) {
            seekers->items[i] = seekers->items[--seekers->count];
            return;
        }
}

static void tell_seekers(struct reader *reader, uint32_t lock, uint32_t hold)
{
    struct numbers *seekers = &reader->seekers;

    for (size_t i = seekers->count; i-- > 0;) {
        struct model_wait *wait = &reader->model->waits.items[seekers->items[i]];

        if (wait->lock != lock)
            continue;
        wait->holder_hold = hold;
        wait->holder = reader->model->holds.items[hold].thread;
        seekers->items[i] = seekers->items[--seekers->count];
    }
}

/* The open one of the thread, of locks or of the GIL. */
static uint32_t *open_wait(struct reader_stream *stream, bool gil)
{
    return gil ? &stream->gil_wait : &stream->wait;
}

static void close_wait(struct reader *reader, struct reader_stream *stream, bool gil, int64_t end,
                       uint8_t flags)
{
    uint32_t *open = open_wait(stream, gil);

    if (*open == MODEL_NONE)
        return;
    struct model_wait *wait = &waits_of(reader, gil)->items[*open];

    wait->end = end;
    wait->flags |= flags;
    if (!gil && wait->holder == MODEL_NONE)
        remove_seeker(reader, *open);
    *open = MODEL_NONE;
}

static uint32_t add_wait(struct reader *reader, struct reader_stream *stream,
                         const struct trace_event *event, uint32_t lock)
{
    struct model_waits *waits = waits_of(reader, is_gil(event));
    struct model_wait added = {.begin = event->time,
                               .end = event->time,
                               .thread = stream->thread,
                               .lock = lock,
                               .place = place_of(reader, event),
                               .stack = stream->own_stack,
                               .holder = MODEL_NONE,
                               .holder_stack = stream->holder_stack,
                               .holder_hold = MODEL_NONE,
                               .hold = MODEL_NONE,
                               .mode = event->mode & 15,
                               .wait = event->mode >> 4};

    reader->model->locks.items[lock].waits++;
    VECTOR_ADD(waits, added);
    return (uint32_t)waits->count - 1;
}

/* The holder as the thread saw it, or else as the events so far tell. */
static void add_holder(struct reader *reader, const struct trace_event *event,
                       struct model_wait *wait)
{
    const struct model_holds *holds = holds_of(reader, is_gil(event));
    uint32_t held = reader->holders.items[wait->lock - reader->first_lock];

    wait->holder = reader_thread(reader, event->value, event->time);
    if (held == MODEL_NONE)
        return;
    if (wait->holder == MODEL_NONE) {
        wait->holder_hold = reader->held.items[held].hold;
        wait->holder = holds->items[wait->holder_hold].thread;
        return;
    }
    for (; held != MODEL_NONE; held = reader->held.items[held].next)
        if (holds->items[reader->held.items[held].hold].thread == wait->holder)
            wait->holder_hold = reader->held.items[held].hold;
}

static void begin_wait(struct reader *reader, struct reader_stream *stream,
                       const struct trace_event *event)
{
    bool gil = is_gil(event);
    uint32_t lock = lock_of(reader, event);

    close_wait(reader, stream, gil, event->time, MODEL_OPEN_END);
    uint32_t wait = add_wait(reader, stream, event, lock);

    add_holder(reader, event, &waits_of(reader, gil)->items[wait]);
    if (!gil && waits_of(reader, gil)->items[wait].holder == MODEL_NONE)
        add_seeker(reader, wait);
    *open_wait(stream, gil) = wait;
}

/* The wait that an acquisition says was before it, even if its begin is lost. */
static uint32_t end_wait(struct reader *reader, struct reader_stream *stream,
                         const struct trace_event *event, uint32_t lock, uint8_t flags)
{
    bool gil = is_gil(event);
    struct model_waits *waits = waits_of(reader, gil);
    uint32_t wait = *open_wait(stream, gil);

    if (!(event->detail & 1))
        return MODEL_NONE;
    if (wait == MODEL_NONE || waits->items[wait].lock != lock) {
        close_wait(reader, stream, gil, event->time, MODEL_OPEN_END);
        wait = *open_wait(stream, gil) = add_wait(reader, stream, event, lock);
        waits->items[wait].begin = stream->first;
        flags |= MODEL_OPEN_BEGIN;
    }
    close_wait(reader, stream, gil, event->time, flags);
    return wait;
}

/* ------------------------------------------------------------------------------ holds */

static uint32_t *holders_of(struct reader *reader, uint32_t lock)
{
    return &reader->holders.items[lock - reader->first_lock];
}

/* Where it is linked, or NULL. */
static uint32_t *find_held(struct reader *reader, uint32_t lock, uint32_t stream)
{
    uint32_t *link = holders_of(reader, lock);

    while (*link != MODEL_NONE && reader->held.items[*link].stream != stream)
        link = &reader->held.items[*link].next;
    return *link != MODEL_NONE ? link : NULL;
}

static void add_held(struct reader *reader, uint32_t hold, uint32_t lock, uint32_t stream)
{
    uint32_t *first = holders_of(reader, lock), held = reader->unused_held;
    struct reader_hold added = {hold, lock, stream, 1, *first, false};

    if (held != MODEL_NONE) {
        reader->unused_held = reader->held.items[held].next;
        reader->held.items[held] = added;
    } else {
        held = (uint32_t)reader->held.count;
        VECTOR_ADD(&reader->held, added);
    }
    *first = held;
}

static void remove_held(struct reader *reader, uint32_t *link)
{
    uint32_t held = *link;

    *link = reader->held.items[held].next;
    reader->held.items[held].next = reader->unused_held;
    reader->held.items[held].hold = MODEL_NONE;
    reader->unused_held = held;
}

/* May its owner acquire it once more, without having released it? */
static bool may_come_again(const struct trace_event *event)
{
    return event->lock == LOCK_SCRIPT_RECURSIVE || event->lock == LOCK_MUTEX ||
           event->lock == LOCK_IMPORT ||
           (event->lock == LOCK_RWLOCK && (event->mode & 15) == LOCK_READ);
}

static uint32_t add_hold(struct reader *reader, struct reader_stream *stream,
                         const struct trace_event *event, uint32_t lock)
{
    struct model_holds *holds = holds_of(reader, is_gil(event));
    struct model_hold added = {.begin = event->time,
                               .end = event->time,
                               .thread = stream->thread,
                               .lock = lock,
                               .place = place_of(reader, event),
                               .stack = stream->own_stack,
                               .wait = MODEL_NONE,
                               .releaser = stream->thread,
                               .mode = event->mode & 15};

    VECTOR_ADD(holds, added);
    return (uint32_t)holds->count - 1;
}

/*
 * One thread at a time has the GIL, so who takes it ends the hold of the one before, whatever the
 * time at which that one came round to telling that it had dropped it.
 */
static void pass_gil(struct reader *reader, uint32_t lock, int64_t time)
{
    for (uint32_t at = *holders_of(reader, lock); at != MODEL_NONE;
         at = reader->held.items[at].next) {
        struct reader_hold *held = &reader->held.items[at];

        if (!held->passed)
            reader->model->gil_holds.items[held->hold].end = time;
        held->passed = true;
    }
}

static void acquire(struct reader *reader, struct reader_stream *stream,
                    const struct trace_event *event)
{
    uint32_t lock = lock_of(reader, event), number = (uint32_t)(stream - reader->streams.items);
    uint32_t wait = end_wait(reader, stream, event, lock, 0), *link;
    struct model_holds *holds = holds_of(reader, is_gil(event));

    reader->model->locks.items[lock].acquisitions++;
    link = find_held(reader, lock, number);
    if (link && may_come_again(event) && !is_gil(event)) {
        reader->held.items[*link].depth++;
        holds->items[reader->held.items[*link].hold].again++;
        return;
    }
    if (link) { /* its release was lost */
        struct reader_hold *held = &reader->held.items[*link];

        if (!held->passed)
            holds->items[held->hold].end = event->time;
        holds->items[held->hold].flags |= MODEL_OPEN_END;
        remove_held(reader, link);
    }
    if (is_gil(event))
        pass_gil(reader, lock, event->time);
    uint32_t hold = add_hold(reader, stream, event, lock);

    holds->items[hold].wait = wait;
    if (wait != MODEL_NONE)
        waits_of(reader, is_gil(event))->items[wait].hold = hold;
    if (!is_gil(event))
        tell_seekers(reader, lock, hold);
    add_held(reader, hold, lock, number);
}

static void end_hold(struct reader *reader, struct reader_stream *stream,
                     const struct trace_event *event, struct model_hold *hold)
{
    hold->end = event->time;
    hold->end_place = place_of(reader, event);
    hold->end_stack = stream->own_stack;
    hold->releaser = stream->thread;
    if (hold->thread != stream->thread)
        hold->flags |= MODEL_BY_OTHER;
}

/* It was acquired before the trace tells. */
static void end_unknown_hold(struct reader *reader, struct reader_stream *stream,
                             const struct trace_event *event, uint32_t lock)
{
    uint32_t hold = add_hold(reader, stream, event, lock);
    struct model_hold *added = &holds_of(reader, is_gil(event))->items[hold];

    added->begin = stream->first;
    added->place = added->stack = 0;
    added->flags |= MODEL_OPEN_BEGIN;
    end_hold(reader, stream, event, added);
}

static void release(struct reader *reader, struct reader_stream *stream,
                    const struct trace_event *event)
{
    uint32_t lock = lock_of(reader, event);
    uint32_t *link = find_held(reader, lock, (uint32_t)(stream - reader->streams.items));

    /* A thread may release what another one has acquired: a lock that is a signal. */
    if (!link && event->lock != LOCK_RWLOCK && !is_gil(event) &&
        *holders_of(reader, lock) != MODEL_NONE)
        link = holders_of(reader, lock);
    if (!link) {
        end_unknown_hold(reader, stream, event, lock);
        return;
    }
    struct reader_hold *held = &reader->held.items[*link];

    if (--held->depth > 0)
        return;
    struct model_hold *hold = &holds_of(reader, is_gil(event))->items[held->hold];
    int64_t passed = hold->end;

    end_hold(reader, stream, event, hold);
    if (held->passed)
        hold->end = passed;
    remove_held(reader, link);
}

/* ------------------------------------------------------------------------- conditions */

static void close_condition(struct reader *reader, struct reader_stream *stream, int64_t end,
                            uint8_t flags)
{
    if (stream->condition == MODEL_NONE)
        return;
    reader->model->conditions.items[stream->condition].end = end;
    reader->model->conditions.items[stream->condition].flags |= flags;
    stream->condition = MODEL_NONE;
}

static void begin_condition(struct reader *reader, struct reader_stream *stream,
                            const struct trace_event *event)
{
    struct model *model = reader->model;
    struct model_condition added = {.begin = event->time,
                                    .end = event->time,
                                    .thread = stream->thread,
                                    .lock = lock_of(reader, event),
                                    .place = place_of(reader, event),
                                    .stack = stream->own_stack};

    close_condition(reader, stream, event->time, MODEL_OPEN_END);
    stream->condition = (uint32_t)model->conditions.count;
    VECTOR_ADD(&model->conditions, added);
}

static void end_condition(struct reader *reader, struct reader_stream *stream,
                          const struct trace_event *event)
{
    uint32_t lock = lock_of(reader, event);

    if (stream->condition == MODEL_NONE ||
        reader->model->conditions.items[stream->condition].lock != lock) {
        begin_condition(reader, stream, event);
        struct model_condition *added = &reader->model->conditions.items[stream->condition];

        added->begin = stream->first;
        added->flags |= MODEL_OPEN_BEGIN;
    }
    close_condition(reader, stream, event->time, 0);
}

/* -------------------------------------------------------------------------- each event */

void reader_lock_event(struct reader *reader, struct reader_stream *stream,
                       const struct trace_event *event)
{
    switch (event->kind) {
    case TRACE_LOCK_WAITS:
    case TRACE_GIL_WAITS:
        begin_wait(reader, stream, event);
        break;
    case TRACE_LOCK_ACQUIRED:
    case TRACE_GIL_TAKEN:
        acquire(reader, stream, event);
        break;
    case TRACE_LOCK_FAILED: {
        uint32_t lock = lock_of(reader, event);

        if (end_wait(reader, stream, event, lock, MODEL_FAILED) == MODEL_NONE)
            reader->model->locks.items[lock].failures++;
        break;
    }
    case TRACE_LOCK_RELEASED:
    case TRACE_GIL_DROPPED:
        release(reader, stream, event);
        break;
    case TRACE_LOCK_GONE:
        end_lock(reader, event);
        break;
    case TRACE_CONDITION_WAITS:
        begin_condition(reader, stream, event);
        break;
    case TRACE_CONDITION_WOKEN:
        end_condition(reader, stream, event);
        break;
    default:
        break;
    }
}

void reader_close_locks(struct reader *reader, int64_t end)
{
    struct model *model = reader->model;

    for (size_t i = 0; i < reader->streams.count; i++) {
        struct reader_stream *stream = &reader->streams.items[i];

        close_wait(reader, stream, false, end, MODEL_OPEN_END);
        close_wait(reader, stream, true, end, MODEL_OPEN_END);
        close_condition(reader, stream, end, MODEL_OPEN_END);
    }
    for (size_t i = 0; i < reader->held.count; i++) {
        const struct reader_hold *held = &reader->held.items[i];

        if (held->hold == MODEL_NONE)
            continue;
        bool gil = model->locks.items[held->lock].kind == LOCK_INTERPRETER;
        struct model_hold *hold = &holds_of(reader, gil)->items[held->hold];

        if (!held->passed)
            hold->end = end;
        hold->flags |= MODEL_OPEN_END;
        model->threads.items[hold->thread].open_holds += !gil;
    }
}
