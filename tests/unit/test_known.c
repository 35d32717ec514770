/* SPDX-License-Identifier: MIT */
/* What is known of locks in the graph, and their names. */
#include "unit.h"

#include "locks/known.h"

#include <string.h>

static struct segments segments;
static struct graph *graph;
static struct {
    uint64_t aligned;
} locks[2000];

static int begin(void **state)
{
    (void)state;
    known_reset();
    segments_init(&segments);
    graph = graph_new(&segments);
    return graph == NULL;
}

static int end(void **state)
{
    (void)state;
    graph_delete(graph);
    return 0;
}

#define CASE_FROM_NOTHING(sentence, function) \
    {                                         \
        sentence, function, begin, end, NULL  \
    }

static struct lock_request request(unsigned number, lock_id id)
{
    return (struct lock_request){.address = &locks[number], .id = id, .kind = LOCK_RWLOCK};
}

static graph_node enter(unsigned number, lock_id id)
{
    struct lock_request lock = request(number, id);

    return known_enter(graph, &lock);
}

static void a_lock_is_entered_once(void **state)
{
    graph_node node = enter(1, 11);

    (void)state;
    assert_int_not_equal(node, 0);
    assert_int_equal(enter(1, 11), node);
    assert_int_not_equal(enter(2, 12), node);
    assert_int_equal(known_at(node)->id, 11);
    assert_ptr_equal(known_at(node)->address, &locks[1]);
    assert_int_equal(known_at(node)->kind, LOCK_RWLOCK);
}

static void a_new_lock_at_an_address_drops_the_one_before(void **state)
{
    (void)state;
    enter(1, 11);
    graph_node node = enter(1, 12);
    assert_int_equal(graph_find(graph, 11), 0);
    assert_int_equal(graph_find(graph, 12), node);
    assert_int_equal(graph_counts(graph).nodes, 1);
}

static void a_dropped_lock_leaves_the_graph(void **state)
{
    (void)state;
    enter(1, 11);
    known_drop(graph, 11, &locks[1]);
    known_drop(graph, 11, &locks[1]);
    known_drop(graph, 99, &locks[2]);
    assert_int_equal(graph_counts(graph).nodes, 0);
    assert_int_not_equal(enter(1, 12), 0);
}

static void nodes_that_are_used_again_stand_for_the_new_lock(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 10; round++)
        for (unsigned i = 0; i < 2000; i++) {
            graph_node node = enter(i, 1 + round * 2000 + i);

            assert_ptr_equal(known_at(node)->address, &locks[i]);
        }
    assert_int_equal(graph_counts(graph).nodes, 2000);
}

static void a_class_is_that_of_the_id_or_of_where_the_lock_lies(void **state)
{
    struct lock_request made = request(1, (lock_id)7 << 44 | 1), lies = request(2, 2);
    struct lock_request heap = {.address = &lies, .id = 3, .place = &locks[5]}; /* no image */

    (void)state;
    assert_int_equal(known_class(&made), 7);
    assert_int_equal(class_at(known_class(&lies)).origin, ORIGIN_STATIC);
    assert_ptr_equal(class_at(known_class(&lies)).address, &locks[2]);
    assert_int_equal(class_at(known_class(&heap)).origin, ORIGIN_ACQUIRED);
    assert_ptr_equal(class_at(known_class(&heap)).address, &locks[5]);
}

/* Wherever it is acquired later. */
static void a_class_stays_that_of_the_first_place(void **state)
{
    struct lock_request heap = {.id = 3, .place = &locks[5]};
    uint32_t first;

    (void)state;
    heap.address = &heap;
    known_enter(graph, &heap);
    first = known_class(&heap);
    heap.place = &locks[6];
    assert_int_equal(known_class(&heap), first);
}

static void a_name_is_copied_replaced_and_forgotten(void **state)
{
    char name[] = "queue";

    (void)state;
    assert_false(known_any_name());
    assert_string_equal(known_name(&locks[1]), "");
    assert_true(known_set_name(&locks[1], name));
    memset(name, 'x', sizeof name - 1);
    assert_string_equal(known_name(&locks[1]), "queue");
    assert_true(known_any_name());
    assert_true(known_set_name(&locks[1], "other"));
    assert_string_equal(known_name(&locks[1]), "other");
    known_forget_name(&locks[1]);
    assert_string_equal(known_name(&locks[1]), "");
    assert_false(known_any_name());
}

static void a_long_name_is_cut(void **state)
{
    static char name[5000];

    (void)state;
    memset(name, 'n', sizeof name - 1);
    assert_true(known_set_name(&locks[1], name));
    assert_int_equal(strlen(known_name(&locks[1])), 255);
    assert_memory_equal(known_name(&locks[1]), name, 255);
}

static void thousands_of_names_are_kept_apart(void **state)
{
    char name[2] = "a";

    (void)state;
    for (unsigned i = 0; i < 2000; i++) {
        name[0] = (char)('a' + i % 26);
        assert_true(known_set_name(&locks[i], name));
    }
    for (unsigned i = 0; i < 2000; i++) {
        name[0] = (char)('a' + i % 26);
        assert_string_equal(known_name(&locks[i]), name);
    }
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_FROM_NOTHING("a lock is entered once", a_lock_is_entered_once),
        CASE_FROM_NOTHING("a new lock at an address drops the one before",
                          a_new_lock_at_an_address_drops_the_one_before),
        CASE_FROM_NOTHING("a dropped lock leaves the graph", a_dropped_lock_leaves_the_graph),
        CASE_FROM_NOTHING("nodes that are used again stand for the new lock",
                          nodes_that_are_used_again_stand_for_the_new_lock),
        CASE_FROM_NOTHING("a class is that of the id or of where the lock lies",
                          a_class_is_that_of_the_id_or_of_where_the_lock_lies),
        CASE_FROM_NOTHING("a class stays that of the first place",
                          a_class_stays_that_of_the_first_place),
        CASE_FROM_NOTHING("a name is copied replaced and forgotten",
                          a_name_is_copied_replaced_and_forgotten),
        CASE_FROM_NOTHING("a long name is cut", a_long_name_is_cut),
        CASE_FROM_NOTHING("thousands of names are kept apart", thousands_of_names_are_kept_apart),
    };

    return RUN_CASES(cases);
}
