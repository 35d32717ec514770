/* SPDX-License-Identifier: MIT */
/* Stacks of all kinds, held against those that libgcc's unwinder sees. */
#include "unit.h"

#include "base/peek.h"
#include "base/unwind.h"
#include "base/unwind_cfi.h"
#include "base/unwind_expression.h"
#include "base/unwind_table.h"

#include <alloca.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

/* A frame of its own, under its own address.  GCC might make a clone of it, clang never does. */
#ifdef __clang__
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE __attribute__((noinline, noclone))
#endif

/* After a call: keeps it from becoming a jump. */
#define NO_TAIL_CALL() __asm__ volatile("" ::: "memory")

enum { MOST = 300 };

static struct seen {
    const void *own[MOST], *theirs[MOST];
    unsigned own_count, their_count;
} seen;

static uintptr_t stack_end(void)
{
    pthread_attr_t attributes;
    void *start = NULL;
    size_t size = 0;

    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &start, &size);
    pthread_attr_destroy(&attributes);
    return (uintptr_t)start + size;
}

static uintptr_t main_stack_end;
static const struct unwind_stack UNKNOWN;

/* For what is called from here, too. */
static struct unwind_stack main_stack(void)
{
    return (struct unwind_stack){(uintptr_t)__builtin_frame_address(0) - 16384, main_stack_end};
}

static _Unwind_Reason_Code their_frame(struct _Unwind_Context *context, void *argument)
{
    uintptr_t pc = _Unwind_GetIP(context);

    (void)argument;
    if (pc != 0 && seen.their_count < MOST)
        seen.theirs[seen.their_count++] = (const void *)pc;
    return _URC_NO_REASON;
}

/* Both unwinders, from here. */
static NOINLINE void look(struct unwind_stack stack)
{
    struct unwind_registers registers;

    unwind_here(&registers);
    seen.own_count = unwind(&registers, &stack, NULL, seen.own, MOST);
    seen.their_count = 0;
    _Unwind_Backtrace(their_frame, NULL);
}

/* They are in the same function, at different places of it; from there on they must agree. */
static void assert_agreed(unsigned at_least)
{
    assert_in_range(seen.own_count, at_least, MOST);
    assert_int_equal(seen.own_count, seen.their_count);
    for (unsigned i = 1; i < seen.own_count; i++)
        assert_ptr_equal(seen.own[i], seen.theirs[i]);
}

static bool is_in(const void *pc, const void *function)
{
    return _Unwind_FindEnclosingFunction((void *)((uintptr_t)pc - 1)) == function;
}

/* How many of the frames are of a function. */
static unsigned frames_of(const void *function)
{
    unsigned found = 0;

    for (unsigned i = 0; i < seen.own_count; i++)
        found += is_in(seen.own[i], function);
    return found;
}

#define FRAMES_OF(function) frames_of((const void *)(uintptr_t)(function))

/* ---------------------------------------------------------------- stacks */

static volatile int zero;

static NOINLINE int recurse(int depth, struct unwind_stack stack)
{
    int before = zero, result = 0;

    if (depth == 0)
        look(stack);
    else
        result = recurse(depth - 1, stack);
    NO_TAIL_CALL();
    return result + before + zero;
}

static void plain(void **state)
{
    (void)state;
    recurse(20, main_stack());
    assert_agreed(22);
    assert_int_equal(FRAMES_OF(recurse), 21);
    assert_true(is_in(seen.own[0], (const void *)(uintptr_t)look));
}

static void by_kernel(void **state)
{
    (void)state;
    recurse(20, UNKNOWN);
    assert_agreed(22);
    assert_int_equal(FRAMES_OF(recurse), 21);
}

static void deep(void **state)
{
    struct unwind_stack stack = main_stack();

    (void)state;
    recurse(2000, stack);
    assert_int_equal(seen.own_count, MOST);
    assert_int_equal(FRAMES_OF(recurse), MOST - 1);
}

