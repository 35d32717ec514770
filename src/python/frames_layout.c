/* SPDX-License-Identifier: MIT */
/*
 * Looks for what CPython's functions say about the present frame in the memory where it must
 * be.  Called once, while the interpreter starts; the kernel reads what may not be there.
 */
#include "python/frames_layout.h"

#include "base/peek.h"

#include <pthread.h>
#include <string.h>

enum {
    STATE_WORDS = 64,
    INNER_WORDS = 4,
    FRAME_WORDS = 16,
    CODE_WORDS = 40,
    CODE_HEAD_MOST = 512,
    CHAIN_MOST = 6
};

/* What the functions say. */
struct sample {
    PyObject *frame, *code, *back_code, *file, *name;
    long lasti;
    uintptr_t size; /* bytes of instructions, 0: not known from the object */
};

frames_state_call *frames_state_function(void)
{
    return py.PyThreadState_GetUnchecked != NULL ? py.PyThreadState_GetUnchecked
                                                 : py._PyThreadState_UncheckedGet;
}

char *frames_state(void)
{
    frames_state_call *function = frames_state_function();

    return function == NULL ? NULL : function();
}

/* Words are asked for one behind the other, in turn here and there: some are read at a time. */
enum { WINDOWS = 4 };

static struct window {
    uintptr_t start; /* 0: it is empty */
    uintptr_t words[FRAME_WORDS];
} windows[WINDOWS];

static unsigned next_window;

static void forget_windows(void)
{
    memset(windows, 0, sizeof windows);
}

static const struct window *window_of(uintptr_t address)
{
    struct window *window = windows;

    for (; window < windows + WINDOWS; window++)
        if (window->start != 0 && address >= window->start &&
            address - window->start <= sizeof window->words - sizeof *window->words)
            return window;
    window = &windows[next_window++ % WINDOWS];
    window->start = peek(address, window->words, sizeof window->words) ? address : 0;
    return window->start == 0 ? NULL : window;
}

static bool read_word(uintptr_t address, uintptr_t *word)
{
    const struct window *window = address < 4096 ? NULL : window_of(address);

    if (window == NULL) /* or it is among the last that are there */
        return address >= 4096 && peek(address, word, sizeof *word);
    memcpy(word, (const char *)window->words + (address - window->start), sizeof *word);
    return true;
}

static uintptr_t word_at(uintptr_t address)
{
    uintptr_t word;

    return read_word(address, &word) ? word : 0;
}

static bool is_code(uintptr_t word, const PyObject *code)
{
    return code != NULL && (word & ~(uintptr_t)FRAME_TAG_BITS) == (uintptr_t)code;
}

/* The first word from there that is the value; `words` if there is none. */
static size_t find_word(uintptr_t start, size_t words, const void *value)
{
    size_t i = 0;

    while (i < words && word_at(start + i * sizeof(void *)) != (uintptr_t)value)
        i++;
    return i;
}

/* ---- a frame ---- */

static bool find_code(struct frames_layout *layout, const struct sample *sample, uintptr_t frame)
{
    uintptr_t word;

    for (size_t i = 0; i < FRAME_WORDS && read_word(frame + i * sizeof(void *), &word); i++)
        if (is_code(word, sample->code)) {
            layout->code = i * sizeof(void *);
            return true;
        }
    return false;
}

/* A pointer into the instructions, less what the functions say, is where they begin. */
static bool find_pointer(struct frames_layout *layout, const struct sample *sample, uintptr_t frame)
{
    uintptr_t code = (uintptr_t)sample->code;

    for (size_t i = 0; i < FRAME_WORDS; i++) {
        uintptr_t start = word_at(frame + i * sizeof(void *)) - (uintptr_t)sample->lasti - code;

        if (start == 0 || start > CODE_HEAD_MOST || i * sizeof(void *) == layout->code)
            continue;
        layout->instruction = i * sizeof(void *);
        layout->code_start = start;
        return true;
    }
    return false;
}

/* Up to 3.10 these two are all that there are, and will be. */
static bool find_index(struct frames_layout *layout, const struct sample *sample, uintptr_t frame)
{
    static const struct {
        size_t offset;
        int scale;
    } KNOWN[] = {{104, 1}, {96, 2}};

    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++) {
        int index = -1;

        if (!peek(frame + KNOWN[i].offset, &index, sizeof index) ||
            (long)index * KNOWN[i].scale != sample->lasti)
            continue;
        layout->instruction = KNOWN[i].offset;
        layout->is_index = true;
        layout->scale = KNOWN[i].scale;
        return true;
    }
    return false;
}

