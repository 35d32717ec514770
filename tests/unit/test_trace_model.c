/* SPDX-License-Identifier: MIT */
/* What traces look like once they are read: processes, threads, names, waits and holds. */
#include "scratch.h"
#include "trace_reading.h"
#include "unit.h"

/* ------------------------------------------------------------------------ processes */

static const char PARENT[] = "process pid=7 parent=1 began=1000 ended=9000 status=3 "
                             "command=\"python pool.py\" python=3.11.2 lost=4 dropped=5\n"
                             "thread 1 tid=7 name=main began=1000 flags=main\n"
                             "class queue origin=created place=make@pool.py:5\n"
                             "2000 1 forks place=start@pool.py:9\n"
                             "3000 1 lock-acquired 0xa0 class=queue kind=lock\n"
                             "4000 1 lock-released 0xa0 class=queue kind=lock\n";
static const char CHILD[] = "process pid=8 parent=7 began=2100 flags=forked\n"
                            "thread 1 tid=8 name=main began=2100 flags=main\n"
                            "class other origin=created place=make@pool.py:1\n"
                            "class queue origin=created place=make@pool.py:5 traits=standard\n"
                            "2500 1 lock-acquired 0xb0 class=queue kind=lock\n"
                            "5000 1 lock-released 0xb0 class=queue kind=lock\n";

static void processes_of_a_tree_are_read_together(void **state)
{
    struct model model = model_of_scripts(CHILD, PARENT, NULL);
    const struct model_process *parent = &model.processes.items[0], *child = parent + 1;

    (void)state;
    assert_int_equal(parent->pid, 7);
    assert_int_equal(parent->parent, MODEL_NONE);
    assert_name(&model, parent->command, "python pool.py");
    assert_name(&model, parent->python, "3.11.2");
    assert_int_equal(parent->status, 3);
    assert_true(parent->exited);
    assert_int_equal(parent->lost, 4);
    assert_int_equal(parent->dropped, 5);
    assert_int_equal(child->parent, 0);
    assert_int_equal(child->flags, TRACE_FORKED);
    assert_false(child->exited);
    assert_int_equal(child->ended, 5000);
    assert_int_equal(model.begin, 1000);
    assert_int_equal(model.end, 9000);
    assert_int_equal(model.moments.count, 1);
    assert_int_equal(model.moments.items[0].other, 1);
    model_free(&model);
}

static void a_class_is_the_same_in_all_processes(void **state)
{
    struct model model = model_of_scripts(CHILD, PARENT, NULL);
    uint32_t lock_class = model.locks.items[0].lock_class;

    (void)state;
    assert_int_equal(model.locks.count, 2);
    assert_int_equal(model.locks.items[1].lock_class, lock_class);
    assert_int_equal(model.classes.items[lock_class].traits, TRAIT_STANDARD);
    assert_int_equal(model.classes.items[lock_class].kind, LOCK_SCRIPT);
    assert_int_equal(model.holds.items[0].begin, 2500);
    assert_int_equal(model.holds.items[1].begin, 3000);
    model_free(&model);
}

static void a_process_that_execs_is_followed_by_its_next_life(void **state)
{
    struct model model = model_of_scripts("process pid=7 parent=1 began=1000\n"
                                          "1500 1 forks\n",
                                          "process pid=7 parent=1 began=1600 ended=2000\n",
                                          "process pid=9 parent=7 began=1700 ended=1900\n", NULL);

    (void)state;
    assert_true(model.processes.items[0].replaced);
    assert_false(model.processes.items[1].replaced);
    assert_int_equal(model.processes.items[1].parent, MODEL_NONE);
    assert_int_equal(model.processes.items[2].parent, 1);
    model_free(&model);
}

static void a_fork_is_that_of_the_child_which_began_next(void **state)
{
    struct model model =
        model_of_scripts("process pid=7 parent=1 began=1000 ended=9000\n"
                         "1500 1 forks\n"
                         "2500 1 forks\n"
                         "3500 1 forks\n",
                         "process pid=8 parent=7 began=1600 ended=2000\n", /* an exec'd one */
                         "process pid=9 parent=7 began=2600 flags=forked\n",
                         "process pid=10 parent=7 began=3600 flags=forked\n", NULL);

    (void)state;
    assert_int_equal(model.moments.items[0].other, MODEL_NONE);
    assert_int_equal(model.processes.items[model.moments.items[1].other].pid, 9);
    assert_int_equal(model.processes.items[model.moments.items[2].other].pid, 10);
    model_free(&model);
}