static NOINLINE void with_variable_frame(size_t bytes)
{
    volatile char *room = alloca(bytes);

    room[0] = 1;
    look(main_stack());
    room[bytes - 1] = 1;
}

static void variable_frame(void **state)
{
    (void)state;
    for (size_t bytes = 1; bytes < 5000; bytes = bytes * 2 + 1) {
        with_variable_frame(bytes);
        assert_agreed(3);
        assert_int_equal(FRAMES_OF(with_variable_frame), 1);
    }
}

/* GCC realigns the stack: the CFA is then an expression. */
static NOINLINE void with_aligned_frame(int a, int b)
{
    volatile char room[64] __attribute__((aligned(64)));

    room[a] = 1;
    look(main_stack());
    zero = room[b] - room[a] + room[b];
    zero = 0;
}

static void aligned_frame(void **state)
{
    (void)state;
    with_aligned_frame(1, 2);
    assert_agreed(3);
    assert_int_equal(FRAMES_OF(with_aligned_frame), 1);
}

static int compare(const void *a, const void *b)
{
    if (seen.own_count == 0)
        look(main_stack());
    return *(const int *)a - *(const int *)b;
}

static void through_libc(void **state)
{
    int numbers[] = {5, 3, 9};

    (void)state;
    seen.own_count = 0;
    qsort(numbers, 3, sizeof *numbers, compare);
    assert_agreed(5);
    assert_int_equal(FRAMES_OF(compare), 1);
    assert_int_equal(FRAMES_OF(through_libc), 1);
}

/* -fexceptions: what follows a call runs also when its frame is unwound. */
static void note(int *value)
{
    zero = *value;
}

static NOINLINE void with_cleanup(void)
{
    int value __attribute__((cleanup(note))) = 0;

    look(main_stack());
    value = zero;
}

static void cleanup(void **state)
{
    (void)state;
    with_cleanup();
    assert_agreed(3);
    assert_int_equal(FRAMES_OF(with_cleanup), 1);
}

/* ---------------------------------------------------------------- skipping */

static const void *own_code(void)
{
    return (const void *)(uintptr_t)own_code;
}

static int compare_skipping(const void *a, const void *b)
{
    struct unwind_registers registers;
    struct unwind_stack stack = main_stack();

    unwind_here(&registers);
    seen.own_count = unwind(&registers, &stack, own_code(), seen.own, MOST);
    seen.their_count = unwind(&registers, &stack, NULL, seen.theirs, MOST);
    return *(const int *)a - *(const int *)b;
}

static void skipping(void **state)
{
    int numbers[] = {5, 3};
    unsigned skipped;

    (void)state;
    qsort(numbers, 2, sizeof *numbers, compare_skipping);
    skipped = seen.their_count - seen.own_count;
    assert_int_equal(skipped, 1);
    assert_memory_equal(seen.own, seen.theirs + skipped, seen.own_count * sizeof *seen.own);
    assert_int_equal(FRAMES_OF(skipping), 1);
}

static void no_room(void **state)
{
    struct unwind_registers registers;
    struct unwind_stack stack = main_stack();
    const void *one[2] = {NULL, NULL};

    (void)state;
    unwind_here(&registers);
    assert_int_equal(unwind(&registers, &stack, NULL, NULL, 0), 0);
    assert_int_equal(unwind(&registers, &stack, NULL, one, 1), 1);
    assert_true(is_in(one[0], (const void *)(uintptr_t)no_room));
    assert_null(one[1]);
}

/* ---------------------------------------------------------------- signals */

static struct unwind_stack handler_stack;

static void handler(int number)
{
    (void)number;
    look(handler_stack);
    NO_TAIL_CALL();
}

static void handle(int number, void (*with)(int), int flags)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = with;
    action.sa_flags = flags;
    assert_int_equal(sigaction(number, &action, NULL), 0);
}

static NOINLINE void interrupted(void)
{
    pthread_kill(pthread_self(), SIGUSR1);
    NO_TAIL_CALL();
}

