# SPDX-License-Identifier: MIT
"""Balances and a journal of transfers, each with a lock of its own."""

import threading

accounts = threading.Lock()
journal = threading.Lock()
balances = {"alice": 100, "bob": 0}
entries = []


def transfer(sender, receiver, amount):
    with accounts:
        balances[sender] -= amount
        balances[receiver] += amount
        with journal:
            entries.append((sender, receiver, amount))


def received(name):
    with journal:
        return sum(amount for _, receiver, amount in entries if receiver == name)


def audit(name):
    """Has that account got at least what the journal says?  The wrong way round."""
    with journal:
        booked = sum(amount for _, receiver, amount in entries if receiver == name)
        with accounts:
            return balances[name] >= booked
