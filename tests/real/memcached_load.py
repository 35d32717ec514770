# SPDX-License-Identifier: MIT
"""Load for memcached: threads that each keep a connection and keys of their own.

    python3 memcached_load.py PORT CONNECTIONS OPERATIONS

Prints how many answers of each kind came that don't depend on the order of the threads.
"""

import collections
import concurrent.futures
import socket
import sys

SIZES = (10, 100, 1000, 4000)


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.answers = self.socket.makefile("rb")

    def ask(self, request, lines=False):
        """The first word of the answer; reads to the end of an answer of many lines."""
        self.socket.sendall(request)
        first = line = self.answers.readline()
        while lines and line.split()[0] not in (b"END", b"BUSY", b"ERROR"):
            line = self.answers.readline()
        return first.split()[0].decode()


def one_round(connection, key, number, counts):
    value = b"v" * SIZES[number % len(SIZES)]
    counts[connection.ask(b"set %s 0 0 %d\r\n%s\r\n" % (key, len(value), value))] += 1
    connection.ask(b"get %s\r\n" % key, True)
    if number % 5 == 0:
        connection.ask(b"touch %s 100\r\n" % key)
    if number % 7 == 0:
        connection.ask(b"delete %s\r\n" % key)
    connection.ask(b"incr shared 1\r\n")
    if number % 500 == 0:
        connection.ask(b"stats\r\n", True)
        connection.ask(b"stats items\r\n", True)
        connection.ask(b"stats slabs\r\n", True)
        connection.ask(b"lru_crawler metadump all\r\n", True)


def client(port, name, operations):
    connection, counts = Connection(port), collections.Counter()
    for number in range(operations):
        one_round(connection, b"key%d.%d" % (name, number), number, counts)
    return counts


def main():
    port, connections, operations = (int(argument) for argument in sys.argv[1:])
    Connection(port).ask(b"set shared 0 0 1\r\n0\r\n")
    with concurrent.futures.ThreadPoolExecutor(connections) as pool:
        clients = [pool.submit(client, port, n, operations) for n in range(connections)]
    print(dict(sum((one.result() for one in clients), collections.Counter())))


if __name__ == "__main__":
    main()
