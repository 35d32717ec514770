/* SPDX-License-Identifier: MIT */
/* The contexts of an edge.  Called by graph.c and edges.c under their caller's lock. */
#include "locks/contexts.h"

static bool same_modes(const struct context *kept, const struct graph_context *context)
{
    return kept->from_mode == context->from_mode && kept->to_mode == context->to_mode;
}

/* Can the kept one deadlock wherever the new one can, but for their threads? */
static bool serves_for(const struct graph *graph, const struct context *kept,
                       const struct news *news)
{
    return same_modes(kept, news->context) && (!kept->timed || news->context->timed) &&
           (kept->gates == news->held ||
            gates_within(&graph->gates, kept->gates, news->gates, news->count));
}

struct survey {
    uint32_t all;      /* contexts of the edge */
    uint32_t threads;  /* that have one that serves for the new one */
    bool same_segment; /* its own has, between the same creations and joins of threads */
};

/* None that is older is by the same thread: each counts once. */
static bool is_of_new_thread(const struct graph *graph, const struct context *kept,
                             const struct news *news)
{
    for (uint32_t at = kept->next; at != 0; at = context_at(graph, at)->next)
        if (context_at(graph, at)->thread == kept->thread &&
            serves_for(graph, context_at(graph, at), news))
            return false;
    return true;
}

static struct survey survey_of(const struct graph *graph, uint32_t edge, const struct news *news)
{
    struct survey survey = {.all = 0};
    const struct context *kept;

    for (uint32_t at = edge_at(graph, edge)->contexts; at != 0; at = kept->next) {
        kept = context_at(graph, at);
        survey.all++;
        if (!serves_for(graph, kept, news))
            continue;
        survey.threads += is_of_new_thread(graph, kept, news);
        survey.same_segment |=
            kept->thread == news->context->thread && kept->segment == news->context->segment;
    }
    return survey;
}

static bool is_known(const struct survey *survey)
{
    return survey->same_segment || survey->threads >= CONTEXT_THREADS ||
           survey->all >= CONTEXTS_PER_EDGE;
}

bool contexts_know(const struct graph *graph, uint32_t edge, const struct news *news)
{
    struct survey survey = survey_of(graph, edge, news);

    return is_known(&survey);
}

/* Does the new context serve for the kept one, and is it by the same thread? */
static bool supersedes(const struct graph *graph, const struct context *news,
                       const struct context *kept)
{
    return news->thread == kept->thread && news->from_mode == kept->from_mode &&
           news->to_mode == kept->to_mode && (!news->timed || kept->timed) &&
           gates_contain(&graph->gates, kept->gates, news->gates);
}

static void give(struct graph *graph, uint32_t number)
{
    gates_give(&graph->gates, context_at(graph, number)->gates);
    items_give(&graph->contexts, number);
    graph->counts.contexts--;
}

/* The same for one that the caller knows to be kept. */
static void drop(struct graph *graph, uint32_t number)
{
    if (graph->drop != NULL)
        graph->drop(context_at(graph, number)->stack);
    give(graph, number);
}

uint32_t contexts_stack(const struct graph *graph, uint32_t edge, const struct news *news)
{
    const struct graph_context *context = news->context;
    const struct context *kept;

    for (uint32_t at = edge_at(graph, edge)->contexts; at != 0; at = kept->next) {
        kept = context_at(graph, at);
        if (kept->thread == context->thread && kept->from_place == context->from_place &&
            kept->to_place == context->to_place && serves_for(graph, kept, news))
            return kept->stack;
    }
    return 0;
}

/* The first of its thread that the new one supersedes: newer ones stand before older ones. */
static uint32_t first_of_thread(const struct graph *graph, uint32_t edge, uint32_t news)
{
    uint32_t first = 0;

    for (uint32_t at = edge_at(graph, edge)->contexts; at != 0; at = context_at(graph, at)->next)
        if (at != news && supersedes(graph, context_at(graph, news), context_at(graph, at)))
            first = at;
    return first;
}

static bool same_segment(const struct graph *graph, uint32_t a, uint32_t b)
{
    return context_at(graph, a)->segment == context_at(graph, b)->segment;
}

void contexts_settle(struct graph *graph, uint32_t edge, uint32_t news)
{
    uint32_t first = first_of_thread(graph, edge, news);
    uint32_t *link = &edge_at(graph, edge)->contexts;

    while (*link != 0) {
        uint32_t number = *link;
        struct context *kept = context_at(graph, number);

        if (number == news || !supersedes(graph, context_at(graph, news), kept) ||
            (number == first && !same_segment(graph, first, news))) {
            link = &kept->next;
            continue;
        }
        *link = kept->next;
        drop(graph, number);
    }
}

static struct context context_from(const struct graph_context *context, uint32_t gates)
{
    return (struct context){.from_place = context->from_place,
                            .to_place = context->to_place,
                            .thread = context->thread,
                            .segment = context->segment,
                            .stack = context->stack,
                            .held = context->held,
                            .gates = gates,
                            .from_mode = (uint8_t)context->from_mode,
                            .to_mode = (uint8_t)context->to_mode,
                            .timed = context->timed};
}

uint32_t contexts_add(struct graph *graph, uint32_t edge, const struct news *news)
{
    uint32_t number = items_take(&graph->contexts);

    if (number == 0)
        return 0;
    gates_use(&graph->gates, news->held);
    *context_at(graph, number) = context_from(news->context, news->held);
    context_at(graph, number)->next = edge_at(graph, edge)->contexts;
    edge_at(graph, edge)->contexts = number;
    graph->counts.contexts++;
    return number;
}

struct graph_context contexts_describe(const struct context *context)
{
    return (struct graph_context){.from_mode = context->from_mode,
                                  .to_mode = context->to_mode,
                                  .timed = context->timed,
                                  .thread = context->thread,
                                  .segment = context->segment,
                                  .stack = context->stack,
                                  .from_place = context->from_place,
                                  .to_place = context->to_place,
                                  .held = context->held};
}

void contexts_each(const struct graph *graph, uint32_t edge,
                   void (*visit)(void *argument, const struct graph_edge *edge), void *argument)
{
    struct graph_edge visited = {.from = edge_at(graph, edge)->from,
                                 .to = edge_at(graph, edge)->to};
    const struct context *context;

    for (uint32_t at = edge_at(graph, edge)->contexts; at != 0; at = context->next) {
        context = context_at(graph, at);
        visited.context = contexts_describe(context);
        visit(argument, &visited);
    }
}

void contexts_take_back(struct graph *graph, uint32_t edge)
{
    uint32_t newest = edge_at(graph, edge)->contexts;

    edge_at(graph, edge)->contexts = context_at(graph, newest)->next;
    give(graph, newest);
}

void contexts_remove_all(struct graph *graph, uint32_t edge)
{
    uint32_t *first = &edge_at(graph, edge)->contexts;

    while (*first != 0) {
        uint32_t number = *first;

        *first = context_at(graph, number)->next;
        drop(graph, number);
    }
}
