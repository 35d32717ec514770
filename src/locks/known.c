/* SPDX-License-Identifier: MIT */
/* Locks of the graph by node and by address.  Called from the checker's slow path only. */
#include "locks/known.h"

#include "base/image.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/table.h"
#include "locks/births.h"
#include "locks/chains.h"
#include "report/assigned.h"
#include "report/script_place.h"

#include <string.h>

enum { NAME_BYTES_MAX = 256, NAME_ROOM = 16384 };

static struct table locks = TABLE_OF(struct known_lock); /* by node */
static struct map by_address, names, assigned;

struct known_lock *known_at(graph_node node)
{
    return table_at(&locks, node);
}

static bool by_variable;

void known_by_variable(bool on)
{
    by_variable = on;
}

/* The variable of a static lock, if its object tells; looking is too slow to do it for nothing. */
static const void *variable_of(const struct image *image, const void *lock)
{
    struct image_symbol_found found;

    if (!by_variable || !image_symbol_at(image, lock, &found))
        return lock;
    return (const char *)lock - found.offset;
}

static uint32_t static_class(const struct image *image, const void *lock)
{
    uint32_t number = class_enter(ORIGIN_STATIC, variable_of(image, lock));

    if (image_is_of_system(image))
        class_is(number, TRAIT_LIBRARY);
    return number;
}

uint32_t known_class(const struct lock_request *lock)
{
    uint32_t made_with = class_of(lock->id);
    graph_node node = (graph_node)map_get(&by_address, (uintptr_t)lock->address);
    struct image image;

    if (made_with == 0 && lock_is_of_script(lock->kind))
        made_with = births_class(lock->address); /* it may have no id yet */
    if (made_with != 0)
        return made_with;
    if (node != 0 && known_at(node)->id == lock->id)
        return known_at(node)->lock_class;
    if (!lock_is_made_up(lock->address) && image_at(lock->address, &image))
        return static_class(&image, lock->address);
    return class_enter(ORIGIN_ACQUIRED, lock->place);
}

static bool make_room_for(graph_node node)
{
    while (locks.count <= node)
        if (table_add(&locks) == 0)
            return false;
    return true;
}

static void forget_predecessor(struct graph *graph, const struct lock_request *lock)
{
    graph_node node = (graph_node)map_get(&by_address, (uintptr_t)lock->address);

    if (node != 0 && known_at(node)->id != lock->id)
        known_drop(graph, known_at(node)->id, lock->address);
}

static graph_node enter_new(struct graph *graph, const struct lock_request *lock)
{
    forget_predecessor(graph, lock);
    graph_node node = graph_node_for(graph, lock->id);

    if (node == 0)
        return 0;
    uint32_t lock_class = known_class(lock);
    if (!make_room_for(node) || !map_put(&by_address, (uintptr_t)lock->address, node)) {
        graph_remove(graph, node);
        return 0;
    }
    if (lock->kind == LOCK_INTERPRETER)
        graph_set_aside(graph, node);
    *known_at(node) = (struct known_lock){
        .id = lock->id, .address = lock->address, .lock_class = lock_class, .kind = lock->kind};
    return node;
}

graph_node known_enter(struct graph *graph, const struct lock_request *lock)
{
    graph_node node = graph_find(graph, lock->id);

    if (node == 0)
        node = enter_new(graph, lock);
    if (node != 0 && lock->readers_block) /* not known of one that is held already */
        graph_set_readers_block(graph, node);
    return node;
}

void known_drop(struct graph *graph, lock_id id, const void *address)
{
    graph_node node = graph_find(graph, id);

    if (node == 0)
        return;
    map_remove(&by_address, (uintptr_t)address);
    graph_remove(graph, node);
    chains_lose_some();
}

/* ---- names ---- */

static char *name_room;
static size_t name_left;

static const char *copy_name(const char *name)
{
    size_t length = strnlen(name, NAME_BYTES_MAX - 1);

    if (name_left < length + 1) {
        name_room = memory_take(NAME_ROOM);
        name_left = name_room == NULL ? 0 : NAME_ROOM;
    }
    if (name_room == NULL)
        return NULL;
    char *copy = memcpy(name_room, name, length);
    name_room += length + 1;
    name_left -= length + 1;
    return copy;
}

bool known_set_name(const void *lock, const char *name)
{
    const char *present = known_name(lock);
    const char *copy = strcmp(present, name) == 0 ? present : copy_name(name);

    return copy != NULL && map_put(&names, (uintptr_t)lock, (uintptr_t)copy);
}

const char *known_name(const void *lock)
{
    const char *name = (const char *)(uintptr_t)map_get(&names, (uintptr_t)lock);

    return name == NULL ? "" : name;
}

const char *known_assigned(uint32_t lock_class)
{
    const struct script_place *place = script_place_at(class_at(lock_class).address);
    const char *known = (const char *)(uintptr_t)map_get(&assigned, lock_class);
    char target[NAME_BYTES_MAX];

    if (known != NULL || lock_class == 0 || place == NULL)
        return known == NULL ? "" : known;
    known = assigned_at(place->file, place->line, target, sizeof target) ? copy_name(target) : "";
    if (known == NULL || !map_put(&assigned, lock_class, (uintptr_t)known))
        return "";
    return known;
}

void known_forget_name(const void *lock)
{
    map_remove(&names, (uintptr_t)lock);
}

bool known_any_name(void)
{
    return names.used > 0;
}

void known_reset(void)
{
    locks = (struct table)TABLE_OF(struct known_lock);
    by_address = names = assigned = (struct map){0};
    name_left = 0;
}