/* ----------------------------------------------------------------------------- names */

static void a_name_that_is_no_text_becomes_one(void **state)
{
    struct model model = model_of_script("process pid=7 command=\"a\x1b[31m\xff\xc3\xa4\xc3\x01"
                                         "\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82\xac\"\n");

    (void)state;
    assert_name(&model, model.processes.items[0].command,
                "a [31m\xef\xbf\xbd\xc3\xa4\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
                "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xe2\x82\xac");
    model_free(&model);
}

static void places_and_stacks_have_their_names(void **state)
{
    struct model model =
        model_of_script("process pid=7\n"
                        "100 1 lock-acquired 0xa0 place=put@app.py:10 "
                        "stack=put@app.py:10,main@app.py:20,_start+33@/lib/a.so:0x1021\n");
    const struct model_hold *hold = &model.holds.items[0];
    const struct model_place *place = &model.places.items[hold->place];
    const struct model_stack *stack = &model.stacks.items[hold->stack];
    const struct model_place *last =
        &model.places.items[model.frames.items[stack->first + stack->count - 1]];

    (void)state;
    assert_name(&model, place->function, "put");
    assert_name(&model, place->file, "app.py");
    assert_int_equal(place->line, 10);
    assert_false(place->native);
    assert_int_equal(stack->count, 3);
    assert_int_equal(model.frames.items[stack->first], hold->place);
    assert_true(last->native);
    assert_int_equal(last->offset, 0x1021);
    assert_int_equal(last->into, 33);
    model_free(&model);
}

/* --------------------------------------------------------------------------- threads */

static void threads_have_creators_and_ends(void **state)
{
    struct model model = model_of_script("process pid=7 began=1000 ended=9000\n"
                                         "thread 1 tid=7 name=main began=1000 flags=main\n"
                                         "thread 2 tid=8 name=worker began=2000 creator=1 "
                                         "place=start@app.py:4 flags=daemon\n"
                                         "2000 1 thread-creates thread=2\n"
                                         "2100 1 thread-creates thread=3 place=start@app.py:5\n"
                                         "2050 2 thread-begins\n"
                                         "2150 3 thread-begins\n"
                                         "3000 1 join-waits thread=2 place=join@app.py:7\n"
                                         "4000 2 thread-ends 500\n"
                                         "4100 1 join-ends thread=2 detail=1\n"
                                         "5000 3 lock-acquired 0xa0\n");
    const struct model_thread *threads = model.threads.items;

    (void)state;
    assert_int_equal(model.threads.count, 3);
    assert_int_equal(model.processes.items[0].main_thread, 0);
    assert_int_equal(threads[1].creator, 0);
    assert_int_equal(threads[1].ended, 4000);
    assert_int_equal(threads[1].cpu, 500);
    assert_int_equal(threads[1].joined, 4100);
    assert_int_equal(threads[1].joiner, 0);
    assert_int_equal(threads[1].flags, 0);
    assert_int_equal(threads[1].traits, TRACE_DAEMON);
    assert_int_equal(threads[2].creator, 0);
    assert_int_equal(model.places.items[threads[2].place].line, 5);
    assert_int_equal(threads[2].began, 2150);
    assert_int_equal(threads[2].flags, MODEL_OPEN_END);
    assert_int_equal(threads[2].ended, 9000);
    assert_int_equal(threads[2].cpu, -1);
    assert_int_equal(threads[2].joined, -1);
    assert_int_equal(threads[2].open_holds, 1);
    assert_int_equal(model.joins.count, 1);
    assert_int_equal(model.joins.items[0].end, 4100);
    model_free(&model);
}

static void a_number_that_is_used_again_is_another_thread(void **state)
{
    struct model model = model_of_script("process pid=7\n"
                                         "thread 2 tid=8 name=first began=100\n"
                                         "thread 2 tid=8 name=renamed began=100\n"
                                         "thread 2 tid=9 name=second began=500\n"
                                         "150 2 lock-acquired 0xa0\n"
                                         "600 2 lock-acquired 0xb0\n");

    (void)state;
    assert_int_equal(model.threads.count, 2);
    assert_name(&model, model.threads.items[model.holds.items[0].thread].name, "renamed");
    assert_name(&model, model.threads.items[model.holds.items[1].thread].name, "second");
    model_free(&model);
}

