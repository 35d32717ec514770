/* SPDX-License-Identifier: MIT */
/*
 * Which imports were used, from what the recorder tells of modules.  Called by model_settle(),
 * when imports are a tree.
 *
 * An import brings modules in: its own and those below it.  Code of these may read each other while
 * they are imported, and that is no use of the import.  What else reads its module is one: code
 * that was not brought in by it, or that runs when the import has ended.  And where such code reads
 * another one of these modules, what that one had read before is used, too.
 */
#include "graph/vector.h"
#include "report/pool.h"
#include "trace/model_reader.h"

#include <stdlib.h>
#include <string.h>

/* A use, with the name of its module. */
struct named {
    const char *name;
    const struct model_use *use;
    bool is_import; /* a `from package import submodule` asked for the package's __path__ */
};

struct search {
    struct model *model;
    struct named *uses; /* by name, then by time */
    bool *known;        /* by process: no use of what it imported is missing */

    /* Of the import that is looked at. */
    const struct model_import *import;
    uint32_t number, process;
    /* By string: the last import number for which it was set. */
    uint32_t *names, *files;           /* what that import brings in */
    uint32_t *live_names, *live_files; /* of these, what is used from outside */
};

static void *allocate(size_t count, size_t size)
{
    void *items = calloc(count + 1, size);

    if (!items)
        no_memory();
    return items;
}

/* ---------------------------------------------------------------------- uses by their name */

static int by_name(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    int order = strcmp(a->name, b->name);

    if (order != 0)
        return order;
    if (a->use->time != b->use->time)
        return a->use->time < b->use->time ? -1 : 1;
    return a->use < b->use ? -1 : a->use > b->use;
}

/* Is `name` that of a module in the package, or below it? */
static bool is_below(const char *name, const char *package)
{
    size_t length = strlen(package);

    return strncmp(name, package, length) == 0 && name[length] == '.';
}

static bool is_at(const struct model *model, uint32_t a, uint32_t b)
{
    const struct model_place *left = &model->places.items[a], *right = &model->places.items[b];

    return left->file != 0 && left->file == right->file && left->line == right->line;
}

static bool is_import_statement(const struct model *model, const struct named *named)
{
    const struct model_use *use = named->use;

    if (!(use->detail & TRACE_USE_ASKED) ||
        strcmp(model_string(model, use->attribute), "__path__") != 0)
        return false;
    for (size_t i = 0; i < model->imports.count; i++) {
        const struct model_import *import = &model->imports.items[i];

        if (is_at(model, import->place, use->place) &&
            (import->name == use->name || is_below(model_string(model, import->name), named->name)))
            return true;
    }
    return false;
}

static void sort_uses(struct search *search)
{
    const struct model *model = search->model;
    size_t count = model->uses.count;

    search->uses = allocate(count, sizeof *search->uses);
    for (size_t i = 0; i < count; i++) {
        struct named *named = &search->uses[i];

        named->use = &model->uses.items[i];
        named->name = model_string(model, named->use->name);
        named->is_import = is_import_statement(model, named);
    }
    qsort(search->uses, count, sizeof *search->uses, by_name);
}