static void in_handler(void **state)
{
    (void)state;
    handle(SIGUSR1, handler, 0);
    handler_stack = main_stack();
    interrupted();
    assert_agreed(6);
    assert_int_equal(FRAMES_OF(handler), 1);
    assert_int_equal(FRAMES_OF(interrupted), 1);
    assert_int_equal(FRAMES_OF(in_handler), 1);
}

/* The pc is that of the instruction that did it, the first one of a function perhaps. */
static NOINLINE void traps(void)
{
#ifdef __x86_64__
    __asm__ volatile("ud2");
#else
    __asm__ volatile("udf #0");
#endif
}

static void skip_instruction(int number, siginfo_t *info, void *context)
{
    ucontext_t *interrupted_at = context;

    (void)number;
    (void)info;
    look(UNKNOWN);
#ifdef __x86_64__
    interrupted_at->uc_mcontext.gregs[REG_RIP] += 2;
#elif defined __aarch64__
    interrupted_at->uc_mcontext.pc += 4;
#endif
}

static void at_first_instruction(void **state)
{
    struct sigaction action;

    (void)state;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = skip_instruction;
    action.sa_flags = SA_SIGINFO;
    assert_int_equal(sigaction(SIGILL, &action, NULL), 0);
    traps();
    signal(SIGILL, SIG_DFL);
    assert_agreed(5);
    assert_int_equal(FRAMES_OF(at_first_instruction), 1);
}

static void on_alternate_stack(void **state)
{
    size_t size = 1 << 18;
    char *room = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack_t stack = {.ss_sp = room, .ss_size = size}, before;

    (void)state;
    assert_int_equal(sigaltstack(&stack, &before), 0);
    handle(SIGUSR1, handler, SA_ONSTACK);
    handler_stack = (struct unwind_stack){(uintptr_t)room, (uintptr_t)room + size};
    interrupted();
    assert_agreed(6);
    assert_int_equal(FRAMES_OF(interrupted), 1);
    handler_stack = main_stack();
    interrupted();
    assert_agreed(6);
    assert_int_equal(FRAMES_OF(on_alternate_stack), 1);
    assert_int_equal(sigaltstack(&before, NULL), 0);
    munmap(room, size);
}

/* ---------------------------------------------------------------- coroutines, threads */

static ucontext_t outside, inside;

static void coroutine(void)
{
    recurse(3, UNKNOWN);
    swapcontext(&inside, &outside);
}

static void in_coroutine(void **state)
{
    size_t size = 1 << 18;
    char *room = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)state;
    getcontext(&inside);
    inside.uc_stack.ss_sp = room;
    inside.uc_stack.ss_size = size;
    inside.uc_link = &outside;
    makecontext(&inside, coroutine, 0);
    swapcontext(&outside, &inside);
    assert_agreed(6);
    assert_int_equal(FRAMES_OF(recurse), 4);
    assert_int_equal(FRAMES_OF(coroutine), 1);
    assert_int_equal(FRAMES_OF(in_coroutine), 0);
    munmap(room, size);
}

/*
 * Threads may have 16 KiB.  The first walk is for the symbols that the loader binds late, in
 * the library there are none.
 */
#ifndef __SANITIZE_ADDRESS__
enum { PAINT = 0xa5, SMALL = 65536, KEPT = 1024 };

static void walk_twice(void)
{
    recurse(1, UNKNOWN);
    swapcontext(&inside, &outside);
    {
        struct unwind_registers registers;

        unwind_here(&registers);
        seen.own_count = unwind(&registers, &UNKNOWN, NULL, seen.own, MOST);
    }
    swapcontext(&inside, &outside);
}

static size_t unpainted(const unsigned char *room)
{
    size_t clean = 0;

    while (clean < SMALL && room[clean] == PAINT)
        clean++;
    return SMALL - clean;
}