/* ----------------------------------------------------------------------------- locks */

static void a_wait_knows_its_holder_and_the_hold_it_ended_in(void **state)
{
    struct model model =
        model_of_script("process pid=7\n"
                        "class jobs origin=created place=make@app.py:3\n"
                        "lock 0xa0 class=jobs name=the-queue\n"
                        "100 1 lock-acquired 0xa0 class=jobs kind=lock place=put@app.py:10\n"
                        "200 2 lock-waits 0xa0 class=jobs kind=lock mode=read wait=timed holder=1 "
                        "stack=get@app.py:20 holder-stack=put@app.py:11\n"
                        "250 3 lock-waits 0xa0 class=jobs kind=lock\n"
                        "300 1 lock-released 0xa0 class=jobs kind=lock place=put@app.py:12\n"
                        "310 2 lock-acquired 0xa0 class=jobs kind=lock detail=1\n"
                        "400 3 lock-failed 0xa0 class=jobs kind=lock detail=1\n"
                        "410 3 lock-failed 0xa0 class=jobs kind=lock\n"
                        "500 2 lock-released 0xa0 class=jobs kind=lock\n"
                        "510 1 lock-gone 0xa0 class=jobs kind=lock\n"
                        "600 1 lock-acquired 0xa0 class=jobs kind=lock\n");
    const struct model_wait *waits = model.waits.items;
    const struct model_hold *holds = model.holds.items;

    (void)state;
    assert_int_equal(model.waits.count, 2);
    assert_int_equal(waits[0].begin, 200);
    assert_int_equal(waits[0].end, 310);
    assert_int_equal(waits[0].holder, holds[0].thread);
    assert_int_equal(waits[0].holder_hold, 0);
    assert_int_equal(waits[0].hold, 1);
    assert_int_equal(waits[0].mode, LOCK_READ);
    assert_int_equal(waits[0].wait, LOCK_TIMED);
    assert_int_equal(
        model.places.items[model.frames.items[model.stacks.items[waits[0].holder_stack].first]]
            .line,
        11);
    assert_int_equal(waits[1].holder_hold, 0);
    assert_int_equal(waits[1].flags, MODEL_FAILED);
    assert_int_equal(waits[1].hold, MODEL_NONE);
    assert_int_equal(holds[0].end, 300);
    assert_int_equal(model.places.items[holds[0].end_place].line, 12);
    assert_int_equal(holds[1].wait, 0);
    assert_int_equal(model.locks.count, 2);
    assert_true(model.locks.items[0].gone);
    assert_name(&model, model.locks.items[0].name, "the-queue");
    assert_int_equal(model.locks.items[0].acquisitions, 2);
    assert_int_equal(model.locks.items[0].waits, 2);
    assert_int_equal(model.locks.items[0].failures, 1);
    assert_int_equal(holds[2].lock, 1);
    assert_int_equal(holds[2].flags, MODEL_OPEN_END);
    model_free(&model);
}

/* A lock of Python up to 3.12 seems free until who got it has the GIL, too. */
static void who_was_about_to_have_a_lock_is_the_holder(void **state)
{
    struct model model = model_of_script("process pid=7\n"
                                         "100 2 lock-waits 0xa0 kind=lock\n"
                                         "110 3 lock-waits 0xa0 kind=lock wait=timed\n"
                                         "120 4 lock-waits 0xb0 kind=lock\n"
                                         "130 3 lock-failed 0xa0 kind=lock detail=1\n"
                                         "200 1 lock-acquired 0xa0 kind=lock\n"
                                         "300 1 lock-released 0xa0 kind=lock\n"
                                         "310 2 lock-acquired 0xa0 kind=lock detail=1\n"
                                         "320 4 lock-acquired 0xb0 kind=lock detail=1\n");
    const struct model_wait *waits = model.waits.items;

    (void)state;
    assert_int_equal(model.waits.count, 3);
    assert_int_equal(waits[0].holder, model.holds.items[0].thread);
    assert_int_equal(waits[0].holder_hold, 0);
    assert_int_equal(waits[1].holder, MODEL_NONE);
    assert_int_equal(waits[2].holder, MODEL_NONE);
    assert_int_equal(waits[2].holder_hold, MODEL_NONE);
    model_free(&model);
}

