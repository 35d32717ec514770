/* SPDX-License-Identifier: MIT */
/*
 * Imports, hooks and loads of native libraries: in each thread they lie one in the other, and so
 * a stack has what is open.  The time of an import counts for the one around it as `inner`.
 */
#include "graph/vector.h"
#include "trace/model_reader.h"

static uint32_t string_of(const struct reader *reader, uint64_t subject)
{
    return subject <= UINT32_MAX ? reader_number(reader, TRACE_STRING, (uint32_t)subject) : 0;
}

static const struct reader_module *module_of(const struct reader *reader, uint64_t subject)
{
    return subject <= UINT32_MAX ? reader_module(reader, (uint32_t)subject) : NULL;
}

static struct reader_open *top(struct reader_stream *stream, size_t below)
{
    return &stream->open.items[stream->open.count - 1 - below];
}

/* The innermost open import at or below that height of the stack, or MODEL_NONE. */
static uint32_t import_below(const struct reader_stream *stream, size_t height)
{
    while (height-- > 0)
        if (stream->open.items[height].kind == TRACE_IMPORT_BEGINS)
            return (uint32_t)height;
    return MODEL_NONE;
}

static uint32_t around(const struct reader_stream *stream, size_t height)
{
    uint32_t import = import_below(stream, height);

    return import == MODEL_NONE ? MODEL_NONE : stream->open.items[import].item;
}

/* -------------------------------------------------------------------- what is in the model */

static void describe(struct reader *reader, struct model_import *import, uint64_t subject)
{
    const struct reader_module *module = module_of(reader, subject);

    if (!module)
        return;
    import->origin = module->origin;
    import->loader = module->loader;
    import->bytes = module->bytes;
    import->found = module->found;
}

static uint32_t add_import(struct reader *reader, struct reader_stream *stream,
                           const struct trace_event *event, uint32_t parent)
{
    struct model *model = reader->model;
    struct model_import added = {.begin = event->time,
                                 .end = event->time,
                                 .thread = stream->thread,
                                 .name = string_of(reader, event->subject),
                                 .parent = parent,
                                 .place = reader_number(reader, TRACE_PLACE, event->place),
                                 .stack = stream->own_stack,
                                 .used = -1};
    uint32_t import = (uint32_t)model->imports.count;

    describe(reader, &added, event->subject);
    VECTOR_ADD(&model->imports, added);
    VECTOR_ADD(&reader->roots_before, stream->last_root);
    if (parent == MODEL_NONE)
        stream->last_root = import;
    return import;
}

static uint32_t add_hook(struct reader *reader, struct reader_stream *stream,
                         const struct trace_event *event)
{
    struct model_hook added = {.begin = event->time,
                               .end = event->time,
                               .thread = stream->thread,
                               .import = around(stream, stream->open.count),
                               .name = string_of(reader, event->subject),
                               .action = reader_number(reader, TRACE_STRING, event->value)};

    VECTOR_ADD(&reader->model->hooks, added);
    return (uint32_t)reader->model->hooks.count - 1;
}

static uint32_t add_library(struct reader *reader, struct reader_stream *stream,
                            const struct trace_event *event)
{
    const struct reader_module *module = module_of(reader, event->subject);
    struct model_library added = {.begin = event->time,
                                  .end = event->time,
                                  .thread = stream->thread,
                                  .import = around(stream, stream->open.count),
                                  .name = string_of(reader, event->subject),
                                  .file = module ? module->origin : 0};

    VECTOR_ADD(&reader->model->libraries, added);
    return (uint32_t)reader->model->libraries.count - 1;
}

/* --------------------------------------------------------------------------- the stack */

static struct reader_open *push(struct reader_stream *stream, const struct trace_event *event,
                                uint8_t kind, uint32_t item)
{
    uint32_t import = import_below(stream, stream->open.count);
    struct reader_open added = {.item = item,
                                .kind = kind,
                                .phase_began = event->time,
                                .memory_before = event->value,
                                .import = import};

    if (import != MODEL_NONE)
        added.inner_before = stream->open.items[import].inner;
    VECTOR_ADD(&stream->open, added);
    return top(stream, 0);
}

/* Adds the time since the phase of an import began, but what imports below it took. */
static void end_phase(struct reader *reader, struct reader_open *open, int64_t time)
{
    struct model_import *import = &reader->model->imports.items[open->item];
    int64_t took = time - open->phase_began - (open->inner - open->inner_before);

    if (open->phase == TRACE_IMPORT_FINDS)
        import->find += took;
    else if (open->phase == TRACE_BODY_BEGINS)
        import->body += took;
    open->phase = 0;
}

