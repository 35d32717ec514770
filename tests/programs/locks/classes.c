/* SPDX-License-Identifier: MIT */
/*
 * Many locks of two classes, an account's and its journal's: each instance is locked in one
 * order only, but not all in the same.
 */
#include "cases.h"

struct account {
    pthread_mutex_t account, journal;
};

enum { ACCOUNTS = 4 };
static struct account accounts[ACCOUNTS];

/* Each class is made at one place. */
VISIBLE void make_account(struct account *one)
{
    DO(pthread_mutex_init(&one->account, NULL));
    DO(pthread_mutex_init(&one->journal, NULL));
}

static void make_accounts(void)
{
    for (int i = 0; i < ACCOUNTS; i++)
        make_account(&accounts[i]);
}

static void nest(pthread_mutex_t *outer, pthread_mutex_t *inner)
{
    lock(outer);
    lock(inner);
    unlock(inner);
    unlock(outer);
}

VISIBLE void *account_then_journal(void *unused)
{
    nest(&accounts[0].account, &accounts[0].journal);
    return unused;
}

VISIBLE void *journal_then_account(void *unused)
{
    nest(&accounts[1].journal, &accounts[1].account);
    return unused;
}

static void instances_differ(void)
{
    make_accounts();
    take_turns(account_then_journal, journal_then_account);
}

static void *account_then_other_journal(void *unused)
{
    nest(&accounts[2].account, &accounts[3].journal);
    return unused;
}

static void classes_agree(void)
{
    make_accounts();
    take_turns(account_then_journal, account_then_other_journal);
}

/* Two of one class: by their addresses, or against them. */
VISIBLE void lower_then_higher(void)
{
    nest(&accounts[0].account, &accounts[1].account);
    nest(&accounts[1].account, &accounts[3].account);
}

VISIBLE void higher_then_lower(void)
{
    nest(&accounts[3].account, &accounts[2].account);
}

static void nested_ascending(void)
{
    make_accounts();
    lower_then_higher();
}

static void nested_descending(void)
{
    make_accounts();
    higher_then_lower();
}

/* Static ones: the symbol is the class. */
static pthread_mutex_t table[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
pthread_mutex_t cache[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
pthread_mutex_t queue[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

static void *cache_then_queue(void *unused)
{
    nest(&cache[0], &queue[0]);
    return unused;
}

static void *queue_then_cache(void *unused)
{
    nest(&queue[1], &cache[1]);
    return unused;
}

static void symbols_differ(void)
{
    lock(&table[0]);
    unlock(&table[0]);
    take_turns(cache_then_queue, queue_then_cache);
}

int main(int argc, char **argv)
{
    static const struct test_case CASES[] = {
        {"instances-differ", instances_differ}, {"classes-agree", classes_agree},
        {"nested-ascending", nested_ascending}, {"nested-descending", nested_descending},
        {"symbols-differ", symbols_differ},     {NULL, NULL},
    };

    return run_case(CASES, argc, argv);
}
