/* SPDX-License-Identifier: MIT */
/*
 * The graph of classes as a log of what came to it.  Called from the checker's slow path, when
 * a chain of held locks is new; it must never take a lock or wait.
 */
#include "locks/class_graph.h"

#include "base/map.h"
#include "base/table.h"
#include "locks/buffer.h"
#include "locks/gates.h"
#include "locks/identity.h"
#include "locks/import_lock.h"
#include "locks/known.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

static bool on;

static struct table nodes = TABLE_OF(struct class_node), edges = TABLE_OF(struct class_edge),
                    events = TABLE_OF(struct class_event);
static struct map node_by_class, edge_by_ends;
static struct gates held_sets;
static struct buffer held_buffer;

/* Events that may be read, and those that were; the second by one reader at a time. */
static uint32_t written, done;

void class_graph_start(void)
{
    on = true;
    gates_init(&held_sets);
}

bool class_graph_is_on(void)
{
    return on;
}

void class_graph_reset(void)
{
    nodes = (struct table)TABLE_OF(struct class_node);
    edges = (struct table)TABLE_OF(struct class_edge);
    events = (struct table)TABLE_OF(struct class_event);
    node_by_class = edge_by_ends = (struct map){0};
    held_buffer = (struct buffer){0};
    gates_init(&held_sets);
    written = done = 0;
}

/* ---- events ---- */

static void log_event(uint32_t number, bool is_edge)
{
    uint32_t event = table_add(&events);

    if (event == 0)
        return;
    *(struct class_event *)table_at(&events, event) = (struct class_event){number, is_edge};
    __atomic_store_n(&written, event, __ATOMIC_RELEASE);
}

bool class_graph_is_pending(void)
{
    return __atomic_load_n(&written, __ATOMIC_ACQUIRE) != __atomic_load_n(&done, __ATOMIC_RELAXED);
}

bool class_graph_next(struct class_event *event)
{
    if (!class_graph_is_pending())
        return false;
    __atomic_store_n(&done, done + 1, __ATOMIC_RELAXED);
    *event = *(const struct class_event *)table_at(&events, done);
    return true;
}

uint32_t class_graph_skip(void)
{
    done = written;
    return edges.count == 0 ? 0 : edges.count - 1;
}

/* ---- classes ---- */

static struct class_node *node_at(uint32_t number)
{
    return table_at(&nodes, number);
}

const struct class_node *class_graph_node(uint32_t number)
{
    return node_at(number);
}

uint32_t class_graph_nodes(void)
{
    uint32_t count = __atomic_load_n(&nodes.count, __ATOMIC_ACQUIRE);

    return count == 0 ? 0 : count - 1;
}

/* A module's lock has no class but the module, of which there is one. */
static uint64_t key_of(const struct lock_request *lock)
{
    return lock->kind == LOCK_IMPORT ? (uintptr_t)lock->address : known_class(lock);
}

static uint32_t new_node(uint64_t key, const struct lock_request *lock)
{
    uint32_t number = key == 0 ? 0 : table_add(&nodes);

    if (number == 0 || !map_put(&node_by_class, key, number))
        return 0;
    *node_at(number) = (struct class_node){
        .lock_class = lock->kind == LOCK_IMPORT ? 0 : (uint32_t)key,
        .kind = lock->kind,
        .name =
            lock->kind == LOCK_IMPORT ? import_lock_name(lock->address) : known_name(lock->address),
        .first_lock = lock->id,
        .first_address = lock->address,
        .readers_block = lock->readers_block,
    };
    log_event(number, false);
    return number;
}

/* A static lock that is made anew is the same one. */
static bool is_another(const struct class_node *node, const struct lock_request *lock)
{
    if (node->kind == LOCK_IMPORT || node->first_lock == lock->id)
        return false;
    return node->first_address != lock->address ||
           class_at(node->lock_class).origin != ORIGIN_STATIC;
}

static void raise_flag(uint32_t number, bool *flag, bool value)
{
    if (!value || *flag)
        return;
    __atomic_store_n(flag, true, __ATOMIC_RELAXED);
    log_event(number, false);
}

static uint32_t node_for(const struct lock_request *lock)
{
    uint64_t key = key_of(lock);
    uint32_t number = key == 0 ? 0 : (uint32_t)map_get(&node_by_class, key);

    if (number == 0)
        return new_node(key, lock);
    raise_flag(number, &node_at(number)->several, is_another(node_at(number), lock));
    raise_flag(number, &node_at(number)->readers_block, lock->readers_block);
    return number;
}