static void little_stack(void **state)
{
    unsigned char *room =
        mmap(NULL, SMALL, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    size_t used;

    (void)state;
    getcontext(&inside);
    inside.uc_stack.ss_sp = room;
    inside.uc_stack.ss_size = SMALL;
    inside.uc_link = &outside;
    makecontext(&inside, walk_twice, 0);
    swapcontext(&outside, &inside);
    memset(room, PAINT, SMALL - KEPT);
    swapcontext(&outside, &inside);
    used = unpainted(room);
    assert_in_range(used, KEPT + 1, KEPT + 4096);
    munmap(room, SMALL);
}
#endif

struct blocked {
    struct unwind_registers registers;
    uintptr_t stack_end;
    sem_t ready;
    int pipe[2];
};

static NOINLINE void block(struct blocked *blocked)
{
    char byte;

    look((struct unwind_stack){blocked->stack_end - 16384, blocked->stack_end});
    unwind_here(&blocked->registers);
    sem_post(&blocked->ready);
    assert_int_equal(read(blocked->pipe[0], &byte, 1), 0);
    NO_TAIL_CALL();
}

static void *blocking_thread(void *argument)
{
    struct blocked *blocked = argument;

    blocked->stack_end = stack_end();
    block(blocked);
    return NULL;
}

static void assert_as_seen(const struct blocked *blocked, struct unwind_stack stack)
{
    const void *frames[MOST];
    unsigned count = unwind(&blocked->registers, &stack, NULL, frames, MOST);

    assert_int_equal(count, seen.own_count - 1);
    assert_true(is_in(frames[0], (const void *)(uintptr_t)block));
    for (unsigned i = 1; i < count; i++)
        assert_ptr_equal(frames[i], seen.own[i + 1]);
}

static void other_thread(void **state)
{
    struct blocked blocked;
    pthread_t thread;

    (void)state;
    assert_int_equal(pipe(blocked.pipe), 0);
    sem_init(&blocked.ready, 0, 0);
    assert_int_equal(pthread_create(&thread, NULL, blocking_thread, &blocked), 0);
    while (sem_wait(&blocked.ready) != 0)
        ;
    assert_agreed(4);
    assert_as_seen(&blocked, UNKNOWN);
    assert_as_seen(&blocked, (struct unwind_stack){blocked.stack_end - 16384, blocked.stack_end});
    close(blocked.pipe[1]);
    pthread_join(thread, NULL);
    close(blocked.pipe[0]);
    sem_destroy(&blocked.ready);
}

/* ---------------------------------------------------------------- code without tables */

#ifdef __x86_64__
/* void no_table(void (*function)(void)): with a frame pointer, and not a word about it. */
__asm__(".text\n"
        ".type no_table, @function\n"
        "no_table:\n"
        "    push %rbp\n"
        "    mov %rsp, %rbp\n"
        "    sub $32, %rsp\n"
        "    call *%rdi\n"
        "    leave\n"
        "    ret\n"
        ".size no_table, . - no_table\n");
#elif defined __aarch64__
__asm__(".text\n"
        ".type no_table, %function\n"
        "no_table:\n"
        "    stp x29, x30, [sp, #-32]!\n"
        "    mov x29, sp\n"
        "    blr x0\n"
        "    ldp x29, x30, [sp], #32\n"
        "    ret\n"
        ".size no_table, . - no_table\n");
#else
static NOINLINE void no_table(void (*function)(void))
{
    function();
    NO_TAIL_CALL();
}
#endif
void no_table(void (*function)(void));

static void look_there(void)
{
    look(main_stack());
    NO_TAIL_CALL();
}

static void look_there_by_kernel(void)
{
    look(UNKNOWN);
    NO_TAIL_CALL();
}

static void without_table(void **state)
{
    (void)state;
    no_table(look_there);
    assert_true(seen.own_count >= seen.their_count);
    assert_int_equal(FRAMES_OF(look_there), 1);
    assert_int_equal(FRAMES_OF(without_table), 1);
    no_table(look_there_by_kernel);
    assert_int_equal(FRAMES_OF(without_table), 1);
}

/* ---------------------------------------------------------------- every instruction */

/* ThreadSanitizer's own locks would be stepped through as well, and its handler wants them. */
#if defined __x86_64__ && !defined __SANITIZE_THREAD__
#define TRAPS
void trap_each_instruction(void);
void trap_no_more(void);
__asm__(".text\n"
        ".type trap_each_instruction, @function\n"
        "trap_each_instruction:\n"
        "    .cfi_startproc\n"
        "    pushfq\n"
        "    .cfi_adjust_cfa_offset 8\n"
        "    orq $0x100, (%rsp)\n"
        "    popfq\n"
        "    .cfi_adjust_cfa_offset -8\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size trap_each_instruction, . - trap_each_instruction\n"
        ".type trap_no_more, @function\n"
        "trap_no_more:\n"
        "    .cfi_startproc\n"
        "    pushfq\n"
        "    .cfi_adjust_cfa_offset 8\n"
        "    andq $~0x100, (%rsp)\n"
        "    popfq\n"
        "    .cfi_adjust_cfa_offset -8\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size trap_no_more, . - trap_no_more\n");

static struct {
    struct seen base;
    unsigned traps, wrong;
    uintptr_t pc; /* of the first that was wrong */
} steps;

static void registers_of(const ucontext_t *context, struct unwind_registers *registers)
{
    static const int ORDER[] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI,
                                REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};

    for (size_t i = 0; i < sizeof ORDER / sizeof ORDER[0]; i++)
        registers->value[i] = (uintptr_t)context->uc_mcontext.gregs[ORDER[i]];
    registers->pc = registers->value[16];
}

