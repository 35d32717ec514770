/* SPDX-License-Identifier: MIT */
/*
 * Ids, tags and classes of locks.  Called from wrapped calls; it must never read or write a
 * lock's memory but that of the one in hand.
 */
#include "locks/identity.h"

#include "base/hash.h"
#include "base/table.h"
#include "locks/items.h"
#include "locks/lookup.h"

#include <sys/syscall.h>
#include <unistd.h>

enum { CLASS_BITS = 20, SERIAL_BITS = 64 - CLASS_BITS, BLOCK_BITS = 12 };
enum { MOST_CLASSES = 1 << CLASS_BITS, CLASS_SLOTS = 1 << 14, GRAVES = 256, CLAIM_TRIES = 1000 };

uintptr_t identity_secret;
static uint64_t next_block;

void identity_start(uint64_t seed)
{
    if (identity_secret == 0)
        identity_secret = hash_mix(seed, 1) | 1;
    next_block = hash_mix(seed, 2) >> 32;
}

/* ---- ids ---- */

static lock_id next_serial(struct thread *self)
{
    if (self->next_id == self->last_id) {
        uint64_t block = __atomic_add_fetch(&next_block, 1, __ATOMIC_RELAXED) & UINT32_MAX;

        self->next_id = block << BLOCK_BITS;
        self->last_id = self->next_id + (1 << BLOCK_BITS);
    }
    return ++self->next_id & ((UINT64_C(1) << SERIAL_BITS) - 1);
}

static lock_id new_id(struct thread *self, uint32_t lock_class)
{
    return (lock_id)lock_class << SERIAL_BITS | next_serial(self);
}

uint32_t class_of(lock_id id)
{
    return (uint32_t)(id >> SERIAL_BITS);
}

/* ---- tags ---- */

static uintptr_t check_of(const void *lock)
{
    return (uintptr_t)lock ^ identity_secret;
}

lock_id tag_make(const struct tag *tag, const void *lock, struct thread *self, uint32_t lock_class)
{
    lock_id id = new_id(self, lock_class);

    __atomic_store_n(tag->id, id, __ATOMIC_RELAXED);
    __atomic_store_n(tag->check, check_of(lock), __ATOMIC_RELEASE);
    return id;
}

/*
 * One thread writes, whatever was there; the others wait for it.  It can only be held up
 * while it writes, by a handler of a signal even for good: then an id serves for this time.
 */
lock_id tag_claim(const struct tag *tag, const void *lock, struct thread *self,
                  uint32_t lock_class)
{
    const uintptr_t right = check_of(lock), writing = right ^ 2; /* no aligned lock's check */

    for (unsigned tries = 0; tries < CLAIM_TRIES; tries++) {
        uintptr_t check = __atomic_load_n(tag->check, __ATOMIC_ACQUIRE);
        lock_id id = __atomic_load_n(tag->id, __ATOMIC_RELAXED);

        if (check == right && id != 0)
            return id;
        if (check == writing) {
            syscall(SYS_sched_yield);
            continue;
        }
        if (!__atomic_compare_exchange_n(tag->check, &check, writing, false, __ATOMIC_ACQUIRE,
                                         __ATOMIC_RELAXED))
            continue;
        id = check == right ? __atomic_load_n(tag->id, __ATOMIC_RELAXED) : 0;
        if (id == 0) {
            id = new_id(self, lock_class);
            __atomic_store_n(tag->id, id, __ATOMIC_RELAXED);
        }
        __atomic_store_n(tag->check, right, __ATOMIC_RELEASE);
        return id;
    }
    return new_id(self, lock_class);
}

void tag_wipe(const struct tag *tag)
{
    __atomic_store_n(tag->check, 0, __ATOMIC_RELAXED);
    __atomic_store_n(tag->id, 0, __ATOMIC_RELAXED);
}

void tag_bury(const struct tag *tag, const void *lock)
{
    __atomic_store_n(tag->id, LOCK_DESTROYED, __ATOMIC_RELAXED);
    __atomic_store_n(tag->check, check_of(lock), __ATOMIC_RELAXED);
}

/* ---- locks without tags ---- */

struct untagged {
    const void *lock;
    lock_id id;
    uint32_t next_free;
};

static struct items untagged = ITEMS_OF(struct untagged, next_free);
static struct lookup by_address = {.shared = true};

static uint32_t hash_of(const void *lock)
{
    return (uint32_t)(hash_mix((uintptr_t)lock, 3) >> 32);
}

static struct untagged *untagged_at(uint32_t number)
{
    return table_at(&untagged.table, number);
}

