/* SPDX-License-Identifier: MIT */
/*
 * The graph file.  Called after the checker's slow path, in any thread; it must never wait for
 * another thread.  A name once given to a member is kept: other people's scripts read it.
 */
#include "locks/graph_file.h"

#include "base/log.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/sink.h"
#include "base/write.h"
#include "locks/class_graph.h"
#include "locks/draft.h"
#include "locks/identity.h"
#include "report/json.h"
#include "report/place.h"
#include "report/place_json.h"
#include "report/who.h"

#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    GRAPH_VERSION = 1,
    FRAMES_MOST = 8, /* of a stack: enough to see through functions that only lock */
    BYTES = 1 << 16,
    COMMAND_BYTES = 2048,
    KERNEL_MASK_BYTES = 8
};

static struct sink file;
static bool failed;  /* told once, and no more tried */
static bool writing; /* some thread is */

/* The process in the file; 16 digits. */
static uint64_t process, parent;
static uint32_t inherited; /* so many edges of the parent's are this one's too */

/* What was written; of the thread that writes. */
static bool introduced;
static struct map told_nodes, told_places;
static uint32_t last_place;

/* Lines that are put together, whole ones in bytes[0..whole). */
struct batch {
    struct text text;
    size_t whole;
};

static void tell_failure(int error)
{
    failed = true;
    log_unwritable("graph file", &file, error);
}

void graph_file_start(const char *path, uint64_t seed)
{
    int result = sink_set(&file, path);

    failed = false;
    process = seed;
    if (result < 0)
        tell_failure(-result);
    else if (*path != '\0')
        class_graph_start();
}

/* Another thread may have been writing: what it had half done is given up. */
void graph_file_forked(bool whole, uint64_t seed)
{
    if (!class_graph_is_on())
        return;
    parent = whole ? process : 0;
    process = seed;
    if (!whole)
        class_graph_reset();
    inherited = class_graph_skip();
    introduced = writing = false;
    told_nodes = told_places = (struct map){0};
    last_place = 0;
}

/* ---- lines ---- */

static void write_whole(struct batch *batch)
{
    int descriptor = batch->whole == 0 || failed ? -1 : sink_descriptor(&file);

    if (descriptor >= 0)
        write_all(descriptor, batch->text.bytes, batch->whole);
    else if (batch->whole > 0 && !failed)
        tell_failure(-descriptor);
    batch->whole = 0;
    batch->text = text_in(batch->text.bytes, batch->text.size);
}

static void add_id(struct text *text, const char *key, uint64_t id)
{
    unsigned char bytes[sizeof id];

    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(id >> 8 * (sizeof bytes - 1 - i));
    json_add_bytes(text, key, bytes, sizeof bytes);
}

static void begin_line(struct text *text, const char *record)
{
    json_add_object(text, NULL);
    json_add_string(text, "record", record);
    add_id(text, "process", process);
}

static void end_line(struct text *text)
{
    json_add_object_end(text);
    text_add(text, "\n");
}

/* A line that is put together, by `add` from the other two. */
static void line(struct batch *batch,
                 void (*add)(struct text *text, uint32_t number, const void *what), uint32_t number,
                 const void *what)
{
    for (unsigned tries = 0; tries < 2; tries++) {
        add(&batch->text, number, what);
        if (!batch->text.cut) {
            batch->whole = batch->text.length;
            return;
        }
        write_whole(batch); /* and once more in all of the room */
    }
}

static void add_flag(struct text *text, const char *key, bool flag)
{
    if (flag)
        json_add_true(text, key);
}

/* ---- the process ---- */

static __attribute__((noinline)) void add_process(struct text *text, uint32_t number,
                                                  const void *what)
{
    struct who who = who_here();
    struct timespec now = {0};
    char command[COMMAND_BYTES];

    (void)number;
    (void)what;
    clock_gettime(CLOCK_REALTIME, &now);
    begin_line(text, "process");
    json_add_number(text, "version", GRAPH_VERSION);
    if (parent != 0) {
        add_id(text, "parent", parent);
        json_add_number(text, "inherited", inherited);
    }
    json_add_number(text, "pid", who.pid);
    json_add_string(text, "name", who.process);
    json_add_string(text, "executable", who.executable);
    who_command(command, sizeof command);
    json_add_string(text, "command", command);
    json_add_number(text, "time", now.tv_sec);
    end_line(text);
}

/* ---- places ---- */

static void add_place(struct text *text, uint32_t number, const void *frame)
{
    struct place place = place_of_frame(frame);

    begin_line(text, "place");
    json_add_number(text, "number", number);
    place_json(text, "place", &place, false);
    end_line(text);
}

/* The number of a place, which stands in a line before. */
static uint32_t place_number(struct batch *batch, const void *frame)
{
    uint32_t number = (uint32_t)map_get(&told_places, (uintptr_t)frame);

    if (number != 0 || frame == NULL)
        return number;
    number = ++last_place;
    if (!map_put(&told_places, (uintptr_t)frame, number))
        return 0;
    line(batch, add_place, number, frame);
    return number;
}

/* ---- classes ---- */

static const char *origin_of(const struct class_node *node)
{
    static const char *const ORIGINS[] = {[ORIGIN_UNKNOWN] = "unknown",
                                          [ORIGIN_INITIALISED] = "initialised",
                                          [ORIGIN_STATIC] = "static",
                                          [ORIGIN_ACQUIRED] = "first seen",
                                          [ORIGIN_CREATED] = "created"};

    return node->kind == LOCK_IMPORT ? "module" : ORIGINS[class_at(node->lock_class).origin];
}

