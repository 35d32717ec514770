/* SPDX-License-Identifier: MIT */
#include "trace/perfetto_interning.h"

#include "report/pool.h"
#include "trace/frame.h"

#include <stdlib.h>
#include <string.h>

typedef Perfetto__Protos__InternedData interned_data;

static void tell(struct perfetto *perfetto, interned_data *data)
{
    Perfetto__Protos__TracePacket packet = PERFETTO__PROTOS__TRACE_PACKET__INIT;

    packet.interned_data = data;
    perfetto_packet(perfetto, &packet);
}

static uint64_t number_of(struct interned *interned, const char *string, bool *is_new)
{
    return interned_keep(interned, string, strlen(string), is_new) + UINT64_C(1);
}

/* ---------------------------------------------------------------------------- strings */

uint64_t perfetto_category(struct perfetto *perfetto, const char *string)
{
    Perfetto__Protos__EventCategory category = PERFETTO__PROTOS__EVENT_CATEGORY__INIT;
    Perfetto__Protos__EventCategory *categories[] = {&category};
    interned_data data = PERFETTO__PROTOS__INTERNED_DATA__INIT;
    bool is_new;

    category.has_iid = true;
    category.iid = number_of(&perfetto->categories, string, &is_new);
    category.name = (char *)string;
    data.n_event_categories = 1;
    data.event_categories = categories;
    if (is_new)
        tell(perfetto, &data);
    return category.iid;
}

uint64_t perfetto_name(struct perfetto *perfetto, const char *string)
{
    Perfetto__Protos__EventName name = PERFETTO__PROTOS__EVENT_NAME__INIT;
    Perfetto__Protos__EventName *names[] = {&name};
    interned_data data = PERFETTO__PROTOS__INTERNED_DATA__INIT;
    bool is_new;

    name.has_iid = true;
    name.iid = number_of(&perfetto->names, string, &is_new);
    name.name = (char *)string;
    data.n_event_names = 1;
    data.event_names = names;
    if (is_new)
        tell(perfetto, &data);
    return name.iid;
}

uint64_t perfetto_key(struct perfetto *perfetto, const char *string)
{
    Perfetto__Protos__DebugAnnotationName name = PERFETTO__PROTOS__DEBUG_ANNOTATION_NAME__INIT;
    Perfetto__Protos__DebugAnnotationName *names[] = {&name};
    interned_data data = PERFETTO__PROTOS__INTERNED_DATA__INIT;
    bool is_new;

    name.has_iid = true;
    name.iid = number_of(&perfetto->keys, string, &is_new);
    name.name = (char *)string;
    data.n_debug_annotation_names = 1;
    data.debug_annotation_names = names;
    if (is_new)
        tell(perfetto, &data);
    return name.iid;
}

static Perfetto__Protos__InternedString interned_string(uint64_t number, const char *string)
{
    Perfetto__Protos__InternedString interned = PERFETTO__PROTOS__INTERNED_STRING__INIT;

    interned.has_iid = interned.has_str = true;
    interned.iid = number;
    interned.str.data = (uint8_t *)string;
    interned.str.len = strlen(string);
    return interned;
}

uint64_t perfetto_value(struct perfetto *perfetto, const char *string)
{
    Perfetto__Protos__InternedString value, *values[] = {&value};
    interned_data data = PERFETTO__PROTOS__INTERNED_DATA__INIT;
    bool is_new;

    value = interned_string(number_of(&perfetto->values, string, &is_new), string);
    data.n_debug_annotation_string_values = 1;
    data.debug_annotation_string_values = values;
    if (is_new)
        tell(perfetto, &data);
    return value.iid;
}

/* ----------------------------------------------------------------------------- places */

static bool told_before(bool *told, uint32_t number)
{
    bool before = told[number];

    told[number] = true;
    return before;
}

