# SPDX-License-Identifier: MIT
"""All of them pass, in any order and every time."""

import unittest
from concurrent.futures import ThreadPoolExecutor

import bank


class BankTest(unittest.TestCase):
    def test_a_transfer_moves_money(self):
        before = bank.balances["bob"]
        bank.transfer("alice", "bob", 10)
        self.assertEqual(bank.balances["bob"], before + 10)

    def test_the_journal_has_each_transfer(self):
        before = bank.received("bob")
        bank.transfer("alice", "bob", 20)
        self.assertEqual(bank.received("bob"), before + 20)

    def test_an_audit_agrees_with_what_tellers_do(self):
        with (
            ThreadPoolExecutor(1, "teller") as tellers,
            ThreadPoolExecutor(1, "auditor") as auditors,
        ):
            tellers.submit(bank.transfer, "alice", "bob", 30).result()
            self.assertTrue(auditors.submit(bank.audit, "bob").result())


if __name__ == "__main__":
    unittest.main()
