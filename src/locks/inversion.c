/* SPDX-License-Identifier: MIT */
/*
 * Lock order, when a chain of held locks is seen for the first time by a thread.  Called
 * from the checker's slow path; all state here is under the guard.
 */
#include "locks/inversion.h"

#include "base/hash.h"
#include "base/text.h"
#include "locks/buffer.h"
#include "locks/chains.h"
#include "locks/class_graph.h"
#include "locks/graph.h"
#include "locks/known.h"
#include "locks/left_out.h"

#include <stddef.h>
#include <sys/prctl.h>

struct range {
    uintptr_t low, high;
};
static struct range interpreter;

static const struct options *options;
static struct graph *instances, *classes;

/* What is held, as the graph wants it; grows as needed. */
static struct buffer gate_buffer;
static struct graph_gate *gates;

static struct graph *new_graph(struct segments *segments)
{
    struct graph *graph = graph_new(segments);

    if (graph != NULL)
        graph_on_drop(graph, occurrence_release);
    return graph;
}

bool inversion_start(const struct options *given, struct segments *segments)
{
    options = given;
    known_by_variable(given->granularity == GRANULARITY_CLASS ||
                      given->address_scope == ADDRESS_SCOPE_CLASS);
    instances = new_graph(segments);
    if (given->granularity == GRANULARITY_CLASS)
        classes = new_graph(segments);
    return instances != NULL && chains_open();
}

bool inversion_restart(struct segments *segments)
{
    known_reset();
    stacks_reset();
    occurrence_reset();
    instances = classes = NULL;
    gate_buffer = (struct buffer){0};
    return inversion_start(options, segments);
}

static bool is_in(const struct range *range, const void *address)
{
    return (uintptr_t)address - range->low < range->high - range->low;
}

void inversion_interpreter(const void *low, const void *high)
{
    interpreter = (struct range){(uintptr_t)low, (uintptr_t)high};
}

/* One acquisition under check. */
struct check {
    struct thread *self;
    const struct lock_request *wanted;
    const struct unwind_registers *here;
    struct draft **drafts;
    uint32_t gate_count;
    uint32_t occurrence; /* 0: not needed so far */
    bool hole;           /* not all entries count now: the chain stands for something else */
    bool refusable;
    const struct held *against; /* what it violates an order against, at level error */
    bool saturated;             /* no edge would learn from further threads */
};

/* From here up all of the thread's own stack is there; another stack it may be on is not known. */
static struct unwind_stack mapped_stack(const struct thread *self, uintptr_t here)
{
    if (here < self->stack.low || here >= self->stack.high)
        return (struct unwind_stack){0, 0};
    return (struct unwind_stack){.low = here, .high = self->stack.high};
}

/*
 * The interpreter's functions that native code calls to get the GIL are no more than that deep.
 * Where they are deeper, it is the interpreter itself that does.
 */
enum { ENTRY_FRAMES_MOST = 4 };

static unsigned entry_frames(const void *const *frames, unsigned count)
{
    unsigned entry = 0;

    while (entry < count && is_in(&interpreter, frames[entry]))
        entry++;
    return entry > ENTRY_FRAMES_MOST ? 0 : entry;
}

/* Up to the interpreter the frames are what the script has called. */
static unsigned with_script(const struct script_stack *script, const void **frames, unsigned count)
{
    unsigned native, lines = 0;

    if (script == NULL || script->count == 0)
        return count;
    native = entry_frames(frames, count);
    while (native < count && !is_in(&interpreter, frames[native]))
        native++;
    while (native + lines < (unsigned)options->stack_depth && lines < script->count) {
        frames[native + lines] = script->lines[lines];
        lines++;
    }
    return native + lines;
}

stack_id inversion_stack(const struct thread *self, const struct unwind_registers *here)
{
    const void *frames[STACK_FRAMES_MAX];
    const struct unwind_stack stack = mapped_stack(self, (uintptr_t)frames);
    unsigned count = unwind(here, &stack, (const void *)(uintptr_t)inversion_stack, frames,
                            (unsigned)options->stack_depth);

    return stacks_keep(frames, with_script(self->script, frames, count));
}