void perfetto_place(struct perfetto *perfetto, uint32_t number)
{
    Perfetto__Protos__SourceLocation place = PERFETTO__PROTOS__SOURCE_LOCATION__INIT;
    Perfetto__Protos__SourceLocation *places[] = {&place};
    interned_data data = PERFETTO__PROTOS__INTERNED_DATA__INIT;
    struct frame frame;

    if (told_before(perfetto->places, number))
        return;
    frame = frame_of_place(perfetto->model, number);
    place.has_iid = place.has_line_number = true;
    place.iid = number;
    place.file_name = (char *)frame.file;
    place.function_name = frame.name;
    place.line_number = frame.line;
    data.n_source_locations = 1;
    data.source_locations = places;
    tell(perfetto, &data);
}

/*
 * Names of functions and files are numbered apart.  That of a frame is not always in the model;
 * so its function has the number of the place.
 */
static void tell_frame(struct perfetto *perfetto, uint32_t number, uint32_t file)
{
    Perfetto__Protos__Frame told = PERFETTO__PROTOS__FRAME__INIT, *frames[] = {&told};
    struct frame frame = frame_of_place(perfetto->model, number);
    Perfetto__Protos__InternedString function = interned_string(number, frame.name),
                                     path = interned_string(file, frame.file),
                                     *functions[] = {&function}, *paths[] = {&path};
    interned_data data = PERFETTO__PROTOS__INTERNED_DATA__INIT;

    told.has_iid = told.has_function_name_id = true;
    told.iid = told.function_name_id = number;
    told.has_source_path_iid = file != 0;
    told.source_path_iid = file;
    told.has_line_number = frame.line != 0;
    told.line_number = frame.line;
    data.n_frames = data.n_function_names = 1;
    data.frames = frames;
    data.function_names = functions;
    data.n_source_paths = file != 0 && !told_before(perfetto->files, file);
    data.source_paths = paths;
    tell(perfetto, &data);
}

static void perfetto_frame(struct perfetto *perfetto, uint32_t number)
{
    const struct model_place *place = &perfetto->model->places.items[number];

    if (!told_before(perfetto->frames, number))
        tell_frame(perfetto, number, place->native && place->source ? place->source : place->file);
}

void perfetto_stack(struct perfetto *perfetto, uint32_t number)
{
    const struct model_stack *stack = &perfetto->model->stacks.items[number];
    Perfetto__Protos__Callstack told = PERFETTO__PROTOS__CALLSTACK__INIT, *stacks[] = {&told};
    interned_data data = PERFETTO__PROTOS__INTERNED_DATA__INIT;

    if (told_before(perfetto->stacks, number))
        return;
    told.frame_ids = calloc(stack->count ? stack->count : 1, sizeof *told.frame_ids);
    if (!told.frame_ids)
        no_memory();
    for (uint32_t i = stack->count; i-- > 0;) {
        uint32_t place = perfetto->model->frames.items[stack->first + i];

        perfetto_frame(perfetto, place);
        told.frame_ids[told.n_frame_ids++] = place;
    }
    told.has_iid = true;
    told.iid = number;
    data.n_callstacks = 1;
    data.callstacks = stacks;
    tell(perfetto, &data);
    free(told.frame_ids);
}

/* ------------------------------------------------------------------------- life */

static bool *none_told(size_t count)
{
    bool *told = calloc(count, sizeof *told);

    if (!told)
        no_memory();
    return told;
}

void perfetto_interning_begin(struct perfetto *perfetto)
{
    perfetto->files = none_told(perfetto->model->strings.count);
    perfetto->places = none_told(perfetto->model->places.count);
    perfetto->frames = none_told(perfetto->model->places.count);
    perfetto->stacks = none_told(perfetto->model->stacks.count);
}

void perfetto_interning_end(struct perfetto *perfetto)
{
    interned_clear(&perfetto->categories);
    interned_clear(&perfetto->names);
    interned_clear(&perfetto->keys);
    interned_clear(&perfetto->values);
    free(perfetto->files);
    free(perfetto->places);
    free(perfetto->frames);
    free(perfetto->stacks);
}