static void an_owner_that_acquires_again_holds_once(void **state)
{
    struct model model = model_of_script("process pid=7\n"
                                         "100 1 lock-acquired 0xa0 kind=rlock\n"
                                         "200 1 lock-acquired 0xa0 kind=rlock\n"
                                         "300 1 lock-released 0xa0 kind=rlock\n"
                                         "400 1 lock-released 0xa0 kind=rlock\n");

    (void)state;
    assert_int_equal(model.holds.count, 1);
    assert_int_equal(model.holds.items[0].end, 400);
    assert_int_equal(model.holds.items[0].again, 1);
    assert_int_equal(model.locks.items[0].acquisitions, 2);
    model_free(&model);
}

static void readers_hold_together_and_another_thread_may_release_a_lock(void **state)
{
    struct model model = model_of_script("process pid=7\n"
                                         "100 1 lock-acquired 0xa0 kind=rwlock mode=read\n"
                                         "150 2 lock-acquired 0xa0 kind=rwlock mode=read\n"
                                         "200 1 lock-released 0xa0 kind=rwlock mode=read\n"
                                         "300 2 lock-released 0xa0 kind=rwlock mode=read\n"
                                         "400 1 lock-acquired 0xb0 kind=lock\n"
                                         "500 2 lock-released 0xb0 kind=lock\n");
    const struct model_hold *holds = model.holds.items;

    (void)state;
    assert_int_equal(model.holds.count, 3);
    assert_int_equal(holds[0].end, 200);
    assert_int_equal(holds[1].end, 300);
    assert_int_equal(holds[2].end, 500);
    assert_int_equal(holds[2].flags, MODEL_BY_OTHER);
    assert_int_equal(holds[2].releaser, holds[1].thread);
    model_free(&model);
}

static void what_lost_its_other_half_is_open(void **state)
{
    struct model model = model_of_script("process pid=7 began=50 dropped=9\n"
                                         "100 1 thread-creates thread=5\n"
                                         "200 1 lock-released 0xa0 kind=mutex\n"
                                         "300 1 lock-acquired 0xb0 kind=mutex detail=1\n"
                                         "400 1 condition-woken 0xc0\n"
                                         "500 2 lock-waits 0xb0 kind=mutex\n"
                                         "600 1 condition-waits 0xc0\n"
                                         "700 1 exits\n");

    (void)state;
    assert_int_equal(model.holds.items[0].begin, 100);
    assert_int_equal(model.holds.items[0].end, 200);
    assert_int_equal(model.holds.items[0].flags, MODEL_OPEN_BEGIN);
    assert_int_equal(model.holds.items[1].flags, MODEL_OPEN_END);
    assert_int_equal(model.holds.items[1].end, 700);
    assert_int_equal(model.waits.items[0].begin, 100);
    assert_int_equal(model.waits.items[0].flags, MODEL_OPEN_BEGIN);
    assert_int_equal(model.waits.items[0].hold, 1);
    assert_int_equal(model.holds.items[1].wait, 0);
    assert_int_equal(model.waits.items[1].flags, MODEL_OPEN_END);
    assert_int_equal(model.waits.items[1].end, 700);
    assert_int_equal(model.waits.items[1].holder_hold, 1);
    assert_int_equal(model.conditions.items[0].flags, MODEL_OPEN_BEGIN);
    assert_int_equal(model.conditions.items[1].flags, MODEL_OPEN_END);
    assert_int_equal(model.conditions.items[1].end, 700);
    model_free(&model);
}