stack_id inversion_stack_of_other(const struct unwind_registers *there,
                                  const struct script_stack *script)
{
    const struct thread other = {.stack = {0, 0}, .script = script};

    return inversion_stack(&other, there);
}

static uint32_t occurrence_of(struct check *check)
{
    if (check->occurrence == 0) {
        prctl(PR_GET_NAME, check->self->name);
        check->occurrence =
            occurrence_new(check->self, check->wanted, inversion_stack(check->self, check->here));
    }
    return check->occurrence;
}

/* ---- what is held ---- */

static bool is_left_out(const void *lock, enum lock_kind kind)
{
    return kind != LOCK_INTERPRETER && left_out_has(lock);
}

static bool is_edge_source(const struct check *check, const struct held *entry)
{
    return entry->address != NULL && entry->id != 0 && entry->id != check->wanted->id &&
           !entry->waited_for && !is_left_out(entry->address, (enum lock_kind)entry->kind);
}

static bool collect_gates(struct check *check)
{
    const struct thread *self = check->self;

    gates = buffer_reserve(&gate_buffer, (size_t)(self->top - self->base) * sizeof *gates);
    if (gates == NULL)
        return false;
    for (const struct held *entry = self->top; entry > self->base; entry--)
        if (is_edge_source(check, entry))
            gates[check->gate_count++] = (struct graph_gate){entry->id, entry->mode};
        else
            check->hole = true;
    return true;
}

/* ---- address-order ---- */

/* What a library makes lies where it lies: nobody else could do anything about it. */
static bool is_of_library(const struct lock_request *lock)
{
    return lock_is_made_up(lock->address) || lock->kind == LOCK_INTERPRETER ||
           (class_at(known_class(lock)).traits & TRAIT_LIBRARY) != 0;
}

static bool address_is_in_scope(const struct lock_request *a, const struct lock_request *b)
{
    if (is_of_library(a) || is_of_library(b))
        return false;
    return options->address_scope == ADDRESS_SCOPE_ALL || known_class(a) == known_class(b);
}

/* A finding about the order against that entry: is it new? */
static bool is_news(struct check *check, const char *rule, enum level level, uint64_t places,
                    const struct held *against)
{
    enum finding_past past = finding_came_before(rule, places);

    if (level == LEVEL_ERROR && past != FINDING_SUPPRESSED)
        check->against = against;
    return past == FINDING_NEW;
}

static void tell_address(struct check *check, const struct held *against)
{
    struct lock_request request = held_request(against);
    const struct lock_request *held = &request;
    uint64_t places = hash_mix((uintptr_t)held->place, (uintptr_t)check->wanted->place);

    if (!is_news(check, "address-order", options->address_order, places, against))
        return;
    struct draft *draft =
        draft_new(check->drafts, "address-order", options->address_order, 1, OCCURRENCE_HELD + 2);
    uint32_t occurrence = draft == NULL ? 0 : occurrence_of(check);
    if (occurrence == 0)
        return;
    unsigned to = draft_lock(draft, check->wanted), from = draft_lock(draft, held);
    draft_add_lock(draft, to);
    text_add(&draft->sentence, " is acquired while ");
    draft_add_lock(draft, from);
    text_add(&draft->sentence, ", which has a higher address, is held");
    struct finding_step *step = draft_step_at(draft, occurrence_at(occurrence), "acquires");
    draft_holds(draft, step, held);
    draft_holds_then(draft, step, occurrence_at(occurrence));
    draft->finding.places = places;
}

/* The highest of what is held is told; the others follow from it. */
static void check_addresses(struct check *check)
{
    const struct thread *self = check->self;
    const struct held *highest = NULL;

    if (options->address_order == LEVEL_OFF)
        return;
    for (const struct held *entry = self->top; entry > self->base; entry--) {
        if (!is_edge_source(check, entry) || entry->address < check->wanted->address ||
            (highest != NULL && entry->address < highest->address))
            continue;
        struct lock_request held = held_request(entry);
        if (address_is_in_scope(&held, check->wanted))
            highest = entry;
    }
    if (highest != NULL)
        tell_address(check, highest);
}

