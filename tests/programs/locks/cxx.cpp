// SPDX-License-Identifier: MIT
// What the locks of C++ call: std::mutex and its kin, std::lock, condition variables,
// destructors of thread_local objects.  `PROGRAM CASE` as in cases.h.
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <iostream>
#include <mutex>
#include <new>
#include <semaphore.h>
#include <shared_mutex>
#include <thread>

using namespace std::chrono_literals;

namespace
{

std::mutex first, second;
std::timed_mutex timed_first, timed_second;
std::recursive_mutex recursive;
std::shared_mutex shared_first, shared_second;
std::shared_timed_mutex shared_timed_first, shared_timed_second;

// Both threads live while each does its part, one after the other.
template <typename First, typename Second> void take_turns(First one, Second other)
{
    sem_t first_is_done, second_is_done;
    sem_init(&first_is_done, 0, 0);
    sem_init(&second_is_done, 0, 0);
    std::thread alice([&] {
        one();
        sem_post(&first_is_done);
        sem_wait(&second_is_done);
    });
    std::thread bob([&] {
        sem_wait(&first_is_done);
        other();
        sem_post(&second_is_done);
    });
    alice.join();
    bob.join();
}

template <typename Mutex> void nest(Mutex &outer, Mutex &inner)
{
    std::lock_guard<Mutex> outer_guard(outer);
    std::lock_guard<Mutex> inner_guard(inner);
}

template <typename Mutex> void nest_shared(Mutex &outer, Mutex &inner)
{
    std::shared_lock<Mutex> outer_guard(outer);
    std::shared_lock<Mutex> inner_guard(inner);
}

void inverted()
{
    take_turns([] { nest(first, second); }, [] { nest(second, first); });
}

void consistent()
{
    take_turns([] { nest(first, second); }, [] { nest(first, second); });
}

void scoped_lock()
{
    take_turns([] { std::scoped_lock both(first, second); },
               [] { std::scoped_lock both(second, first); });
}

// Three at once, in all orders, fought for.
void many_scoped_locks()
{
    static std::mutex third;
    auto fight = [](std::mutex &a, std::mutex &b, std::mutex &c) {
        for (int i = 0; i < 500; i++)
            std::scoped_lock all(a, b, c);
    };
    std::thread one([&] { fight(first, second, third); });
    std::thread two([&] { fight(third, second, first); });
    fight(second, third, first);
    one.join();
    two.join();
}

void std_lock()
{
    auto both = [](std::mutex &one, std::mutex &other) {
        std::unique_lock<std::mutex> one_lock(one, std::defer_lock);
        std::unique_lock<std::mutex> other_lock(other, std::defer_lock);
        std::lock(one_lock, other_lock);
    };
    take_turns([&] { both(first, second); }, [&] { both(second, first); });
}

void timed_inverted()
{
    take_turns([] { nest(timed_first, timed_second); },
               [] {
                   std::lock_guard<std::timed_mutex> guard(timed_second);
                   if (timed_first.try_lock_for(60s))
                       timed_first.unlock();
               });
}

void timed_consistent()
{
    auto forth = [] {
        std::lock_guard<std::timed_mutex> guard(timed_first);
        if (timed_second.try_lock_for(60s))
            timed_second.unlock();
        if (timed_second.try_lock_until(std::chrono::system_clock::now() + 60s))
            timed_second.unlock();
    };
    take_turns(forth, forth);
}

void recursive_again()
{
    std::lock_guard<std::recursive_mutex> outer(recursive);
    std::lock_guard<std::mutex> guard(first);
    std::lock_guard<std::recursive_mutex> again(recursive);
}

void shared_readers()
{
    take_turns([] { nest_shared(shared_first, shared_second); },
               [] { nest_shared(shared_second, shared_first); });
}

void shared_writers()
{
    take_turns([] { nest(shared_first, shared_second); },
               [] { nest(shared_second, shared_first); });
}

void shared_timed()
{
    take_turns([] { nest(shared_timed_first, shared_timed_second); },
               [] {
                   std::unique_lock<std::shared_timed_mutex> guard(shared_timed_second);
                   std::shared_lock<std::shared_timed_mutex> timed(shared_timed_first, 60s);
               });
}

// Waits of each kind, the waker with the mutex in its hand and without.
void conditions()
{
    std::condition_variable changed;
    std::condition_variable_any changed_any;
    int turn = 0;
    auto play = [&](int side) {
        for (int i = 0; i < 200; i++) {
            std::unique_lock<std::mutex> lock(first);
            auto mine = [&] { return turn == side; };
            if (i % 3 == 0)
                changed.wait(lock, mine);
            else if (i % 3 == 1)
                changed.wait_for(lock, 60s, mine);
            else
                changed_any.wait(lock, mine);
            turn = !side;
            lock.unlock();
            std::lock_guard<std::mutex> again(first);
            changed.notify_all();
            changed_any.notify_all();
        }
    };
    std::thread other(play, 1);
    play(0);
    other.join();
}

struct pair {
    std::mutex one, other;
};

// New locks where old ones were, by construction alone.
void constructed_anew()
{
    alignas(pair) static unsigned char room[sizeof(pair)];
    pair *locks = new (room) pair;
    nest(locks->one, locks->other);
    locks->~pair();
    locks = new (room) pair;
    nest(locks->other, locks->one);
    locks->~pair();
}

void made_on_heap()
{
    for (int i = 0; i < 100; i++) {
        pair *locks = new pair;
        if (i % 2 == 0)
            nest(locks->one, locks->other);
        else
            nest(locks->other, locks->one);
        delete locks;
    }
}

struct locks_at_end {
    bool used = false;
    ~locks_at_end()
    {
        nest(first, second);
    }
};

void thread_local_objects()
{
    for (int i = 0; i < 20; i++)
        std::thread([] {
            thread_local locks_at_end object;
            object.used = true;
        }).join();
}

void once()
{
    static std::once_flag flag;
    std::call_once(flag, [] { nest(first, second); });
    try {
        std::lock_guard<std::mutex> guard(first);
        throw 1;
    } catch (int) {
        nest(first, second);
    }
}

} // namespace

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)();
    } CASES[] = {
        {"inverted", inverted},
        {"consistent", consistent},
        {"scoped-lock", scoped_lock},
        {"many-scoped-locks", many_scoped_locks},
        {"std-lock", std_lock},
        {"timed-inverted", timed_inverted},
        {"timed-consistent", timed_consistent},
        {"recursive-again", recursive_again},
        {"shared-readers", shared_readers},
        {"shared-writers", shared_writers},
        {"shared-timed", shared_timed},
        {"conditions", conditions},
        {"constructed-anew", constructed_anew},
        {"made-on-heap", made_on_heap},
        {"thread-local-objects", thread_local_objects},
        {"once", once},
    };

    for (const auto &one : CASES)
        if (argc > 1 && std::strcmp(one.name, argv[1]) == 0) {
            one.run();
            std::cout << "done\n";
            return 0;
        }
    return 98;
}