/* The first use whose name, cut to that length, does not come before. */
static size_t first_use(const struct search *search, const char *name, size_t length)
{
    size_t low = 0, high = search->model->uses.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strncmp(search->uses[middle].name, name, length) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ------------------------------------------------------------------- what a use tells of it */

enum evidence { NONE, PERHAPS_WITHIN, WITHIN, ONLY_ASKED, UNSEEN, OUTSIDE };

/* The process that it was forked from; MODEL_NONE: none that is known. */
static uint32_t forked_from(const struct model *model, uint32_t process)
{
    const struct model_process *child = &model->processes.items[process];

    return child->flags & TRACE_FORKED ? child->parent : MODEL_NONE;
}

/* A file may say anything: even that two processes were forked from each other. */
static bool is_forked_from(const struct model *model, uint32_t process, uint32_t ancestor)
{
    for (size_t i = 0; i < model->processes.count && process != MODEL_NONE; i++) {
        if (process == ancestor)
            return true;
        process = forked_from(model, process);
    }
    return false;
}

/* A process that was forked later has what was imported before. */
static bool concerns(const struct search *search, const struct model_use *use)
{
    if (use->process == search->process)
        return true;
    return search->model->processes.items[use->process].began >= search->import->begin &&
           is_forked_from(search->model, use->process, search->process);
}

static uint32_t file_of(const struct search *search, const struct model_use *use)
{
    return search->model->places.items[use->place].file;
}

static bool is_brought_in(const struct search *search, uint32_t file)
{
    return file != 0 && search->files[file] == search->number;
}

static enum evidence evidence_of(const struct search *search, const struct named *named)
{
    const struct model_use *use = named->use;
    bool within = use->process == search->process && is_brought_in(search, file_of(search, use));

    if (!concerns(search, use))
        return NONE;
    if (use->detail & TRACE_USE_UNTOUCHED)
        return NONE;
    if (use->detail & TRACE_USE_UNSEEN)
        return use->detail & TRACE_USE_IMPORTING ? PERHAPS_WITHIN : UNSEEN;
    if (use->detail & TRACE_USE_ASKED)
        return within || named->is_import ? NONE : ONLY_ASKED;
    if (!(use->detail & TRACE_USE_IMPORTING) || !within)
        return OUTSIDE;
    return use->time <= search->import->end ? WITHIN : OUTSIDE;
}

/* ------------------------------------------------------- of its module and its package */

static void take(const struct search *search, enum evidence *best, const struct named *named)
{
    struct model_import *import = &search->model->imports.items[search->number - 1];
    enum evidence found = evidence_of(search, named);

    if (found == OUTSIDE && (import->used < 0 || named->use->time < import->used)) {
        import->used = named->use->time;
        import->used_place = named->use->place;
    }
    if (found > *best)
        *best = found;
}

/* Uses of the module, and of what lies below it: who imports that imports the module, too. */
static void look_at(const struct search *search, enum evidence *best, const char *name)
{
    size_t length = strlen(name), count = search->model->uses.count;

    for (size_t i = first_use(search, name, length);
         i < count && strncmp(search->uses[i].name, name, length) == 0; i++) {
        char next = search->uses[i].name[length];

        if (next == '\0' || next == '.')
            take(search, best, &search->uses[i]);
    }
}

/* `import package.module` binds the package, too. */
static enum evidence look(const struct search *search)
{
    const struct model *model = search->model;
    const char *name = model_string(model, search->import->name);
    enum evidence best = NONE;

    look_at(search, &best, name);
    for (uint32_t i = search->number; i < search->import->after; i++) {
        const char *other = model_string(model, model->imports.items[i].name);

        if (is_below(name, other))
            look_at(search, &best, other);
    }
    return best;
}

/* ------------------------------------------------------------- of all that it brings in */

static void mark(struct search *search, uint32_t number)
{
    const struct model *model = search->model;

    search->import = &model->imports.items[number];
    search->number = number + 1;
    search->process = model->threads.items[search->import->thread].process;
    for (uint32_t i = number; i < search->import->after; i++) {
        search->names[model->imports.items[i].name] = search->number;
        search->files[model->imports.items[i].origin] = search->number;
    }
}

static bool is_live(const struct search *search, uint32_t name)
{
    return search->live_names[name] == search->number;
}

/* Some code of its package may have read it. */
static bool is_package_live(const struct search *search, const char *name)
{
    const struct model *model = search->model;
    size_t length = strcspn(name, ".");

    for (uint32_t i = search->number - 1; i < search->import->after; i++) {
        uint32_t other = model->imports.items[i].name;
        const char *its = model_string(model, other);

        if (is_live(search, other) && strcspn(its, ".") == length && !strncmp(its, name, length))
            return true;
    }
    return false;
}

static bool makes_live(const struct search *search, const struct named *named)
{
    enum evidence found = evidence_of(search, named);

    if (found == PERHAPS_WITHIN)
        return is_package_live(search, named->name);
    return found == OUTSIDE || found == UNSEEN ||
           (found == WITHIN && search->live_files[file_of(search, named->use)] == search->number);
}

static bool is_used_now(const struct search *search, const char *name)
{
    size_t count = search->model->uses.count;

    for (size_t i = first_use(search, name, strlen(name) + 1);
         i < count && strcmp(search->uses[i].name, name) == 0; i++)
        if (makes_live(search, &search->uses[i]))
            return true;
    return false;
}

/* Goes on until nothing more is found: true if it was something. */
static bool spread(struct search *search)
{
    const struct model *model = search->model;
    uint32_t first = search->number - 1;
    bool more = false;

    for (uint32_t i = first; i < search->import->after; i++) {
        const struct model_import *import = &model->imports.items[i];

        if (is_live(search, import->name) ||
            !is_used_now(search, model_string(model, import->name)))
            continue;
        search->live_names[import->name] = search->number;
        search->live_files[import->origin] = search->number;
        more = true;
    }
    return more;
}

/* Is the module, or one of its package, read by another one that is used from outside? */
static bool is_needed_by_others(struct search *search)
{
    const struct model *model = search->model;
    const char *name = model_string(model, search->import->name);

    while (spread(search))
        ;
    for (uint32_t i = search->number - 1; i < search->import->after; i++) {
        uint32_t other = model->imports.items[i].name;

        if (is_live(search, other) &&
            (other == search->import->name || is_below(model_string(model, other), name)))
            return true;
    }
    return false;
}

/* ------------------------------------------------------------------------------ verdicts */

/* Where specialised code reads modules unseen, the end tells that there was none. */
static bool is_confirmed(const struct search *search)
{
    const char *name = model_string(search->model, search->import->name);

    if (!(search->model->processes.items[search->process].flags & TRACE_USES_AT_END))
        return true;
    for (size_t i = first_use(search, name, strlen(name) + 1);
         i < search->model->uses.count && strcmp(search->uses[i].name, name) == 0; i++)
        if (search->uses[i].use->process == search->process &&
            (search->uses[i].use->detail & TRACE_USE_UNTOUCHED))
            return true;
    return false;
}

static enum model_use_state state_of(struct search *search, uint32_t number)
{
    enum { LEFT_OUT = MODEL_FAILED | MODEL_LAZY | MODEL_OPEN_BEGIN | MODEL_OPEN_END };
    static const enum model_use_state states[] = {
        [NONE] = MODEL_UNUSED,      [PERHAPS_WITHIN] = MODEL_UNUSED, [WITHIN] = MODEL_UNUSED,
        [ONLY_ASKED] = MODEL_ASKED, [UNSEEN] = MODEL_USE_UNKNOWN,    [OUTSIDE] = MODEL_USED};

    if (search->model->imports.items[number].flags & LEFT_OUT)
        return MODEL_USE_UNKNOWN;
    mark(search, number);
    if (!search->known[search->process])
        return MODEL_USE_UNKNOWN;
    enum evidence best = look(search);

    if (best < UNSEEN && is_needed_by_others(search))
        return MODEL_USED;
    return best < UNSEEN && !is_confirmed(search) ? MODEL_USE_UNKNOWN : states[best];
}

/* Nobody changes an import statement of the standard library. */
static bool is_standard(const char *file)
{
    return *file == '<' || (strstr(file, "/lib/python3") && !strstr(file, "-packages/"));
}

static bool is_chosen(const struct model *model, const struct model_import *import)
{
    const struct model_place *place = &model->places.items[import->place];

    return place->file != 0 && !place->native && !is_standard(model_string(model, place->file));
}

static bool is_whole(const struct model_process *process)
{
    return (process->flags & (TRACE_USES | TRACE_USES_LOST)) == TRACE_USES && !process->cut &&
           (process->exited || !(process->flags & TRACE_USES_AT_END));
}

static void spoil(const struct search *search, uint32_t process)
{
    for (size_t i = 0; i < search->model->processes.count && process != MODEL_NONE; i++) {
        search->known[process] = false;
        process = forked_from(search->model, process);
    }
}

/*
 * What a child does with what its parent imported counts, and a child whose trace isn't there may
 * do anything.
 */
static void find_known(struct search *search)
{
    const struct model *model = search->model;

    search->known = allocate(model->processes.count, sizeof *search->known);
    memset(search->known, true, model->processes.count);
    for (uint32_t i = 0; i < model->processes.count; i++)
        if (!is_whole(&model->processes.items[i]))
            spoil(search, i);
    for (size_t i = 0; i < model->moments.count; i++) {
        const struct model_moment *moment = &model->moments.items[i];

        if (moment->kind == TRACE_FORKS && moment->other == MODEL_NONE)
            spoil(search, model->threads.items[moment->thread].process);
    }
}

void model_settle_uses(struct model *model)
{
    size_t strings = model->strings.count;
    struct search search = {.model = model};

    sort_uses(&search);
    find_known(&search);
    search.names = allocate(strings, sizeof *search.names);
    search.files = allocate(strings, sizeof *search.files);
    search.live_names = allocate(strings, sizeof *search.live_names);
    search.live_files = allocate(strings, sizeof *search.live_files);
    for (uint32_t i = 0; i < model->imports.count; i++) {
        model->imports.items[i].chosen = is_chosen(model, &model->imports.items[i]);
        model->imports.items[i].use = (uint8_t)state_of(&search, i);
    }
    free(search.uses);
    free(search.known);
    free(search.names);
    free(search.files);
    free(search.live_names);
    free(search.live_files);
}