/* ---- lock-order ---- */

static const char *strength_text(enum graph_strength strength)
{
    static const char *const TEXTS[] = {[STRENGTH_CONCURRENT] = "concurrent",
                                        [STRENGTH_SAME_THREAD] = "same thread",
                                        [STRENGTH_ORDERED] = "ordered by join",
                                        [STRENGTH_TIMED] = "timed"};

    return TEXTS[strength];
}

/* The same cycle from wherever it was closed. */
static uint64_t places_of(const struct graph_cycle *cycle)
{
    uint64_t places = cycle->length;

    for (uint32_t i = 0; i < cycle->length; i++)
        places += hash_mix((uintptr_t)cycle->edges[i].context.from_place,
                           (uintptr_t)cycle->edges[i].context.to_place);
    return places;
}

static void add_step(struct draft *draft, const struct graph_edge *edge, const char *verb,
                     const struct lock_request *from)
{
    const struct occurrence *occurrence = occurrence_at(edge->context.stack);
    struct finding_step *step = draft_step_at(draft, occurrence, verb);

    draft_holds(draft, step, from);
    draft_holds_then(draft, step, occurrence);
}

/* What the thread of an edge held, by the edge's own node where the list was cut. */
static struct lock_request source_of(const struct graph *graph, const struct graph_edge *edge)
{
    const struct occurrence *occurrence = occurrence_at(edge->context.stack);
    struct lock_request from = {.place = edge->context.from_place, .mode = edge->context.from_mode};

    for (uint32_t i = 0; i < occurrence->listed; i++)
        if (occurrence->held[i].place == edge->context.from_place) {
            from.address = occurrence->held[i].address;
            from.id = occurrence->held[i].id;
            from.kind = occurrence->held[i].kind;
            return from;
        }
    if (graph == instances) {
        const struct known_lock *lock = known_at(edge->from);
        from.address = lock->address;
        from.id = lock->id;
        from.kind = lock->kind;
    }
    return from;
}

/*
 * When threads wait for each other's modules, importlib lets one of them go on, which then
 * sees a module half loaded: no deadlock, but nothing to rely on either.
 */
static bool is_of_modules(const struct graph *graph, const struct graph_cycle *cycle)
{
    for (uint32_t i = 0; i < cycle->length; i++)
        if (graph != instances || known_at(cycle->edges[i].from)->kind != LOCK_IMPORT)
            return false;
    return true;
}

static bool has_interpreter(const struct graph *graph, const struct graph_cycle *cycle)
{
    for (uint32_t i = 0; i < cycle->length; i++)
        if (source_of(graph, &cycle->edges[i]).kind == LOCK_INTERPRETER)
            return true;
    return false;
}

static enum level level_of(const struct graph *graph, const struct graph_cycle *cycle)
{
    return options->lock_order == LEVEL_ERROR && is_of_modules(graph, cycle) ? LEVEL_WARNING
                                                                             : options->lock_order;
}

/*
 * Many a library calls back into a script with a lock of one of its objects held, as SQLite
 * does with a connection's.  Such objects go from thread to thread, last of all to the one that
 * collects garbage, and only one thread has them at a time.
 */
static bool has_only_libraries(const struct graph *graph, const struct graph_cycle *cycle)
{
    for (uint32_t i = 0; i < cycle->length; i++) {
        struct lock_request lock = source_of(graph, &cycle->edges[i]);

        if (!is_of_library(&lock))
            return false;
    }
    return true;
}