void class_graph_is_signal(uint32_t lock_class)
{
    uint32_t number = lock_class == 0 ? 0 : (uint32_t)map_get(&node_by_class, lock_class);

    if (number != 0)
        raise_flag(number, &node_at(number)->signal, true);
}

/* ---- edges ---- */

static struct class_edge *edge_at(uint32_t number)
{
    return table_at(&edges, number);
}

const struct class_edge *class_graph_edge(uint32_t number)
{
    return edge_at(number);
}

bool class_graph_collect(struct class_news *news, const struct thread *self,
                         const struct lock_request *wanted,
                         bool (*counts)(const void *argument, const struct held *entry),
                         const void *argument)
{
    size_t most = (size_t)(self->top - self->base);

    *news = (struct class_news){.self = self, .wanted = wanted};
    news->held = buffer_reserve(&held_buffer, most * sizeof *news->held);
    news->to = on ? node_for(wanted) : 0;
    if (news->held == NULL || news->to == 0)
        return false;
    for (const struct held *entry = self->top; entry > self->base; entry--) {
        struct lock_request held = held_request(entry);
        uint32_t node = counts(argument, entry) ? node_for(&held) : 0;

        if (node != 0 && held.kind != LOCK_INTERPRETER) /* it keeps nobody apart */
            news->held[news->held_count++] = (struct graph_gate){node, held.mode};
    }
    news->held_count = gates_sort(news->held, news->held_count);
    return true;
}

static uint64_t ends_of(uint32_t from, uint32_t to)
{
    return (uint64_t)from << 32 | to;
}

static uint32_t node_of_held(const struct held *entry)
{
    struct lock_request held = held_request(entry);

    return node_for(&held);
}

static struct class_edge way_of(const struct class_news *news, const struct held *from)
{
    return (struct class_edge){.from = node_of_held(from),
                               .to = news->to,
                               .from_mode = from->mode,
                               .to_mode = (uint8_t)news->wanted->mode,
                               .timed = news->wanted->wait == LOCK_TIMED,
                               .by_main = news->self->tid == getpid(),
                               .from_place = from->place,
                               .to_place = news->wanted->place,
                               .tid = news->self->tid};
}

/* Can the kept one deadlock wherever the other can? */
static bool serves_for(const struct class_edge *kept, const struct class_edge *way,
                       const struct class_news *news)
{
    return kept->from_mode == way->from_mode && kept->to_mode == way->to_mode &&
           (!kept->timed || way->timed) && (!kept->by_main || way->by_main) &&
           gates_within(&held_sets, kept->held, news->held, news->held_count);
}

bool class_graph_has(const struct class_news *news, const struct held *from)
{
    struct class_edge way = way_of(news, from);
    uint32_t kept = (uint32_t)map_get(&edge_by_ends, ends_of(way.from, way.to)), count = 0;

    for (; kept != 0; kept = edge_at(kept)->next)
        if (++count == CLASS_GRAPH_WAYS || serves_for(edge_at(kept), &way, news))
            return true;
    return way.from == 0;
}

void class_graph_add(const struct class_news *news, const struct held *from, stack_id stack)
{
    struct class_edge way = way_of(news, from);
    uint64_t ends = ends_of(way.from, way.to);
    uint32_t number;

    way.stack = stack;
    memcpy(way.thread_name, thread_name(news->self), strlen(thread_name(news->self)) + 1);
    if (!gates_take(&held_sets, news->held, news->held_count, &way.held))
        return;
    number = table_add(&edges);
    if (number == 0)
        return;
    way.next = (uint32_t)map_get(&edge_by_ends, ends);
    *edge_at(number) = way;
    if (map_put(&edge_by_ends, ends, number))
        log_event(number, true);
}

void class_graph_each_held(const struct class_edge *edge,
                           void (*visit)(void *argument, uint32_t node, enum lock_mode mode),
                           void *argument)
{
    for (uint32_t set = edge->held; set != 0; set = gates_at(&held_sets, set)->rest) {
        const struct gate *gate = gates_at(&held_sets, set);

        visit(argument, (uint32_t)gate->lock, (enum lock_mode)gate->mode);
    }
}
