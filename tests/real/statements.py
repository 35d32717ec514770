# SPDX-License-Identifier: MIT
"""Statements for MariaDB.

    python3 statements.py schema          what the clients work on
    python3 statements.py CLIENT COUNT    a client's: rows of its own and a few shared ones
    python3 statements.py sums            what is there afterwards
"""

import sys

SCHEMA = """
CREATE DATABASE test; USE test;
CREATE TABLE counters (id INT PRIMARY KEY, n INT) ENGINE=InnoDB;
INSERT INTO counters VALUES (1, 0), (2, 0), (3, 0), (4, 0);
CREATE TABLE items (client INT, id INT, text VARCHAR(200), n INT, PRIMARY KEY (client, id),
  KEY (n), FULLTEXT (text)) ENGINE=InnoDB;
CREATE TABLE notes (client INT, id INT, text VARCHAR(200), KEY (client)) ENGINE=Aria;
CREATE TRIGGER counted AFTER INSERT ON items FOR EACH ROW
  INSERT INTO notes VALUES (NEW.client, NEW.id, 'made');
"""

SUMS = """
SELECT 'counters', SUM(n) FROM counters;
SELECT client, COUNT(*), SUM(n) FROM items GROUP BY client ORDER BY client;
SELECT client, COUNT(*) FROM notes GROUP BY client ORDER BY client;
SELECT COUNT(*) > 0 FROM information_schema.innodb_metrics;
CHECK TABLE items, notes, counters;
"""

# Every so many operations: work that few connections do, and that takes many locks.
RARE = (
    "SELECT COUNT(*) > 0 FROM information_schema.tables;",
    "SELECT COUNT(*) > 0 FROM information_schema.processlist;",
    "FLUSH TABLES;",
    "ANALYZE TABLE items;",
    "FLUSH BINARY LOGS;",
    "OPTIMIZE TABLE notes;",
    "SELECT COUNT(*) >= 0 FROM information_schema.innodb_trx;",
    "SHOW GLOBAL STATUS LIKE 'No_such_name';",
)


def operation(client, number):
    # Four is always taken after those below it: no deadlock of rows that is told or retried.
    yield "START TRANSACTION;"
    yield f"INSERT INTO items VALUES ({client}, {number}, 'text {number} words', {number % 97});"
    yield f"UPDATE counters SET n = n + 1 WHERE id = {number % 4 + 1};"
    yield "ROLLBACK;" if number % 10 == 0 else "COMMIT;"
    if number % 6 == 0:
        yield f"DELETE FROM items WHERE client = {client} AND id = {number - 3};"
    if number % 20 == 0:
        yield f"SELECT COUNT(*) FROM items WHERE client = {client};"
    if number % 50 == 0:
        yield f"CREATE TEMPORARY TABLE t{number} AS SELECT * FROM items WHERE client = {client};"
        yield f"CREATE TABLE made{client}_{number} (a INT) ENGINE=InnoDB;"
        yield f"ALTER TABLE made{client}_{number} ADD COLUMN b INT, ADD KEY (b);"
        yield f"DROP TABLE made{client}_{number};"


def client_statements(client, count):
    for number in range(1, count + 1):
        yield from operation(client, number)
        if number % 60 == 0:
            yield RARE[(number // 60 + client) % len(RARE)]


def main():
    if sys.argv[1] == "schema":
        print(SCHEMA)
    elif sys.argv[1] == "sums":
        print(SUMS)
    else:
        print("\n".join(client_statements(int(sys.argv[1]), int(sys.argv[2]))))


if __name__ == "__main__":
    main()
