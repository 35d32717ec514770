/* SPDX-License-Identifier: MIT */
/*
 * The file format of speedscope: for each thread a profile of events that open and close
 * frames.  Frames are numbered as they come and stand behind the profiles, so that nothing is
 * kept but them.
 */
#include "progress.h"
#include "trace/formats.h"

#include "graph/interned.h"
#include "trace/frame.h"
#include "trace/json_list.h"
#include "trace/labels.h"

#include <inttypes.h>
#include <string.h>

#define SCHEMA "https://www.speedscope.app/file-format-schema.json"

struct speedscope {
    FILE *out;
    const struct model *model;
    struct interned frames;
    struct json_list list; /* of the events of a profile, or of the frames */
    bool has_profile;      /* one is printed */
};

/* ------------------------------------------------------------------------------ frames */

/* A frame as it is kept: its line, its name and a zero, its file. */
static uint32_t number_of(struct speedscope *speedscope, const struct frame *frame)
{
    char bytes[sizeof frame->line + FRAME_BYTES + LABEL_BYTES];
    size_t used = sizeof frame->line, name = strlen(frame->name) + 1;
    size_t file = strnlen(frame->file, LABEL_BYTES);

    memcpy(bytes, &frame->line, used);
    memcpy(bytes + used, frame->name, name);
    memcpy(bytes + used + name, frame->file, file);
    return interned_keep(&speedscope->frames, bytes, used + name + file, NULL);
}

static void print_frame(struct speedscope *speedscope, uint32_t number)
{
    struct json_text *item = json_list_open(&speedscope->list, '{');
    size_t count;
    const char *bytes = interned_at(&speedscope->frames, number, &count);
    const char *name = bytes + sizeof(uint32_t), *file = name + strlen(name) + 1;
    uint32_t line;

    memcpy(&line, bytes, sizeof line);
    json_text_string(item, "name", name);
    if (*file)
        json_text_string(item, "file", file);
    if (line)
        json_text_number(item, "line", line);
    json_list_print(&speedscope->list, '}');
}

static void print_frames(struct speedscope *speedscope)
{
    json_list_begin(&speedscope->list);
    for (size_t i = 0; i < speedscope->frames.count; i++)
        print_frame(speedscope, (uint32_t)i);
    json_list_end(&speedscope->list);
}

/* ------------------------------------------------------------------------------ events */

static void print_event(struct speedscope *speedscope, const char *type, int64_t time,
                        const struct frame *frame)
{
    struct json_text *item = json_list_open(&speedscope->list, '{');

    json_text_string(item, "type", type);
    json_text_number(item, "at", time - speedscope->model->begin);
    json_text_number(item, "frame", number_of(speedscope, frame));
    json_list_print(&speedscope->list, '}');
}

static struct frame frame_in(const struct model *model, const struct model_stack *stack,
                             uint32_t number)
{
    return frame_of_place(model, model->frames.items[stack->first + number]);
}

static void open_slice(void *context, const struct slice *slice)
{
    struct speedscope *speedscope = context;
    const struct model *model = speedscope->model;
    const struct model_stack *stack = &model->stacks.items[frame_stack(slice)];
    struct frame frame;

    for (uint32_t i = stack->count; i-- > 0;) {
        frame = frame_in(model, stack, i);
        print_event(speedscope, "O", slice->begin, &frame);
    }
    frame = frame_of_slice(model, slice);
    print_event(speedscope, "O", slice->begin, &frame);
}

static void close_slice(void *context, const struct slice *slice, int64_t self)
{
    struct speedscope *speedscope = context;
    const struct model *model = speedscope->model;
    const struct model_stack *stack = &model->stacks.items[frame_stack(slice)];
    struct frame frame = frame_of_slice(model, slice);

    (void)self;
    progress_add(1);
    print_event(speedscope, "C", slice->end, &frame);
    for (uint32_t i = 0; i < stack->count; i++) {
        frame = frame_in(model, stack, i);
        print_event(speedscope, "C", slice->end, &frame);
    }
}

/* ---------------------------------------------------------------------------- profiles */

static void print_name(FILE *out, const struct model *model, uint32_t thread)
{
    uint32_t process = model->threads.items[thread].process;
    char bytes[LABEL_BYTES];
    struct text name = text_in(bytes, sizeof bytes);
    struct json_text string = {0};

    label_process(&name, model, process);
    text_add(&name, " (");
    text_add_int(&name, model->processes.items[process].pid);
    text_add(&name, "): ");
    label_this_thread(&name, model, thread);
    json_text_string(&string, NULL, bytes);
    fwrite(string.bytes, 1, string.count, out);
    json_text_clear(&string);
}

static void print_profile(struct speedscope *speedscope, uint32_t number,
                          const struct slices *slices)
{
    static const struct slice_visitor visitor = {.open = open_slice, .close = close_slice};
    const struct model *model = speedscope->model;
    const struct model_thread *thread = &model->threads.items[number];

    fputs(speedscope->has_profile ? ",\n" : "\n", speedscope->out);
    speedscope->has_profile = true;
    fputs("{\"type\":\"evented\",\"unit\":\"nanoseconds\",\"name\":", speedscope->out);
    print_name(speedscope->out, model, number);
    fprintf(speedscope->out, ",\"startValue\":%" PRId64 ",\"endValue\":%" PRId64 ",\"events\":",
            thread->began - model->begin, thread->ended - model->begin);
    json_list_begin(&speedscope->list);
    slices_visit(slices, &visitor, speedscope);
    json_list_end(&speedscope->list);
    putc('}', speedscope->out);
}

static int write_speedscope(FILE *out, const struct model *model, const struct trace_style *style)
{
    struct speedscope speedscope = {.out = out, .model = model, .list = {.out = out}};
    struct slices slices = slices_of(model);
    size_t next = 0;

    (void)style;
    progress_begin_writing(out, "writing profiles", slices_count(model));
    fputs("{\"$schema\":\"" SCHEMA "\",\"exporter\":\"pihook " PACKAGE_VERSION "\",\"profiles\":[",
          out);
    for (size_t i = 0; i < model->threads.count; i++) {
        struct slices part = slices_of_thread(&slices, (uint32_t)i, &next);

        if (part.count > 0)
            print_profile(&speedscope, (uint32_t)i, &part);
    }
    fputs("\n],\"shared\":{\"frames\":", out);
    print_frames(&speedscope);
    fputs("}}\n", out);
    json_list_close(&speedscope.list);
    interned_clear(&speedscope.frames);
    slices_clear(&slices);
    progress_end();
    return 0;
}

const struct trace_format trace_format_speedscope = {
    .name = "speedscope",
    .meaning = "for speedscope, a profile for each thread",
    .write = write_speedscope,
};