static void the_gil_stands_apart(void **state)
{
    struct model model = model_of_script("process pid=7\n"
                                         "100 1 gil-taken 0xa0\n"
                                         "150 1 lock-acquired 0xa0 kind=mutex\n"
                                         "200 2 gil-waits 0xa0 holder=1 place=f@a.py:1\n"
                                         "300 1 gil-dropped 0xa0\n"
                                         "310 2 gil-taken 0xa0 detail=1\n");

    (void)state;
    assert_int_equal(model.holds.count, 1);
    assert_int_equal(model.waits.count, 0);
    assert_int_equal(model.gil_holds.count, 2);
    assert_int_equal(model.gil_waits.count, 1);
    assert_int_equal(model.gil_waits.items[0].holder_hold, 0);
    assert_int_equal(model.gil_waits.items[0].hold, 1);
    assert_int_equal(model.locks.items[model.gil_holds.items[0].lock].kind, LOCK_INTERPRETER);
    assert_int_equal(model.threads.items[model.gil_holds.items[1].thread].open_holds, 0);
    model_free(&model);
}

static void a_lock_without_a_class_comes_from_where_it_was_met(void **state)
{
    struct model model = model_of_script("process pid=7\n"
                                         "100 1 lock-acquired 0xa0 place=hold@a.c:4\n"
                                         "200 1 lock-released 0xa0 place=hold@a.c:6\n"
                                         "300 1 lock-acquired 0xa0 place=other@a.c:9\n");
    const struct model_class *lock_class = &model.classes.items[model.locks.items[0].lock_class];

    (void)state;
    assert_int_equal(model.locks.count, 1);
    assert_int_equal(lock_class->origin, ORIGIN_ACQUIRED);
    assert_int_equal(model.places.items[lock_class->place].line, 4);
    model_free(&model);
}

static void who_takes_the_gil_ends_the_hold_before(void **state)
{
    struct model model = model_of_script("process pid=7\n"
                                         "100 1 gil-taken 0xa0\n"
                                         "200 2 gil-waits 0xa0\n"
                                         "300 2 gil-taken 0xa0 detail=1\n"
                                         "350 1 gil-dropped 0xa0 place=late@a.py:1\n"
                                         "400 2 gil-dropped 0xa0\n");
    const struct model_hold *holds = model.gil_holds.items;

    (void)state;
    assert_int_equal(model.gil_holds.count, 2);
    assert_int_equal(holds[0].end, 300);
    assert_int_equal(holds[0].flags, 0);
    assert_int_equal(model.places.items[holds[0].end_place].line, 1);
    assert_int_equal(holds[1].end, 400);
    model_free(&model);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE_IN_FOLDER("the processes of a tree are read together",
                       processes_of_a_tree_are_read_together),
        CASE_IN_FOLDER("a lock class is the same in all processes",
                       a_class_is_the_same_in_all_processes),
        CASE_IN_FOLDER("a fork is that of the child which began next",
                       a_fork_is_that_of_the_child_which_began_next),
        CASE_IN_FOLDER("a process that execs is followed by its next life",
                       a_process_that_execs_is_followed_by_its_next_life),
        CASE_IN_FOLDER("a name that is no text becomes one", a_name_that_is_no_text_becomes_one),
        CASE_IN_FOLDER("places and stacks have their names", places_and_stacks_have_their_names),
        CASE_IN_FOLDER("threads have creators and ends", threads_have_creators_and_ends),
        CASE_IN_FOLDER("a thread's number that is used again is another thread",
                       a_number_that_is_used_again_is_another_thread),
        CASE_IN_FOLDER("a wait knows its holder and the hold it ended in",
                       a_wait_knows_its_holder_and_the_hold_it_ended_in),
        CASE_IN_FOLDER("who was about to have a lock is the holder",
                       who_was_about_to_have_a_lock_is_the_holder),
        CASE_IN_FOLDER("an owner that acquires again holds once",
                       an_owner_that_acquires_again_holds_once),
        CASE_IN_FOLDER("readers hold together, and another thread may release a lock",
                       readers_hold_together_and_another_thread_may_release_a_lock),
        CASE_IN_FOLDER("what lost its other half is open", what_lost_its_other_half_is_open),
        CASE_IN_FOLDER("the GIL stands apart from other locks", the_gil_stands_apart),
        CASE_IN_FOLDER("a lock without a class comes from where it was first met",
                       a_lock_without_a_class_comes_from_where_it_was_met),
        CASE_IN_FOLDER("who takes the GIL ends the hold before",
                       who_takes_the_gil_ends_the_hold_before),
    };

    return RUN_CASES(cases);
}
