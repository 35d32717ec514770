/* SPDX-License-Identifier: MIT */
/* The lock-order graph by class: what is kept of acquisitions, and what is given out. */
#include "unit.h"

#include "locks/class_graph.h"
#include "locks/identity.h"

#include <string.h>

enum { LOCKS = 8, ROOM = 8 };

/* Of each lock an address, and the place that initialised it, which is its class. */
static uint64_t locks[LOCKS];
static const char places[LOCKS];

static struct held entries[ROOM];
static struct thread self = {.tid = 7, .name = "worker"};

static int begin(void **state)
{
    (void)state;
    class_graph_start();
    class_graph_reset();
    memset(entries, 0, sizeof entries);
    entries[0].kind = HELD_BASE;
    self.base = self.top = entries;
    return 0;
}

#define GRAPH_CASE(sentence, function)        \
    {                                         \
        sentence, function, begin, NULL, NULL \
    }

/* The lock with that number, of the class with that one. */
static struct lock_request a_lock(unsigned number, unsigned class)
{
    lock_id id = (lock_id)class_enter(ORIGIN_INITIALISED, &places[class]) << 44 | (number + 1);

    return (struct lock_request){
        .address = &locks[number], .id = id, .place = &places[number], .kind = LOCK_MUTEX};
}

static void hold(const struct lock_request *lock)
{
    self.top++;
    self.top->address = lock->address;
    self.top->id = lock->id;
    self.top->place = lock->place;
    self.top->kind = (uint8_t)lock->kind;
    self.top->mode = (uint8_t)lock->mode;
}

static void release_all(void)
{
    self.top = self.base;
}

static bool all_count(const void *argument, const struct held *entry)
{
    (void)argument;
    return entry->address != NULL;
}

/* Returns how many ways were new. */
static unsigned acquire(const struct lock_request *wanted)
{
    struct class_news news;
    unsigned added = 0;

    assert_true(class_graph_collect(&news, &self, wanted, all_count, NULL));
    for (const struct held *entry = self.top; entry > self.base; entry--)
        if (!class_graph_has(&news, entry)) {
            class_graph_add(&news, entry, 0);
            added++;
        }
    return added;
}

/* One lock held while another is acquired. */
static unsigned nest(struct lock_request outer, struct lock_request inner)
{
    hold(&outer);
    unsigned added = acquire(&inner);

    release_all();
    return added;
}

static unsigned edges_given_out(void)
{
    struct class_event event;
    unsigned edges = 0;

    while (class_graph_next(&event))
        edges += event.is_edge;
    return edges;
}

static void locks_of_two_classes_make_an_edge_once(void **state)
{
    (void)state;
    assert_int_equal(nest(a_lock(0, 0), a_lock(1, 1)), 1);
    assert_int_equal(nest(a_lock(0, 0), a_lock(1, 1)), 0);
    assert_int_equal(nest(a_lock(2, 0), a_lock(3, 1)), 0);
    assert_int_equal(nest(a_lock(1, 1), a_lock(0, 0)), 1);
    assert_int_equal(edges_given_out(), 2);
    assert_false(class_graph_is_pending());
}

static void two_locks_of_one_class_make_an_edge_to_itself(void **state)
{
    struct class_event event;

    (void)state;
    assert_int_equal(nest(a_lock(0, 0), a_lock(1, 0)), 1);
    while (class_graph_next(&event) && !event.is_edge)
        continue;
    assert_true(event.is_edge);
    assert_int_equal(class_graph_edge(event.number)->from, class_graph_edge(event.number)->to);
}

static void a_second_lock_of_a_class_is_told_of_the_class(void **state)
{
    struct class_event event;

    (void)state;
    nest(a_lock(0, 0), a_lock(1, 1));
    edges_given_out();
    nest(a_lock(0, 0), a_lock(1, 1));
    assert_false(class_graph_is_pending());
    nest(a_lock(0, 0), a_lock(2, 1));
    assert_true(class_graph_next(&event));
    assert_false(event.is_edge);
    assert_true(class_graph_node(event.number)->several);
}