static void begin_phase(struct reader *reader, struct reader_open *open, uint8_t phase,
                        int64_t time)
{
    end_phase(reader, open, time);
    open->phase = phase;
    open->phase_began = time;
    open->inner_before = open->inner;
}

static void end_import(struct reader *reader, struct reader_stream *stream,
                       struct reader_open *open, int64_t time)
{
    struct model_import *import = &reader->model->imports.items[open->item];

    end_phase(reader, open, time);
    import->end = time;
    import->self = import->end - import->begin - open->inner;
    if (open->import != MODEL_NONE)
        stream->open.items[open->import].inner += import->end - import->begin;
}

/* Is another one of its kind open around it?  Then the outer one's time has its own. */
static bool is_within_another(const struct reader_stream *stream, const struct reader_open *open)
{
    for (const struct reader_open *outer = open; outer-- > stream->open.items;) {
        if (outer->kind == open->kind && outer->import == open->import)
            return true;
        if (outer->kind == TRACE_IMPORT_BEGINS)
            return false;
    }
    return false;
}

/* How long a hook or library took of its import itself. */
static void add_part(struct reader *reader, struct reader_stream *stream,
                     const struct reader_open *open, int64_t time)
{
    if (open->import == MODEL_NONE || is_within_another(stream, open))
        return;
    const struct reader_open *outer = &stream->open.items[open->import];
    struct model_import *import = &reader->model->imports.items[outer->item];
    int64_t took = time - open->phase_began - (outer->inner - open->inner_before);

    if (open->kind == TRACE_HOOK_BEGINS)
        import->hooks += took;
    else
        import->library += took;
}

static uint8_t *flags_of(struct reader *reader, const struct reader_open *open)
{
    struct model *model = reader->model;

    return open->kind == TRACE_IMPORT_BEGINS ? &model->imports.items[open->item].flags
           : open->kind == TRACE_HOOK_BEGINS ? &model->hooks.items[open->item].flags
                                             : &model->libraries.items[open->item].flags;
}

static void pop(struct reader *reader, struct reader_stream *stream, int64_t time, uint8_t flags)
{
    struct reader_open *open = top(stream, 0);

    *flags_of(reader, open) |= flags;
    if (open->kind == TRACE_IMPORT_BEGINS) {
        end_import(reader, stream, open, time);
    } else {
        add_part(reader, stream, open, time);
        if (open->kind == TRACE_HOOK_BEGINS)
            reader->model->hooks.items[open->item].end = time;
        else
            reader->model->libraries.items[open->item].end = time;
    }
    stream->open.count--;
}

static uint32_t name_of(const struct reader *reader, const struct reader_open *open)
{
    const struct model *model = reader->model;

    return open->kind == TRACE_IMPORT_BEGINS ? model->imports.items[open->item].name
           : open->kind == TRACE_HOOK_BEGINS ? model->hooks.items[open->item].name
                                             : model->libraries.items[open->item].name;
}

/* How far below the top that kind and name stands, or MODEL_NONE. */
static uint32_t find(const struct reader *reader, struct reader_stream *stream, uint8_t kind,
                     uint32_t name)
{
    for (size_t below = 0; below < stream->open.count; below++) {
        const struct reader_open *open = top(stream, below);

        if (open->kind == kind && name_of(reader, open) == name)
            return (uint32_t)below;
    }
    return MODEL_NONE;
}

/* What is above it never got an end. */
static void uncover(struct reader *reader, struct reader_stream *stream, uint32_t below,
                    int64_t time)
{
    while (below-- > 0)
        pop(reader, stream, time, MODEL_OPEN_END);
}

/* ----------------------------------------------------------- what began before the trace */

/* All that its thread imported so far was imported by it. */
static void take_roots(struct reader *reader, struct reader_stream *stream, uint32_t import,
                       uint32_t last_root)
{
    struct model *model = reader->model;
    struct model_import *added = &model->imports.items[import];
    uint32_t root = last_root;

    while (root != MODEL_NONE) {
        struct model_import *below = &model->imports.items[root];

        below->parent = import;
        added->self -= below->end - below->begin;
        root = reader->roots_before.items[root - reader->first_import];
    }
    reader->roots_before.items[import - reader->first_import] = MODEL_NONE;
    stream->last_root = import;
}

/* The last root, if it is of that name and only its body was seen to begin: then it is the same. */
static bool has_lost_its_begin(const struct reader *reader, uint32_t root, uint32_t name)
{
    const struct model_import *import = &reader->model->imports.items[root];

    return root != MODEL_NONE && import->name == name && import->flags & MODEL_LAZY;
}

