"""How much room a case takes."""

import sqlite3
from contextlib import closing
from pathlib import Path

from benchmarks.sizes import bytes_of_case


def test_a_cases_rows_are_weighed_in_every_table_that_names_cases(tmp_path: Path) -> None:
    file = tmp_path / "some.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(
            """
            CREATE TABLE cases (id TEXT, position TEXT);
            CREATE TABLE steps ("case" TEXT, revision INTEGER, form TEXT);
            CREATE TABLE products (sku TEXT);
            INSERT INTO cases VALUES ('a:b:1', '12345'), ('a:b:2', 'of another');
            INSERT INTO steps VALUES ('a:b:1', 10, NULL), ('a:b:1', 11, '规'), ('a:b:2', 1, 'of another');
            INSERT INTO products VALUES ('a:b:1');
            """
        )
    assert bytes_of_case(file, "a:b:1") == (5 + 5) + (5 + 2) + (5 + 2 + 3)
