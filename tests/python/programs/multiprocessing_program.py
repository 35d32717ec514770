# SPDX-License-Identifier: MIT
"""multiprocessing: a pool by each start method whose workers import; the method is an argument."""

import multiprocessing
import sys


def work(number):
    import fractions
    return str(fractions.Fraction(number, 3))


def fail(number):
    raise ValueError(number)


def main(method):
    context = multiprocessing.get_context(method)
    with context.Pool(3) as pool:
        print(pool.map(work, range(6)))
        try:
            pool.apply(fail, (7,))
        except ValueError as error:
            print("raised", error)
        pool.close()
        pool.join()
    queue = context.Queue()
    process = context.Process(target=queue.put, args=("from the child",))
    process.start()
    print(queue.get())
    process.join()
    print(process.exitcode)


if __name__ == "__main__":
    main(sys.argv[1])