static void say_cycle(struct draft *draft, const struct graph *graph,
                      const struct graph_cycle *cycle)
{
    text_add(&draft->sentence, "acquiring ");
    draft_add_lock(draft, (unsigned)draft->steps[0].lock);
    text_add(&draft->sentence, " while holding ");
    draft_add_lock(draft, draft->steps[0].held[0].lock);
    text_join(&draft->sentence, " closes a cycle of ", NULL);
    text_add_int(&draft->sentence, cycle->length);
    if (is_of_modules(graph, cycle))
        text_add(&draft->sentence, " modules, of which a thread could see one half loaded (");
    else
        text_join(&draft->sentence, graph == classes ? " lock classes" : " locks",
                  " that could deadlock (", NULL);
    text_join(&draft->sentence, strength_text(cycle->strength), ")", NULL);
}

static void tell_cycle(struct check *check, const struct graph *graph,
                       const struct graph_cycle *cycle, const struct held *entry)
{
    uint64_t places = places_of(cycle);
    bool is_of_gil = has_interpreter(graph, cycle);
    const char *rule = is_of_gil ? "gil-order" : "lock-order";
    enum level level = is_of_gil ? options->gil_order : level_of(graph, cycle);

    if ((options->lock_order_strength == LOCK_ORDER_CONCURRENT &&
         cycle->strength != STRENGTH_CONCURRENT) ||
        (is_of_gil && has_only_libraries(graph, cycle)) ||
        !is_news(check, rule, level, places, entry))
        return;
    struct draft *draft =
        draft_new(check->drafts, rule, level, cycle->length, cycle->length * (OCCURRENCE_HELD + 2));
    if (draft == NULL)
        return;
    for (uint32_t i = 0; i < cycle->length; i++) {
        struct lock_request from = source_of(graph, &cycle->edges[i]);

        add_step(draft, &cycle->edges[i], i == 0 ? "acquires" : "acquired", &from);
    }
    say_cycle(draft, graph, cycle);
    draft->finding.places = places;
}

/* ---- the graph ---- */

static struct graph_context context_of(const struct check *check, const struct held *entry)
{
    return (struct graph_context){.from_mode = entry->mode,
                                  .to_mode = check->wanted->mode,
                                  .timed = check->wanted->wait == LOCK_TIMED,
                                  .refusable = check->refusable,
                                  .thread = check->self->number,
                                  .segment = check->self->segment,
                                  .from_place = entry->place,
                                  .to_place = check->wanted->place};
}

/*
 * What keeps two threads apart while they make an edge.  The GIL does not: a thread gives it
 * back between any two instructions of the script, with the lock held that the edge begins at.
 */
static bool hold(struct check *check, struct graph *graph, const struct held *source)
{
    const struct held *top = check->self->top;
    bool without_gil = top->kind == LOCK_INTERPRETER && source != top && gates[0].lock == top->id;

    bool done = graph_holding(graph, gates + without_gil, check->gate_count - without_gil);

    check->saturated &= done;
    return done;
}

/* Would a thread that nobody has seen yet be news? */
static bool is_saturated(struct graph *graph, graph_node from, graph_node to,
                         const struct graph_context *context)
{
    struct graph_context of_another = *context;

    of_another.thread = UINT32_MAX;
    return graph_has(graph, from, to, &of_another);
}

static void add_edge(struct check *check, struct graph *graph, graph_node from, graph_node to,
                     const struct held *entry)
{
    struct graph_context context = context_of(check, entry);
    enum graph_result result = GRAPH_KNOWN;
    struct graph_cycle cycle;

    if (from == 0 || to == 0 || from == to)
        return;
    if (!graph_has(graph, from, to, &context)) {
        context.stack = graph_stack(graph, from, to, &context);
        if (context.stack == 0)
            context.stack = occurrence_of(check);
        if (context.stack == 0)
            return;
        occurrence_use(context.stack);
        result = graph_add(graph, from, to, &context, &cycle);
    }
    if (result == GRAPH_CYCLE)
        tell_cycle(check, graph, &cycle, entry);
    if (result == GRAPH_KNOWN || result == GRAPH_NO_MEMORY ||
        (result == GRAPH_CYCLE && check->refusable))
        occurrence_release(context.stack);
    check->saturated =
        check->saturated && result == GRAPH_KNOWN && is_saturated(graph, from, to, &context);
}