/* The frames outside of the stepping function are always the same. */
static void check_step(int number, siginfo_t *info, void *context)
{
    const void *frames[MOST];
    unsigned fixed = steps.base.own_count - 2, count;
    struct unwind_registers registers;
    struct unwind_stack stack = main_stack();

    (void)number;
    (void)info;
    registers_of(context, &registers);
    count = unwind(&registers, &stack, NULL, frames, MOST);
    steps.traps++;
    if (count > fixed &&
        memcmp(frames + count - fixed, steps.base.own + 2, fixed * sizeof *frames) == 0)
        return;
    if (steps.wrong++ == 0)
        steps.pc = registers.pc;
}

static void work_under_traps(void)
{
    char text[64];
    int numbers[] = {9, 5, 3};
    struct timespec now;

    qsort(numbers, 3, sizeof *numbers, compare);
    snprintf(text, sizeof text, "%d %s %.2f", numbers[0], getenv("PATH"), 1.5);
    free(malloc(strlen(text) + (size_t)numbers[1]));
    clock_gettime(CLOCK_MONOTONIC, &now); /* in the vDSO */
    with_variable_frame(40);
    with_cleanup();
}

static NOINLINE void every_instruction(void **state)
{
    struct sigaction action;

    (void)state;
    look(main_stack());
    steps.base = seen;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = check_step;
    action.sa_flags = SA_SIGINFO;
    assert_int_equal(sigaction(SIGTRAP, &action, NULL), 0);
    trap_each_instruction();
    work_under_traps();
    trap_no_more();
    signal(SIGTRAP, SIG_DFL);
    if (steps.wrong != 0)
        print_error("%u of %u wrong, first at %#lx\n", steps.wrong, steps.traps,
                    (unsigned long)steps.pc);
    assert_int_equal(steps.wrong, 0);
    assert_true(steps.traps > 1000);
}
#endif

/* ---------------------------------------------------------------- nonsense */

static uint64_t random_state = 88172645463325252;