static void a_way_with_more_locks_held_says_nothing_new(void **state)
{
    struct lock_request gate = a_lock(2, 2), outer = a_lock(0, 0), inner = a_lock(1, 1);

    (void)state;
    nest(outer, inner);
    hold(&gate);
    assert_int_equal(acquire(&outer), 1);
    hold(&outer);
    assert_int_equal(acquire(&inner), 1); /* from the gate; the other is known */
    release_all();
}

static void a_way_with_fewer_locks_held_does(void **state)
{
    struct lock_request gate = a_lock(2, 2), outer = a_lock(0, 0), inner = a_lock(1, 1);

    (void)state;
    hold(&gate);
    acquire(&outer);
    hold(&outer);
    acquire(&inner);
    release_all();
    assert_int_equal(nest(outer, inner), 1);
}

static void a_wait_with_a_limit_is_another_way_unless_a_patient_one_is_known(void **state)
{
    struct lock_request timed = a_lock(1, 1);

    (void)state;
    timed.wait = LOCK_TIMED;
    assert_int_equal(nest(a_lock(0, 0), timed), 1);
    assert_int_equal(nest(a_lock(0, 0), a_lock(1, 1)), 1);
    timed.mode = LOCK_READ;
    assert_int_equal(nest(a_lock(0, 0), timed), 1);
    assert_int_equal(nest(a_lock(0, 0), timed), 0);
}

static void note_held(void *argument, uint32_t node, enum lock_mode mode)
{
    unsigned *held = argument;

    assert_true(node >= 1 && node < LOCKS);
    held[mode]++;
}

static void an_edge_knows_all_that_was_held_and_how(void **state)
{
    struct lock_request reading = a_lock(2, 2);
    struct lock_request outer = a_lock(0, 0), inner = a_lock(1, 1);
    struct class_event event;
    unsigned held[2] = {0, 0};

    (void)state;
    reading.mode = LOCK_READ;
    hold(&reading);
    hold(&outer);
    assert_int_equal(acquire(&inner), 2);
    while (class_graph_next(&event) && !event.is_edge)
        continue;
    class_graph_each_held(class_graph_edge(event.number), note_held, held);
    assert_int_equal(held[LOCK_WRITE], 1);
    assert_int_equal(held[LOCK_READ], 1);
    assert_string_equal(class_graph_edge(event.number)->thread_name, "worker");
}

static void what_a_child_goes_on_with_is_not_given_out_again(void **state)
{
    (void)state;
    nest(a_lock(0, 0), a_lock(1, 1));
    nest(a_lock(1, 1), a_lock(2, 2));
    assert_int_equal(class_graph_skip(), 2);
    assert_false(class_graph_is_pending());
    nest(a_lock(2, 2), a_lock(3, 3));
    assert_int_equal(edges_given_out(), 1);
}

static void a_signal_is_told_of_its_class_once(void **state)
{
    struct class_event event;

    (void)state;
    nest(a_lock(0, 0), a_lock(1, 1));
    edges_given_out();
    class_graph_is_signal(class_of(a_lock(1, 1).id));
    class_graph_is_signal(class_of(a_lock(1, 1).id));
    assert_true(class_graph_next(&event));
    assert_true(class_graph_node(event.number)->signal);
    assert_false(class_graph_is_pending());
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        GRAPH_CASE("locks of two classes make an edge once",
                   locks_of_two_classes_make_an_edge_once),
        GRAPH_CASE("two locks of one class make an edge to itself",
                   two_locks_of_one_class_make_an_edge_to_itself),
        GRAPH_CASE("a second lock of a class is told of the class",
                   a_second_lock_of_a_class_is_told_of_the_class),
        GRAPH_CASE("a way with more locks held says nothing new",
                   a_way_with_more_locks_held_says_nothing_new),
        GRAPH_CASE("a way with fewer locks held does", a_way_with_fewer_locks_held_does),
        GRAPH_CASE("a wait with a limit is another way unless a patient one is known",
                   a_wait_with_a_limit_is_another_way_unless_a_patient_one_is_known),
        GRAPH_CASE("an edge knows all that was held and how",
                   an_edge_knows_all_that_was_held_and_how),
        GRAPH_CASE("what a child goes on with is not given out again",
                   what_a_child_goes_on_with_is_not_given_out_again),
        GRAPH_CASE("a signal is told of its class once", a_signal_is_told_of_its_class_once),
    };

    return RUN_CASES(cases);
}
