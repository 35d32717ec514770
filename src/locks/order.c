/* SPDX-License-Identifier: MIT */
/*
 * Incremental topological ranks, after Pearce and Kelly, "A dynamic topological sort
 * algorithm for directed acyclic graphs" (ACM JEA 11, 2007), with cycles: nodes that lie on
 * one share a rank.
 *
 * An edge that contradicts the ranks makes two regions: what leads to its start and what can
 * be reached from its end, both only as far as the ranks in between go.  They share out the
 * ranks that they have: the first region gets the lowest, the second the highest, what is in
 * both, one between.  So nothing in the first moves up and nothing in the second down, and
 * the edges to the rest of the graph stay right.
 *
 * Called by graph.c under its caller's lock.
 */
#include "locks/order.h"

enum region { BEFORE = 1, AFTER = 2, BOTH = BEFORE | AFTER };

struct member {
    uint64_t rank; /* the old one */
    uint32_t node;
    uint32_t region;
};

struct regions {
    struct graph *graph;
    uint64_t lowest, highest;
    uint32_t count;         /* of members */
    uint32_t waiting;       /* of nodes whose neighbours were not looked at */
    uint32_t ranks;         /* how many different ones there are to share out, */
    uint32_t before, after; /* and how many these regions alone want */
    bool both;
};

static struct member *members_of(const struct regions *regions)
{
    return regions->graph->regions.start;
}

/* The node's entry, made when there is none yet; NULL: there is no memory. */
static struct member *member_for(struct regions *regions, uint32_t number)
{
    struct node *node = node_at(regions->graph, number);
    uint32_t place = regions->count;

    if (node->round == regions->graph->round)
        return members_of(regions) + node->place;
    if (buffer_reserve(&regions->graph->regions, (place + 1) * sizeof(struct member)) == NULL)
        return NULL;
    node->round = regions->graph->round;
    node->place = regions->count++;
    members_of(regions)[place] = (struct member){.rank = node->rank, .node = number};
    return members_of(regions) + place;
}

/* A node was met from its neighbour in that region.  False: there is no memory. */
static bool meet(struct regions *regions, uint32_t number, uint32_t region)
{
    uint64_t rank = node_at(regions->graph, number)->rank;

    if (rank < regions->lowest || rank > regions->highest)
        return true;
    struct member *member = member_for(regions, number);
    uint32_t *queue =
        buffer_reserve(&regions->graph->queue, (regions->waiting + 1) * sizeof(uint32_t));

    if (member == NULL || queue == NULL)
        return false;
    if ((member->region & region) == 0)
        queue[regions->waiting++] = number;
    member->region |= region;
    return true;
}

static bool meet_following(struct regions *regions, uint32_t number)
{
    const struct edge *edge;

    for (uint32_t at = node_at(regions->graph, number)->out; at != 0; at = edge->next_out) {
        edge = edge_at(regions->graph, at);
        if (!meet(regions, edge->to, AFTER))
            return false;
    }
    return true;
}

static bool meet_leading(struct regions *regions, uint32_t number)
{
    const struct edge *edge;

    for (uint32_t at = node_at(regions->graph, number)->in; at != 0; at = edge->next_in) {
        edge = edge_at(regions->graph, at);
        if (!meet(regions, edge->from, BEFORE))
            return false;
    }
    return true;
}

static bool explore(struct regions *regions, uint32_t start, uint32_t region)
{
    bool good = meet(regions, start, region);

    while (good && regions->waiting > 0) {
        uint32_t *queue = regions->graph->queue.start;
        uint32_t number = queue[--regions->waiting];

        good = region == AFTER ? meet_following(regions, number) : meet_leading(regions, number);
    }
    return good;
}

/* Moves the member at `at` down to its place in the heap below it. */
static void sift(struct member *members, uint32_t at, uint32_t count)
{
    struct member moving = members[at];

    for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && members[child + 1].rank > members[child].rank)
            child++;
        if (members[child].rank <= moving.rank)
            break;
        members[at] = members[child];
    }
    members[at] = moving;
}

static void sort(struct member *members, uint32_t count)
{
    for (uint32_t at = count / 2; at > 0; at--)
        sift(members, at - 1, count);
    for (uint32_t end = count; end > 1; end--) {
        struct member last = members[end - 1];

        members[end - 1] = members[0];
        members[0] = last;
        sift(members, 0, end - 1);
    }
}

/* Members of one region that have one rank go on sharing one. */
static void count_ranks(struct regions *regions)
{
    const struct member *members = members_of(regions);
    uint64_t *ranks = regions->graph->ranks.start;
    uint64_t latest[BOTH + 1] = {0};
    uint32_t wanted[BOTH + 1] = {0};

    for (uint32_t i = 0; i < regions->count; i++) {
        if (i == 0 || ranks[regions->ranks - 1] != members[i].rank)
            ranks[regions->ranks++] = members[i].rank;
        wanted[members[i].region] += latest[members[i].region] != members[i].rank;
        latest[members[i].region] = members[i].rank;
    }
    regions->before = wanted[BEFORE];
    regions->after = wanted[AFTER];
    regions->both = wanted[BOTH] > 0;
}

/*
 * The rank of what is in both regions, and the least for what is after.  There are ranks
 * enough, unless unrelated nodes shared one; then they go on sharing.
 */
static uint64_t middle_rank(const struct regions *regions)
{
    const uint64_t *ranks = regions->graph->ranks.start;
    uint32_t wanted = regions->before + regions->after + (regions->both ? 1 : 0);
    uint32_t index = regions->before;

    if (index > 0 && (!regions->both || wanted > regions->ranks))
        index--;
    return ranks[index];
}

static void share_out(const struct regions *regions)
{
    const struct member *members = members_of(regions);
    const uint64_t *ranks = regions->graph->ranks.start;
    uint64_t middle = middle_rank(regions), latest[BOTH + 1] = {0};
    uint32_t next[BOTH + 1] = {[AFTER] = regions->ranks - regions->after};

    for (uint32_t i = 0; i < regions->count; i++) {
        uint32_t region = members[i].region;
        uint64_t *rank = &node_at(regions->graph, members[i].node)->rank;

        if (region == BOTH) {
            *rank = middle;
            continue;
        }
        next[region] += latest[region] != members[i].rank;
        latest[region] = members[i].rank;
        *rank = ranks[next[region] - 1];
        if (region == AFTER && *rank < middle)
            *rank = middle;
    }
}

bool order_admit(struct graph *graph, graph_node from, graph_node to)
{
    struct regions regions = {
        .graph = graph, .lowest = node_at(graph, to)->rank, .highest = node_at(graph, from)->rank};

    if (regions.highest <= regions.lowest)
        return true;
    graph_new_round(graph);
    if (!explore(&regions, to, AFTER) || !explore(&regions, from, BEFORE) ||
        buffer_reserve(&graph->ranks, regions.count * sizeof(uint64_t)) == NULL)
        return false;
    sort(members_of(&regions), regions.count);
    count_ranks(&regions);
    share_out(&regions);
    return true;
}
