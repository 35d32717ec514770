/* SPDX-License-Identifier: MIT */
#include "trace/frame.h"

#include "trace/labels.h"

#include <string.h>

static void native_name(struct text *name, const struct model *model,
                        const struct model_place *place)
{
    const char *function = model_string(model, place->function);

    text_add(name, function);
    if (*function && (place->source || place->into == 0))
        return;
    text_add(name, "+");
    text_add_hex(name, *function ? place->into : place->offset);
}

struct frame frame_of_place(const struct model *model, uint32_t number)
{
    const struct model_place *place = &model->places.items[number];
    bool source = place->native && place->source;
    struct frame frame;
    struct text name = text_in(frame.name, sizeof frame.name);

    frame.file = model_string(model, source ? place->source : place->file);
    frame.line = source ? place->source_line : place->line;
    if (number == 0)
        text_add(&name, "unknown");
    else if (place->native)
        native_name(&name, model, place);
    else
        text_add(&name, model_string(model, place->function));
    if (name.length == 0)
        text_add(&name, "unknown");
    return frame;
}

struct frame frame_of_slice(const struct model *model, const struct slice *slice)
{
    struct frame frame = frame_of_place(model, slice->place);
    struct text name = text_in(frame.name, sizeof frame.name);

    label_slice(&name, model, slice);
    return frame;
}

void frame_add(struct text *text, const struct frame *frame)
{
    text_add(text, frame->name);
    if (!*frame->file)
        return;
    text_join(text, " (", frame->file, NULL);
    if (frame->line) {
        text_add(text, ":");
        text_add_int(text, frame->line);
    }
    text_add(text, ")");
}

uint32_t frame_stack(const struct slice *slice)
{
    return slice->depth > 0 || slice->kind == SLICE_IMPORT ? 0 : slice->stack;
}
