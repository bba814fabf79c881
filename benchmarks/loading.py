"""Fills a SQLite database with open tasks. What it writes of a case is what the engine's own commits wrote of one like
it, with the words of somebody else in it, and other moments.

All moments of a case are moved by the same span. So a limit in working hours may fall into the night.
"""

from __future__ import annotations

import random
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import orjson

from benchmarks.walks import SOMEBODY, Persona, Walk, commits, walks
from cases.read_model import write
from cases.searching import ENDS, MARK, OWN
from models.database import insert_if_absent, open_database, writing
from models.migrate import upgrade
from models.policy import StorePolicy
from models.tables import all_tables
from models.tables.policies import PolicyRow

STORES = {"tmall": 40, "jd": 20, "douyin": 15, "pdd": 10, "xiaohongshu": 8, "wechat": 7}
"""Of a hundred cases, how many each store has."""
FREQUENT = ("order_fulfilment", "return_refund", "complaint")
"""The procedures that have most cases."""
HELD = 0.3
"""The share of the tasks that somebody holds."""
PEOPLE = 2000
SUPPLIERS = 300
MANY, FEW = "SU88888888", "SU33333333"
"""The supplier that has half of the cases where all have one, and the one that has three."""
_OF_FEW = frozenset({101, 303, 505})
"""The numbers of these cases."""
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_GIVEN = "伟芳娜敏静秀英丽强磊洋艳勇军杰娟涛超明霞平刚桂兰文辉玲红建华志国春梅海燕雪晨佳怡浩宇欣然子涵梓轩"
_LATEST = 30.0
"""Days since a case's last step, at most; on average a tenth of that."""
_TOGETHER = 20_000
_MOMENT = re.compile(r"(202[5-9]-\d\d-\d\d)(?:([T ])(\d\d:\d\d:\d\d(?:\.\d+)?)(Z|\+00:00)?)?")
_NOT_OF_CASES = frozenset({"changes", "store_policies", "alembic_version"})
"""Of a case that was there before, the stream has nothing to tell."""

Row = tuple[Any, ...]


class Shape(NamedTuple):
    """What the commits of one way write."""

    walk: Walk
    rows: dict[str, list[Row]]
    """By table."""
    tasks: int
    """How many of them are open tasks."""
    ended: datetime
    """The moment of the last step."""
    last: Persona


class Layout(NamedTuple):
    """The columns of each table, as the database has them."""

    columns: dict[str, list[str]]

    def place(self, table: str, column: str) -> int:
        """Where a column stands in a table's rows."""
        return self.columns[table].index(column)