static uint32_t walk_to(const void *lock)
{
    struct lookup_walk walk;
    uint32_t number = lookup_first(&by_address, hash_of(lock), &walk);

    while (number != 0 && __atomic_load_n(&untagged_at(number)->lock, __ATOMIC_ACQUIRE) != lock)
        number = lookup_next(&walk);
    return number;
}

/* The number of a lock, or 0. */
static uint32_t find(const void *lock)
{
    for (;;) {
        uint32_t moves = lookup_moves(&by_address), number = walk_to(lock);

        if (number != 0 || moves == lookup_moves(&by_address))
            return number;
    }
}

/* The latest locks that were destroyed, by their hash; forgotten when another takes the place. */
static const void *graves[GRAVES];

static const void **grave_of(const void *lock)
{
    return &graves[hash_of(lock) % GRAVES];
}

lock_id identity_find(const void *lock)
{
    uint32_t number = find(lock);

    if (number != 0)
        return __atomic_load_n(&untagged_at(number)->id, __ATOMIC_RELAXED);
    return __atomic_load_n(grave_of(lock), __ATOMIC_RELAXED) == lock ? LOCK_DESTROYED : 0;
}

static uint32_t add_untagged(const void *lock, lock_id id)
{
    uint32_t number = items_take(&untagged);

    if (number == 0)
        return 0;
    __atomic_store_n(&untagged_at(number)->id, id, __ATOMIC_RELAXED);
    __atomic_store_n(&untagged_at(number)->lock, lock, __ATOMIC_RELEASE);
    if (lookup_add(&by_address, hash_of(lock), number))
        return number;
    items_give(&untagged, number);
    return 0;
}

lock_id identity_enter(const void *lock, struct thread *self, uint32_t lock_class)
{
    lock_id id = new_id(self, lock_class);
    uint32_t number = find(lock);

    if (*grave_of(lock) == lock)
        __atomic_store_n(grave_of(lock), NULL, __ATOMIC_RELAXED);
    if (number == 0)
        return add_untagged(lock, id) == 0 ? 0 : id;
    __atomic_store_n(&untagged_at(number)->id, id, __ATOMIC_RELAXED);
    return id;
}

void identity_drop(const void *lock)
{
    uint32_t number = find(lock);

    if (number == 0)
        return;
    lookup_remove(&by_address, hash_of(lock), number);
    items_give(&untagged, number);
}

void identity_bury(const void *lock)
{
    identity_drop(lock);
    __atomic_store_n(grave_of(lock), lock, __ATOMIC_RELAXED);
}

/* ---- classes ---- */

static struct table classes = TABLE_OF(struct lock_class);
static uint32_t class_slots[CLASS_SLOTS]; /* the latest class of that hash */

static uint32_t class_slot(enum lock_origin origin, const void *address)
{
    return hash_mix((uintptr_t)address, origin) % CLASS_SLOTS;
}

static bool is_class(uint32_t number, enum lock_origin origin, const void *address)
{
    const struct lock_class *class = number == 0 ? NULL : table_at(&classes, number);

    return class != NULL && class->origin == origin && class->address == address;
}

uint32_t class_find(enum lock_origin origin, const void *address)
{
    uint32_t number = __atomic_load_n(&class_slots[class_slot(origin, address)], __ATOMIC_ACQUIRE);

    return is_class(number, origin, address) ? number : 0;
}

/* Two classes of one hash: the one whose slot the other took. */
static uint32_t class_search(enum lock_origin origin, const void *address)
{
    for (uint32_t number = 1; number < classes.count; number++)
        if (is_class(number, origin, address))
            return number;
    return 0;
}

uint32_t class_enter(enum lock_origin origin, const void *address)
{
    uint32_t number = class_find(origin, address),
             *slot = &class_slots[class_slot(origin, address)];

    if (number == 0 && *slot != 0)
        number = class_search(origin, address);
    if (number == 0 && classes.count < MOST_CLASSES) {
        number = table_add(&classes);
        if (number != 0)
            *(struct lock_class *)table_at(&classes, number) =
                (struct lock_class){.origin = origin, .address = address};
    }
    if (number != 0)
        __atomic_store_n(slot, number, __ATOMIC_RELEASE);
    return number;
}

static bool is_number(uint32_t number)
{
    return number != 0 && number < __atomic_load_n(&classes.count, __ATOMIC_ACQUIRE);
}

void class_is(uint32_t number, unsigned traits)
{
    struct lock_class *class = is_number(number) ? table_at(&classes, number) : NULL;

    if (class != NULL && (class->traits & traits) != traits)
        __atomic_fetch_or(&class->traits, traits, __ATOMIC_RELAXED);
}

struct lock_class class_at(uint32_t number)
{
    if (!is_number(number))
        return (struct lock_class){.origin = ORIGIN_UNKNOWN};
    return *(const struct lock_class *)table_at(&classes, number);
}
