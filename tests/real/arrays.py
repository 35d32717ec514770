# SPDX-License-Identifier: MIT
"""numpy in threads, above the threads of its algebra library."""

import concurrent.futures

import numpy

numpy.random.seed(1)
LEFT, RIGHT = numpy.random.rand(2, 400, 400)


def work(number):
    product = LEFT @ RIGHT + number
    return round(float(numpy.linalg.svd(product[:60, :60], compute_uv=False)[0]), 6)


with concurrent.futures.ThreadPoolExecutor(4) as pool:
    print(sum(pool.map(work, range(40))))