/* With something open, an end that fits nothing is a mistake and not older than all. */
static void end_unknown_import(struct reader *reader, struct reader_stream *stream,
                               const struct trace_event *event)
{
    uint32_t import = stream->last_root, last_root = import;
    int64_t inner = 0;

    if (stream->open.count > 0)
        return;
    if (has_lost_its_begin(reader, import, string_of(reader, event->subject))) {
        const struct model_import *body = &reader->model->imports.items[import];

        inner = body->end - body->begin - body->self;
        last_root = reader->roots_before.items[import - reader->first_import];
    } else {
        import = add_import(reader, stream, event, MODEL_NONE);
    }
    struct model_import *added = &reader->model->imports.items[import];

    added->begin = stream->first;
    added->end = event->time;
    added->self = added->end - added->begin - inner;
    added->flags = (uint8_t)((added->flags & ~MODEL_LAZY) | MODEL_OPEN_BEGIN |
                             (event->detail & 1 ? 0 : MODEL_FAILED));
    added->place = 0;
    take_roots(reader, stream, import, last_root);
}

/* ------------------------------------------------------------------------- each event */

static struct model_lazy *lazy_of(struct reader *reader, const struct trace_event *event)
{
    uint32_t name = string_of(reader, event->subject);
    uint64_t found = map_get(&reader->lazies, (uint64_t)name + 1);
    struct model_lazy added = {.declared = -1,
                               .run = -1,
                               .process = reader->process,
                               .name = name,
                               .declared_by = MODEL_NONE,
                               .run_by = MODEL_NONE};

    if (found == 0) {
        VECTOR_ADD(&reader->model->lazies, added);
        found = reader->model->lazies.count;
        reader_put(&reader->lazies, (uint64_t)name + 1, (uint32_t)found - 1);
    }
    return &reader->model->lazies.items[found - 1];
}

static void runs(struct model_lazy *lazy, const struct reader_stream *stream, int64_t time,
                 uint32_t place)
{
    if (lazy->run >= 0)
        return;
    lazy->run = time;
    lazy->run_by = stream->thread;
    lazy->run_place = place;
}

static void lazy_event(struct reader *reader, struct reader_stream *stream,
                       const struct trace_event *event)
{
    struct model_lazy *lazy = lazy_of(reader, event);
    uint32_t place = reader_number(reader, TRACE_PLACE, event->place);

    if (event->kind == TRACE_LAZY_DECLARED && lazy->declared < 0) {
        lazy->declared = event->time;
        lazy->declared_by = stream->thread;
        lazy->place = place;
    } else if (event->kind == TRACE_LAZY_RUN) {
        runs(lazy, stream, event->time, place);
        stream->run_memory = event->value;
    }
}

/* Of the process, whichever thread it was; what either event doesn't know can't be told. */
static int64_t growth(const struct reader_open *open, const struct trace_event *event)
{
    return open->memory_before == 0 || event->value == 0 ? 0 : event->value - open->memory_before;
}

static void lazy_ran(struct reader *reader, struct reader_stream *stream,
                     const struct trace_event *event)
{
    uint32_t below = find(reader, stream, TRACE_IMPORT_BEGINS, string_of(reader, event->subject));
    struct reader_open *open = below == MODEL_NONE ? NULL : top(stream, below);

    if (open && open->body_alone)
        reader->model->imports.items[open->item].memory = growth(open, event);
}

/* The module was declared by a `lazy import`, and now the import runs. */
static void run_declared(struct reader *reader, const struct reader_stream *stream,
                         struct model_import *import)
{
    uint64_t found = map_get(&reader->lazies, (uint64_t)import->name + 1);
    struct model_lazy *lazy = found == 0 ? NULL : &reader->model->lazies.items[found - 1];

    if (lazy == NULL || lazy->declared < 0 || lazy->run >= 0)
        return;
    import->flags |= MODEL_LAZY;
    runs(lazy, stream, import->begin, import->place);
}

static void begin_import(struct reader *reader, struct reader_stream *stream,
                         const struct trace_event *event)
{
    uint32_t parent = around(stream, stream->open.count);
    uint32_t import = add_import(reader, stream, event, parent);

    push(stream, event, TRACE_IMPORT_BEGINS, import);
    run_declared(reader, stream, &reader->model->imports.items[import]);
}