static bool leads_to(const struct frames_layout *layout, const struct sample *sample,
                     uintptr_t frame, size_t previous)
{
    for (unsigned step = 0; step < CHAIN_MOST; step++) {
        frame = word_at(frame + previous);
        if (frame == 0)
            return false;
        if (is_code(word_at(frame + layout->code), sample->back_code))
            return true;
    }
    return false;
}

static bool find_previous(struct frames_layout *layout, const struct sample *sample,
                          uintptr_t frame)
{
    for (size_t i = 0; i < FRAME_WORDS; i++)
        if (leads_to(layout, sample, frame, i * sizeof(void *))) {
            layout->previous = i * sizeof(void *);
            return true;
        }
    return false;
}

static bool fits(struct frames_layout *layout, const struct sample *sample, uintptr_t frame)
{
    if (frame == 0 || !find_code(layout, sample, frame))
        return false;
    return frame == (uintptr_t)sample->frame ? find_index(layout, sample, frame)
                                             : find_pointer(layout, sample, frame);
}

/* ---- from the thread's state to its frame ---- */

static uintptr_t find_frame(struct frames_layout *layout, const struct sample *sample,
                            uintptr_t state)
{
    for (size_t i = 0; i < STATE_WORDS; i++) {
        uintptr_t frame = word_at(state + i * sizeof(void *));

        layout->state_frame = i * sizeof(void *);
        if (fits(layout, sample, frame))
            return frame;
    }
    layout->through = true;
    for (size_t i = 0; i < STATE_WORDS; i++) {
        uintptr_t inner = word_at(state + i * sizeof(void *));

        layout->state_inner = i * sizeof(void *);
        for (size_t j = 0; inner != 0 && j < INNER_WORDS; j++) {
            uintptr_t frame = word_at(inner + j * sizeof(void *));

            layout->state_frame = j * sizeof(void *);
            if (fits(layout, sample, frame))
                return frame;
        }
    }
    return 0;
}

static bool find_thread(struct frames_layout *layout, uintptr_t state)
{
    size_t i = find_word(state, STATE_WORDS, (const void *)pthread_self());

    layout->state_thread = i * sizeof(void *);
    return i < STATE_WORDS;
}

static bool find_strings(struct frames_layout *layout, const struct sample *sample)
{
    size_t file = find_word((uintptr_t)sample->code, CODE_WORDS, sample->file);
    size_t name = find_word((uintptr_t)sample->code, CODE_WORDS, sample->name);

    layout->file = file * sizeof(void *);
    layout->name = name * sizeof(void *);
    layout->ascii = (size_t)(api_utf8(sample->name) - (const char *)sample->name);
    return file < CODE_WORDS && name < CODE_WORDS;
}

static const char *look(struct frames_layout *layout, const struct sample *sample)
{
    uintptr_t state = (uintptr_t)frames_state(), frame;
    long header = api_header_size();

    if (state == 0)
        return "the thread's state";
    if (header < 16)
        return "the size of an object's header";
    layout->object_type = (size_t)header - sizeof(void *);
    layout->object_size = (size_t)header;
    frame = find_frame(layout, sample, state);
    if (frame == 0)
        return "the present frame";
    if (!find_previous(layout, sample, frame))
        return "the frame that called";
    if (!find_thread(layout, state))
        return "the thread of a state";
    if (!find_strings(layout, sample))
        return "the names of code";
    return NULL;
}

const char *frames_layout_find(struct frames_layout *layout)
{
    struct sample sample = {.frame = py.PyEval_GetFrame()}; /* borrowed */
    PyObject *back = sample.frame == NULL ? NULL : api_attribute(sample.frame, "f_back");
    PyObject *lasti = sample.frame == NULL ? NULL : api_attribute(sample.frame, "f_lasti");
    const char *missing = "a frame with a caller";

    *layout = (struct frames_layout){.through = false};
    forget_windows();
    if (back != NULL && back != PY_NONE && lasti != NULL) {
        sample.code = api_attribute(sample.frame, "f_code");
        sample.back_code = api_attribute(back, "f_code");
        sample.lasti = py.PyLong_AsLong(lasti);
        sample.file = sample.code == NULL ? NULL : api_attribute(sample.code, "co_filename");
        sample.name = sample.code == NULL ? NULL : api_attribute(sample.code, "co_qualname");
        if (sample.name == NULL && sample.code != NULL)
            sample.name = api_attribute(sample.code, "co_name");
        missing = sample.file == NULL || sample.name == NULL ? "the names of code"
                                                             : look(layout, &sample);
    }
    py.PyErr_Clear();
    api_drop(sample.name);
    api_drop(sample.file);
    api_drop(sample.back_code);
    api_drop(sample.code);
    api_drop(lasti);
    api_drop(back);
    return missing;
}