static void add_class(struct text *text, uint32_t number, const void *what)
{
    const struct class_node *node = what;
    struct lock_class class = class_at(node->lock_class);
    struct place created = place_of_frame(class.address);

    created.is_data = class.origin == ORIGIN_STATIC;
    begin_line(text, "class");
    json_add_number(text, "class", number);
    json_add_string(text, "kind", lock_kind_name(node->kind));
    json_add_string(text, "origin", origin_of(node));
    if (*node->name != '\0')
        json_add_string(text, "name", node->name);
    if (class.address != NULL)
        place_json(text, "created", &created, false);
    add_flag(text, "several", node->several);
    add_flag(text, "readers_block", node->readers_block);
    add_flag(text, "signal", node->signal);
    end_line(text);
}

static void tell_class(struct batch *batch, uint32_t number, bool again)
{
    if (!again && map_get(&told_nodes, number) != 0)
        return;
    if (map_put(&told_nodes, number, 1))
        line(batch, add_class, number, class_graph_node(number));
}

/* ---- edges ---- */

/* An edge and the numbers of its places. */
struct numbered {
    const struct class_edge *edge;
    uint32_t from_place, stack[FRAMES_MOST];
    unsigned frame_count;
};

/* The held classes that are held in that mode. */
struct held_list {
    struct text *text;
    enum lock_mode mode;
};

static void add_held(void *argument, uint32_t node, enum lock_mode mode)
{
    const struct held_list *list = argument;

    if (mode == list->mode)
        json_add_number(list->text, NULL, node);
}

static void add_held_list(struct text *text, const char *key, const struct class_edge *edge,
                          enum lock_mode mode)
{
    struct held_list list = {text, mode};

    json_add_array(text, key);
    class_graph_each_held(edge, add_held, &list);
    json_add_array_end(text);
}

static void note_read(void *argument, uint32_t node, enum lock_mode mode)
{
    (void)node;
    *(bool *)argument |= mode == LOCK_READ;
}

static bool any_read(const struct class_edge *edge)
{
    bool any = false;

    class_graph_each_held(edge, note_read, &any);
    return any;
}

static void add_edge(struct text *text, uint32_t number, const void *what)
{
    const struct numbered *numbered = what;
    const struct class_edge *edge = numbered->edge;

    (void)number;
    begin_line(text, "edge");
    json_add_number(text, "from", edge->from);
    json_add_number(text, "to", edge->to);
    json_add_number(text, "at", numbered->from_place);
    add_held_list(text, "held", edge, LOCK_WRITE);
    if (any_read(edge))
        add_held_list(text, "held_read", edge, LOCK_READ);
    json_add_array(text, "stack");
    for (unsigned i = 0; i < numbered->frame_count; i++)
        json_add_number(text, NULL, numbered->stack[i]);
    json_add_array_end(text);
    json_add_number(text, "tid", edge->tid);
    json_add_string(text, "thread", edge->thread_name);
    add_flag(text, "from_read", edge->from_mode == LOCK_READ);
    add_flag(text, "to_read", edge->to_mode == LOCK_READ);
    add_flag(text, "timed", edge->timed);
    add_flag(text, "main", edge->by_main);
    end_line(text);
}

static void tell_held(void *batch, uint32_t node, enum lock_mode mode)
{
    (void)mode;
    tell_class(batch, node, false);
}

static void number_places(struct batch *batch, struct numbered *numbered)
{
    const struct class_edge *edge = numbered->edge;
    const void *const *frames = stacks_frames(edge->stack, &numbered->frame_count);

    numbered->from_place = place_number(batch, edge->from_place);
    if (numbered->frame_count > FRAMES_MOST)
        numbered->frame_count = FRAMES_MOST;
    for (unsigned i = 0; i < numbered->frame_count; i++)
        numbered->stack[i] = place_number(batch, frames[i]);
    if (numbered->frame_count == 0 && edge->to_place != NULL)
        numbered->stack[numbered->frame_count++] = place_number(batch, edge->to_place);
}

static void tell_edge(struct batch *batch, const struct class_edge *edge)
{
    struct numbered numbered = {.edge = edge};

    tell_class(batch, edge->from, false);
    tell_class(batch, edge->to, false);
    class_graph_each_held(edge, tell_held, batch);
    number_places(batch, &numbered);
    line(batch, add_edge, 0, &numbered);
}

/* ---- writing ---- */

static void tell_events(struct batch *batch)
{
    struct class_event event;

    while (class_graph_next(&event)) {
        if (!introduced)
            line(batch, add_process, 0, NULL);
        introduced = true;
        if (event.is_edge)
            tell_edge(batch, class_graph_edge(event.number));
        else
            tell_class(batch, event.number, true);
    }
    write_whole(batch);
}

/* False: there is no memory. */
static bool write_events(void)
{
    char *bytes = memory_take(BYTES);
    struct batch batch;

    if (bytes == NULL)
        return false;
    batch = (struct batch){.text = text_in(bytes, BYTES)};
    tell_events(&batch);
    memory_give(bytes, BYTES);
    return true;
}

/* A handler of the program that comes now must not leave with a long jump. */
static void write_undisturbed(void)
{
    const uint64_t all = UINT64_MAX;
    struct write_kept kept;
    bool done = true;
    uint64_t mask;

    write_begin(&kept);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &mask, KERNEL_MASK_BYTES);
    while (done && class_graph_is_pending() &&
           !__atomic_exchange_n(&writing, true, __ATOMIC_ACQUIRE)) {
        done = write_events();
        __atomic_store_n(&writing, false, __ATOMIC_RELEASE);
    }
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, KERNEL_MASK_BYTES);
    write_end(&kept);
}

void graph_file_write(void)
{
    if (class_graph_is_on() && class_graph_is_pending() && !failed)
        write_undisturbed();
}