static void import_ends(struct reader *reader, struct reader_stream *stream,
                        const struct trace_event *event)
{
    uint32_t below = find(reader, stream, TRACE_IMPORT_BEGINS, string_of(reader, event->subject));

    if (below == MODEL_NONE) {
        end_unknown_import(reader, stream, event);
        return;
    }
    uncover(reader, stream, below, event->time);
    struct model_import *import = &reader->model->imports.items[top(stream, 0)->item];

    import->memory = growth(top(stream, 0), event);
    pop(reader, stream, event->time, event->detail & 1 ? 0 : MODEL_FAILED);
}

/* A lazy module's body runs without an import statement around it. */
static void body_begins(struct reader *reader, struct reader_stream *stream,
                        const struct trace_event *event)
{
    uint32_t name = string_of(reader, event->subject);
    uint32_t below = find(reader, stream, TRACE_IMPORT_BEGINS, name);

    if (below == MODEL_NONE) {
        begin_import(reader, stream, event);
        reader->model->imports.items[top(stream, 0)->item].flags |= MODEL_LAZY;
        top(stream, 0)->body_alone = true;
        top(stream, 0)->memory_before = stream->run_memory;
        stream->run_memory = 0;
        below = 0;
    }
    reader->model->imports.items[top(stream, below)->item].flags |= MODEL_IN_BODY;
    begin_phase(reader, top(stream, below), TRACE_BODY_BEGINS, event->time);
}

static void body_ends(struct reader *reader, struct reader_stream *stream,
                      const struct trace_event *event)
{
    uint32_t below = find(reader, stream, TRACE_IMPORT_BEGINS, string_of(reader, event->subject));

    if (below == MODEL_NONE)
        return;
    uncover(reader, stream, below, event->time);
    if (top(stream, 0)->body_alone)
        pop(reader, stream, event->time, event->detail & 1 ? 0 : MODEL_FAILED);
    else
        end_phase(reader, top(stream, 0), event->time);
}

static void finds(struct reader *reader, struct reader_stream *stream,
                  const struct trace_event *event, bool begins)
{
    uint32_t below = find(reader, stream, TRACE_IMPORT_BEGINS, string_of(reader, event->subject));

    if (below == MODEL_NONE)
        return;
    if (begins)
        begin_phase(reader, top(stream, below), TRACE_IMPORT_FINDS, event->time);
    else
        end_phase(reader, top(stream, below), event->time);
}

/* Of a hook or a library; one without a begin tells nothing. */
static void part_ends(struct reader *reader, struct reader_stream *stream,
                      const struct trace_event *event, uint8_t kind)
{
    uint32_t below = find(reader, stream, kind, string_of(reader, event->subject));

    if (below == MODEL_NONE)
        return;
    uncover(reader, stream, below, event->time);
    pop(reader, stream, event->time, event->detail & 1 ? 0 : MODEL_FAILED);
}

void reader_import_event(struct reader *reader, struct reader_stream *stream,
                         const struct trace_event *event)
{
    switch (event->kind) {
    case TRACE_IMPORT_BEGINS:
        begin_import(reader, stream, event);
        break;
    case TRACE_IMPORT_FINDS:
    case TRACE_IMPORT_FOUND:
        finds(reader, stream, event, event->kind == TRACE_IMPORT_FINDS);
        break;
    case TRACE_BODY_BEGINS:
        body_begins(reader, stream, event);
        break;
    case TRACE_BODY_ENDS:
        body_ends(reader, stream, event);
        break;
    case TRACE_IMPORT_ENDS:
        import_ends(reader, stream, event);
        break;
    case TRACE_HOOK_BEGINS:
        push(stream, event, TRACE_HOOK_BEGINS, add_hook(reader, stream, event));
        break;
    case TRACE_HOOK_ENDS:
        part_ends(reader, stream, event, TRACE_HOOK_BEGINS);
        break;
    case TRACE_LIBRARY_BEGINS:
        push(stream, event, TRACE_LIBRARY_BEGINS, add_library(reader, stream, event));
        break;
    case TRACE_LIBRARY_ENDS:
        part_ends(reader, stream, event, TRACE_LIBRARY_BEGINS);
        break;
    case TRACE_LAZY_DECLARED:
    case TRACE_LAZY_RUN:
        lazy_event(reader, stream, event);
        break;
    case TRACE_LAZY_RAN:
        lazy_ran(reader, stream, event);
        break;
    default:
        break;
    }
}

void reader_close_imports(struct reader *reader, struct reader_stream *stream, int64_t end)
{
    uncover(reader, stream, (uint32_t)stream->open.count, end);
}