static uint64_t any(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static void missing_memory(void **state)
{
    char *room = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uint64_t word = 5, copy = 0;

    (void)state;
    memcpy(room + 4088, &word, sizeof word);
    munmap(room + 4096, 4096);
    errno = 77;
    assert_true(peek((uintptr_t)room + 4088, &copy, 8));
    assert_int_equal(copy, 5);
    assert_false(peek((uintptr_t)room + 4089, &copy, 8));
    assert_false(peek(0, &copy, 1));
    assert_int_equal(errno, 77);
    munmap(room, 4096);
}

/* As a container's filter may. */
static bool forbid(unsigned call)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static bool works_when_forbidden(void)
{
    char *room = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char word[8];

    forbid(SYS_process_vm_readv); /* an emulator may not be able to, but forbids it anyway */
    munmap(room + 4096, 4096);
    recurse(20, UNKNOWN);
    return FRAMES_OF(recurse) == 21 && seen.own_count == seen.their_count &&
           peek((uintptr_t)room + 4087, word, 8) && !peek((uintptr_t)room + 4089, word, 8) &&
           !peek(0, word, 8) && !peek(UINTPTR_MAX - 3, word, 8);
}

static void refused(void **state)
{
    pid_t child = fork();
    int status;

    (void)state;
    if (child == 0)
        _exit(works_when_forbidden() ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static uintptr_t any_address(const void *local)
{
    static const uintptr_t NEAR[] = {0, 16, 4096, UINTPTR_MAX - 15};

    switch (any() % 8) {
    case 0:
        return (uintptr_t)any();
    case 1:
        return NEAR[any() % 4] + any() % 16;
    case 2:
        return (uintptr_t)qsort + any() % 65536;
    case 3:
        return (uintptr_t)recurse + any() % 8192 - 4096;
    default:
        return ((uintptr_t)local & ~UINT64_C(7)) + any() % 512 * 8 - 1024;
    }
}

static void any_start(void **state)
{
    const void *frames[50];
    struct unwind_registers registers;

    (void)state;
    for (unsigned round = 0; round < 100000; round++) {
        struct unwind_stack stack = round % 4 == 0 ? UNKNOWN : main_stack();

        registers.pc = any_address(&stack);
        for (unsigned i = 0; i < UNWIND_REGISTERS; i++)
            registers.value[i] = any_address(&stack);
        assert_in_range(unwind(&registers, &stack, round % 3 ? NULL : own_code(), frames, 50), 0,
                        50);
    }
}

static void fill(unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bytes[i] = (unsigned char)any();
}

/* Programs lie on the heap, so that sanitizers see where they end. */
static void any_program(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 100000; round++) {
        size_t size = any() % 64, split = any() % (size + 1);
        unsigned char *code = malloc(size);
        struct unwind_entry entry = {.begin = 0x1000,
                                     .size = 0x10000,
                                     .code_align = any() % 8,
                                     .data_align = -8,
                                     .encoding = (unsigned)any() & 0xff};
        struct unwind_row row;

        fill(code, size);
        entry.initial = (struct unwind_reader){code, code + split, false};
        entry.program = (struct unwind_reader){code + split, code + size, false};
        if (unwind_cfi_run(&entry, 0x1000 + any() % 256, &row))
            assert_true(row.cfa_is_expression || row.cfa_register < UNWIND_REGISTERS);
        free(code);
    }
}

static void any_expression(void **state)
{
    struct unwind_registers registers;
    struct unwind_memory memory;
    uintptr_t result;

    (void)state;
    unwind_memory_init(&memory, 0, 0);
    for (unsigned i = 0; i < UNWIND_REGISTERS; i++)
        registers.value[i] = any_address(&result);
    for (unsigned round = 0; round < 100000; round++) {
        size_t size = any() % 32;
        unsigned char *code = malloc(size);

        fill(code, size);
        unwind_evaluate((struct unwind_reader){code, code + size, false}, &registers, &memory,
                        round % 2 ? &registers.value[1] : NULL, &result);
        free(code);
    }
}

/*
 * An object whose tables are a copy; what counts from them moves along.  Sanitizers guard
 * what lies between the program's constants in that segment, so the kernel copies.
 */
static void copy_tables(const struct unwind_object *from, struct unwind_object *to,
                        unsigned char *room)
{
    const struct unwind_section *section = &from->section;
    size_t size = (size_t)(section->high - section->low);

    assert_true(peek((uintptr_t)section->low, room, size));
    to->section = (struct unwind_section){room, room + size, room + (section->data - section->low)};
}

/* Every frame of the object is looked up in tables with a few wrong bytes. */
static void look_up_all(const struct unwind_object *object, uintptr_t shift)
{
    for (unsigned i = 0; i < seen.own_count; i++) {
        uintptr_t address = (uintptr_t)seen.own[i] - 1 + shift;
        struct unwind_entry entry;
        struct unwind_row row;

        if (unwind_object_entry(object, address, &entry))
            unwind_cfi_run(&entry, address, &row);
    }
}

static unsigned char *damage(struct unwind_object *object, unsigned char *room, size_t size)
{
    size_t start = (size_t)(object->section.data - object->section.low);

    for (unsigned n = any() % 16; n > 0; n--)
        room[start + any() % (size - start)] = (unsigned char)any();
    for (unsigned n = any() % 3; n > 0; n--) /* the header */
        room[start + any() % 12] = (unsigned char)any();
    return room;
}

static void any_table(void **state)
{
    struct unwind_object object, copy;
    unsigned char *room;
    size_t size;

    (void)state;
    recurse(1, main_stack());
    unwind_object_at((uintptr_t)recurse, &object);
    size = (size_t)(object.section.high - object.section.low);
    room = malloc(size);
    for (unsigned round = 0; round < 3000; round++) {
        copy_tables(&object, &copy, room);
        damage(&copy, room, size);
        unwind_object_read_header(&copy);
        look_up_all(&copy, (uintptr_t)room - (uintptr_t)object.section.low);
    }
    free(room);
}

/* The same entry is found when the header has no table, by reading all entries. */
static void no_sorted_table(void **state)
{
    struct unwind_object object;
    struct unwind_entry sorted, scanned;

    (void)state;
    unwind_object_at((uintptr_t)recurse, &object);
    assert_non_null(object.table);
    assert_true(unwind_object_entry(&object, (uintptr_t)recurse, &sorted));
    object.table = NULL;
    assert_true(unwind_object_entry(&object, (uintptr_t)recurse, &scanned));
    assert_int_equal(sorted.begin, (uintptr_t)recurse);
    assert_ptr_equal(sorted.program.at, scanned.program.at);
    assert_int_equal(sorted.begin, scanned.begin);
    assert_int_equal(sorted.size, scanned.size);
}

/* ---------------------------------------------------------------- expressions */

static uintptr_t value_of(const unsigned char *code, size_t size,
                          const struct unwind_registers *registers)
{
    struct unwind_memory memory;
    uintptr_t result = 0;

    unwind_memory_init(&memory, 0, 0);
    assert_true(unwind_evaluate((struct unwind_reader){code, code + size, false}, registers,
                                &memory, NULL, &result));
    return result;
}

/* breg7 8; breg16 0; lit15; and; lit11; ge; lit3; shl; plus */
static void linkage_table(void **state)
{
    static const unsigned char CODE[] = {0x77, 8,    0x80, 0,    0x3f, 0x1a,
                                         0x3b, 0x2a, 0x33, 0x24, 0x22};
    struct unwind_registers registers;

    (void)state;
    memset(&registers, 0, sizeof registers);
    registers.value[7] = 1000;
    registers.value[16] = 0x400006;
    assert_int_equal(value_of(CODE, sizeof CODE, &registers), 1008);
    registers.value[16] = 0x40000b;
    assert_int_equal(value_of(CODE, sizeof CODE, &registers), 1016);
}

static void arithmetic(void **state)
{
    static const struct {
        unsigned char code[12];
        size_t size;
        intptr_t result;
    } CASES[] = {
        {{0x09, 0xf9, 0x32, 0x1b}, 4, -3},       /* -7 / 2 */
        {{0x09, 0xf9, 0x19}, 3, 7},              /* |-7| */
        {{0x09, 0xf8, 0x31, 0x26}, 4, -4},       /* -8 >> 1, signed */
        {{0x35, 0x32, 0x16, 0x1c}, 4, -3},       /* 2 - 5, swapped */
        {{0x31, 0x32, 0x33, 0x17, 0x1c}, 5, -1}, /* 1 2 3 -> 3 1 2: 1 - 2 */
        {{0x37, 0x23, 0x80, 0x01}, 4, 135},      /* 7 + 128 */
        {{0x31, 0x28, 1, 0, 0x35, 0x36}, 6, 6},  /* a branch that is taken */
        {{0x30, 0x28, 1, 0, 0x35}, 5, 5},        /* one that is not */
        {{0x34, 0x33, 0x15, 1, 0x1e}, 5, 12},    /* 3 * the one below it */
        {{0x0b, 0xff, 0xff, 0x20}, 4, 0},        /* ~-1 */
        {{0x09, 0xff, 0x30, 0x2d}, 4, 1},        /* -1 < 0 */
    };
    struct unwind_registers registers;

    (void)state;
    memset(&registers, 0, sizeof registers);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_int_equal((intptr_t)value_of(CASES[i].code, CASES[i].size, &registers),
                         CASES[i].result);
}

static void endless(void **state)
{
    static const unsigned char CODE[] = {0x2f, 0xfd, 0xff}; /* skip -3 */
    struct unwind_registers registers;
    struct unwind_memory memory;
    uintptr_t result;

    (void)state;
    memset(&registers, 0, sizeof registers);
    unwind_memory_init(&memory, 0, 0);
    assert_false(unwind_evaluate((struct unwind_reader){CODE, CODE + 3, false}, &registers, &memory,
                                 NULL, &result));
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("code without frame pointers is unwound as libgcc does", plain),
        CASE("a stack whose bounds are not known is read through the kernel", by_kernel),
        CASE("a deep stack is cut where the caller's room ends", deep),
        CASE("frames of variable size are unwound", variable_frame),
        CASE("a frame that realigns the stack is unwound", aligned_frame),
        CASE("libc's frames between the program's are unwound", through_libc),
        CASE("a frame with a cleanup is unwound", cleanup),
        CASE("the innermost frames of an object can be left out", skipping),
        CASE("no more frames are told than there is room for", no_room),
        CASE("in a signal handler the interrupted functions are seen", in_handler),
        CASE("a function interrupted at any instruction is seen", at_first_instruction),
        CASE("a handler on an alternate stack sees the interrupted one", on_alternate_stack),
        CASE("a coroutine's stack ends where it began", in_coroutine),
#ifndef __SANITIZE_ADDRESS__
        CASE("a walk needs less than a page of the thread's stack", little_stack),
#endif
        CASE("a blocked thread is unwound by another one", other_thread),
        CASE("code without tables is passed by its frame pointer", without_table),
#ifdef TRAPS
        CASE("a stack is whole at every instruction of the program, libc and the vDSO",
             every_instruction),
#endif
        CASE("missing memory is told and errno kept", missing_memory),
        CASE("stacks are read when the kernel may not copy them", refused),
        CASE("any registers at all give frames or none, and no crash", any_start),
        CASE("any bytes as a program of frame rules do no harm", any_program),
        CASE("any bytes as an expression do no harm", any_expression),
        CASE("damaged tables do no harm", any_table),
        CASE("an entry is found without the sorted table too", no_sorted_table),
        CASE("the expression of procedure linkage tables is understood", linkage_table),
        CASE("expressions calculate", arithmetic),
        CASE("an expression that jumps for ever is given up", endless),
    };

    main_stack_end = stack_end();
    return RUN_CASES(cases);
}