static void add_instance_edge(struct check *check, graph_node to, const struct held *entry)
{
    struct lock_request held = held_request(entry);

    add_edge(check, instances, known_enter(instances, &held), to, entry);
}

/* In the graph of classes `from` is held as what it is there; gates stay instances. */
static void add_class_edge(struct check *check, const struct held *entry, uint32_t gate)
{
    struct lock_request held = held_request(entry);
    uint32_t from = known_class(&held), to = known_class(check->wanted);

    if (classes == NULL || from == 0 || to == 0 || from == to)
        return; /* locks of one class have no order but that of their addresses */
    gates[gate].lock = from;
    bool is_held = hold(check, classes, entry);
    gates[gate].lock = entry->id;
    if (is_held)
        add_edge(check, classes, graph_node_for(classes, from), graph_node_for(classes, to), entry);
}

static void check_order(struct check *check)
{
    const struct thread *self = check->self;
    graph_node to = known_enter(instances, check->wanted);
    uint32_t edges = 0;
    bool is_held = false;

    for (const struct held *entry = self->top; entry > self->base; entry--) {
        if (!is_edge_source(check, entry))
            continue;
        if (edges == 0 || (edges == 1 && self->top->kind == LOCK_INTERPRETER))
            is_held = hold(check, instances, entry);
        if (is_held)
            add_instance_edge(check, to, entry);
        add_class_edge(check, entry, edges);
        edges++;
    }
}

/* ---- the graph file ---- */

/* The GIL beside a library's lock means nothing by class: see has_only_libraries(). */
static bool is_gil_and_library(const struct lock_request *a, const struct lock_request *b)
{
    return a->kind == LOCK_INTERPRETER && is_of_library(b);
}

static bool is_class_source(const void *argument, const struct held *entry)
{
    const struct check *check = argument;
    struct lock_request held = held_request(entry);

    return is_edge_source(check, entry) && !is_gil_and_library(&held, check->wanted) &&
           !is_gil_and_library(check->wanted, &held);
}

static void note_classes(struct check *check)
{
    const struct thread *self = check->self;
    struct class_news news;

    if (!class_graph_is_on() ||
        !class_graph_collect(&news, self, check->wanted, is_class_source, check))
        return;
    for (const struct held *entry = self->top; entry > self->base; entry--)
        if (is_class_source(check, entry) && !class_graph_has(&news, entry) &&
            occurrence_of(check) != 0)
            class_graph_add(&news, entry, occurrence_at(check->occurrence)->stack);
}

const struct held *inversion_acquiring(struct thread *self, const struct lock_request *wanted,
                                       const struct unwind_registers *here, bool refusable,
                                       struct draft **drafts)
{
    struct check check = {.self = self,
                          .wanted = wanted,
                          .here = here,
                          .drafts = drafts,
                          .saturated = true,
                          .refusable = refusable};

    if (is_left_out(wanted->address, wanted->kind) || !collect_gates(&check))
        return NULL;
    if (check.gate_count > 0) {
        check_addresses(&check);
        if (options->lock_order != LEVEL_OFF && !(refusable && check.against != NULL))
            check_order(&check);
        if (!(refusable && check.against != NULL))
            note_classes(&check);
    }
    occurrence_release(check.occurrence);
    if (!check.hole && !(refusable && check.against != NULL))
        chains_add(held_chain(self->top->chain, held_word(wanted->id, wanted->mode, wanted->wait)),
                   check.saturated ? CHAIN_FOR_ALL : self->chain_tag);
    return check.against;
}

void inversion_forget(lock_id id, const void *address)
{
    if (instances != NULL)
        known_drop(instances, id, address);
}

bool inversion_knows(lock_id id)
{
    return instances != NULL && graph_find(instances, id) != 0;
}

uint64_t inversion_given_up(void)
{
    return (instances == NULL ? 0 : graph_counts(instances).given_up) +
           (classes == NULL ? 0 : graph_counts(classes).given_up);
}