def fill(
    path: Path,
    tasks: int,
    *,
    held: float = HELD,
    stores: Sequence[str] = (),
    seed: int = 5,
    of_suppliers: bool = False,
) -> None:
    """Write a database with so many open tasks, and perhaps one or two more, to a file that isn't there yet.

    held: the share that somebody holds. stores: where the cases are, evenly; STORES where none are given.
    of_suppliers: each case is a supplier's; `tasks` then says how many cases there are.
    """
    upgrade(f"sqlite:///{path}")
    chance = random.Random(seed)  # noqa: S311 - it is to be the same each time
    shapes, layout = written(walks())
    if of_suppliers:
        shapes = [shape for shape in shapes if _has_supplier(shape, layout)]
    _keep_policy(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(
            "PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA cache_size = -400000; BEGIN"
        )
        again = list(_without_indexes(database, {table for shape in shapes for table in shape.rows}))
        pick = _picker([_Mould(shape, layout) for shape in shapes], chance)
        many, number = 0, 0
        waiting: dict[str, list[Row]] = defaultdict(list)
        while many < tasks:
            mould, number = pick(), number + 1
            persona = persona_of(number, stores)
            if of_suppliers:
                persona = persona._replace(supplier=supplier_of(number))
            for table, rows in _copied(mould, layout, persona, held, chance):
                waiting[table] += rows
            many += 1 if of_suppliers else mould.shape.tasks
            if number % _TOGETHER == 0:
                _insert(database, layout, waiting)
        _insert(database, layout, waiting)
        for statement in again:
            database.execute(statement)
        database.execute("COMMIT")
        database.execute("PRAGMA journal_mode = wal")


def written(some: Sequence[Walk]) -> tuple[list[Shape], Layout]:
    """What the engine's commits of SOMEBODY's cases write on these ways."""
    shapes: list[Shape] = []
    with TemporaryDirectory() as home:
        path = Path(home) / "shapes.db"
        upgrade(f"sqlite:///{path}")
        engine = open_database(f"sqlite:///{path}")
        tables = [name for name in all_tables().tables if name not in _NOT_OF_CASES]
        with closing(sqlite3.connect(path)) as reader:
            layout = Layout(
                {t: [row[1] for row in reader.execute(f'PRAGMA table_info("{t}")')] for t in tables}
            )
            for number, walk in enumerate(some, 1):
                persona = SOMEBODY._replace(subject=f"{SOMEBODY.subject[:2]}{10**8 - number:08}")
                with writing(engine) as session:
                    made = list(commits(walk, persona))
                    for commit in made:
                        write(session, commit)
                rows = {table: _rows_of(reader, layout, table, persona.subject) for table in tables}
                rows = {table: some_rows for table, some_rows in rows.items() if some_rows}
                opened = layout.place("tasks", "open")
                tasks = sum(row[opened] for row in rows.get("tasks", []))
                shapes.append(Shape(walk, rows, tasks, made[-1].at, persona))
        engine.dispose()
    return shapes, layout


def _has_supplier(shape: Shape, layout: Layout) -> bool:
    number = layout.place("case_parties", "number")
    return any(row[number] == shape.last.supplier for row in shape.rows.get("case_parties", ()))


def _rows_of(reader: sqlite3.Connection, layout: Layout, table: str, subject: str) -> list[Row]:
    somewhere = " || ' ' || ".join(f"coalesce(\"{name}\", '')" for name in layout.columns[table])
    return reader.execute(f'SELECT * FROM "{table}" WHERE instr({somewhere}, ?)', (subject,)).fetchall()  # noqa: S608 - the names are our own


def _keep_policy(path: Path) -> None:
    """What every case says that it began under."""
    policy, engine = StorePolicy(), open_database(f"sqlite:///{path}")
    with writing(engine) as session:
        insert_if_absent(session, PolicyRow(hash=policy.hash, text=policy.text, written_at=datetime.now(UTC)))
    engine.dispose()


# --- one case like another


def _picker(moulds: Sequence[_Mould], chance: random.Random) -> Callable[[], _Mould]:
    """A few procedures have most of the cases, as in a store; of each, all stages have as many."""
    procedures = [mould.shape.walk.procedure for mould in moulds]
    keys = sorted({*procedures} - {*FREQUENT})
    chance.shuffle(keys)
    rank = {key: number for number, key in enumerate((*FREQUENT, *keys), 1)}
    weights = list(accumulate(1 / rank[key] / procedures.count(key) for key in procedures))
    left = iter(moulds)  # each once, before chance decides
    return lambda: next(left, None) or chance.choices(moulds, cum_weights=weights)[0]


def persona_of(number: int, stores: Sequence[str] = ()) -> Persona:
    """Who the case of this number is about: always the same."""
    chance = random.Random(number)  # noqa: S311 - it is to be the same each time
    store = chance.choice(stores) if stores else chance.choices([*STORES], [*STORES.values()])[0]
    name = chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=2))
    phone = f"1{chance.randrange(30, 100)}{chance.randrange(10**8):08}"
    return Persona(store, f"LB{number:08}", name, phone, f"SU{chance.randrange(SUPPLIERS):08}")


def supplier_of(number: int) -> str:
    """Whose the case of this number is, where each is a supplier's: every other one's, or one of few, or another's."""
    if number in _OF_FEW:
        return FEW
    return f"SU{number % SUPPLIERS:08}" if number % 2 else MANY


class _Mould:
    """A shape's rows, taken apart so that another case's are put together quickly."""

    def __init__(self, shape: Shape, layout: Layout) -> None:
        self.shape = shape
        self._slots: dict[str, int] = {}
        """Where each text that is replaced stands among those of a case: a persona's texts first, then the moments."""
        self._own = {text: number for number, text in enumerate(_of(shape.last))}
        self._persona = re.compile("|".join(map(re.escape, sorted(shape.last, key=len, reverse=True))))
        self._tables: list[tuple[str, int, int]] = []
        """Table, columns and rows, in the order of the values."""
        self._values: list[Any] = []
        self._changing: list[int] = []
        pieces: list[int | str] = []
        for table, rows in shape.rows.items():
            self._tables.append((table, len(layout.columns[table]), len(rows)))
            for row in rows:
                for column, value in zip(layout.columns[table], row, strict=True):
                    is_words = (table, column) == ("case_words", "words")
                    parts = self._taken_apart(value, is_words=is_words) if isinstance(value, str) else []
                    if any(isinstance(part, int) for part in parts):
                        self._changing.append(len(self._values))
                        pieces += [*parts, "\0"]
                    self._values.append(None if (table, column) == ("case_words", "number") else value)
        self._moments = [_MOMENT.fullmatch(text) for text in self._slots]
        self._pieces = _together(pieces)

    def copied(self, persona: Persona, later: timedelta) -> Iterator[tuple[str, list[Row]]]:
        """The rows of this persona's case, all its moments so much later."""
        texts = [*_of(persona), *(_moved(later, found) for found in self._moments if found)]
        changing = "".join([texts[piece] if isinstance(piece, int) else piece for piece in self._pieces])
        values = self._values.copy()
        for place, text in zip(self._changing, changing.split("\0"), strict=False):
            values[place] = text
        at = 0
        for table, width, many in self._tables:
            yield table, [tuple(values[n : n + width]) for n in range(at, at + many * width, width)]
            at += many * width

    def _taken_apart(self, text: str, *, is_words: bool) -> list[int | str]:
        """The text's parts: what stays, and the numbers of what is replaced."""
        if is_words:
            parts: list[int | str] = []
            for word in text.split(" "):
                plain = word.lstrip(OWN + MARK)
                parts += [" ", word[: len(word) - len(plain)], self._own.get(plain, plain)]
            return parts[1:]
        parts, at = [], 0
        found = [(one, True) for one in self._persona.finditer(text)]
        found += [(one, False) for one in _MOMENT.finditer(text)]
        for one, is_own in sorted(found, key=lambda pair: pair[0].start()):
            if is_own:
                slot = self._own[one.group()]
            else:
                slot = len(self._own) + self._slots.setdefault(one.group(), len(self._slots))
            parts += [text[at : one.start()], slot]
            at = one.end()
        return [*parts, text[at:]]


def _of(persona: Persona) -> list[str]:
    """What may be a persona's in a text or in its words, each in its place."""
    subject, supplier = persona.subject.lower(), persona.supplier.lower()
    name, phone = persona.name, persona.phone
    ends = [whole[-length:] for whole in (subject, phone, supplier) for length in ENDS]
    return [*persona, subject, supplier, *ends, name[:2], name[1:]]


def _together(pieces: Sequence[int | str]) -> list[int | str]:
    """The same pieces, with neighbours that stay as one."""
    joined: list[int | str] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _copied(
    mould: _Mould, layout: Layout, persona: Persona, held: float, chance: random.Random
) -> Iterator[tuple[str, list[Row]]]:
    ago = timedelta(days=min(_LATEST, chance.expovariate(10 / _LATEST)))
    for table, rows in mould.copied(persona, datetime.now(UTC) - ago - mould.shape.ended):
        if table == "tasks":
            for number, row in enumerate(rows):
                if row[layout.place("tasks", "open")] and chance.random() < held:
                    rows[number] = _claimed(layout, row, f"person-{chance.randrange(PEOPLE)}")
        yield table, rows


def _claimed(layout: Layout, row: Row, by: str) -> Row:
    whole = list(row)
    whole[layout.place("tasks", "claimed_by")] = by
    whole[layout.place("tasks", "claimed_at")] = row[layout.place("tasks", "entered_at")]
    return tuple(whole)


def _moved(later: timedelta, found: re.Match[str]) -> str:
    """A moment, or a day, written as it was."""
    day, between, time, zone = found.groups()
    if time is None:
        return (date.fromisoformat(day) + later).isoformat()
    moment = datetime.fromisoformat(f"{day}T{time}") + later
    written_as = moment.isoformat(between, "microseconds" if "." in time or between == " " else "seconds")
    return written_as + (zone or "")


# --- into the tables


def _insert(database: sqlite3.Connection, layout: Layout, rows: dict[str, list[Row]]) -> None:
    for table, some in rows.items():
        names = ", ".join(f'"{name}"' for name in layout.columns[table])
        places = ", ".join("?" * len(layout.columns[table]))
        database.executemany(f'INSERT OR IGNORE INTO "{table}" ({names}) VALUES ({places})', some)  # noqa: S608 - the names are our own
    rows.clear()


def _without_indexes(database: sqlite3.Connection, tables: set[str]) -> Iterator[str]:
    """Take the indexes and triggers of these tables away; the statements that make them again."""
    found = database.execute(
        "SELECT type, name, sql FROM sqlite_master "
        "WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name IN (SELECT value FROM json_each(?))",
        (orjson.dumps(sorted(tables)).decode(),),
    ).fetchall()
    for kind, name, _ in found:
        database.execute(f'DROP {kind} "{name}"')
    yield from (sql for kind, _, sql in found if kind == "index")
    yield "INSERT INTO fts_case_words(fts_case_words) VALUES ('rebuild')"
    yield from (sql for kind, _, sql in found if kind == "trigger")
