"""`guicheng people` and `guicheng audit`: what an operator does with accounts on the machine itself, without a key."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.people import audit
from api.people.accounts import (
    CannotBeDone,
    change_rights,
    close_account,
    make_account,
    open_account,
    rights_of,
)
from api.people.accounts import set_password as give_password
from api.people.keys import administrators_key, new_key
from api.people.passwords import WeakPassword, hashed
from api.personal_export import NobodyFound, export
from models.database import open_database, reading, writing
from models.rights import EVERYWHERE, Party, Rights, known_roles
from models.roles import PartyKind
from models.tables.accounts import Account, AccountKind
from settings.environment import Settings, write_private

LET_IN = "let-in"
"""The name of the account by which an operator comes back in."""


class BadWord(ValueError):
    """A word of the command line can't be read; the message says how it is written."""


def rights_of_words(roles: Iterable[str], parties: Iterable[str]) -> Rights:
    """Rights as they are written on a command line: `cs_agent`, `tmall:picker`; `supplier:S-7`. Raises BadWord."""
    by_store: dict[str, set[str]] = {}
    for word in roles:
        store, _, role = word.rpartition(":")
        if not known_roles([role]):
            raise BadWord(f"There is no role {role}.")
        by_store.setdefault(store or EVERYWHERE, set()).add(role)
    return Rights.of(
        {store: known_roles(some) for store, some in by_store.items()}, [_party(word) for word in parties]
    )


def _party(word: str) -> Party:
    kind, _, number = word.partition(":")
    if kind not in {*PartyKind} or not number:
        raise BadWord(f"Write a party as kind:number, like supplier:S-7; kinds are {', '.join(PartyKind)}.")
    return Party(PartyKind(kind), number)


def list_people(chosen: Settings) -> int:
    """A line for each account."""
    with _opened(chosen, reading) as session:
        for one in session.scalars(select(Account).order_by(col(Account.id))):
            marks = [
                one.kind,
                *(["administrator"] if one.administrator else []),
                *([f"of {one.owner}"] if one.owner else []),
                *(["closed"] if one.closed_at else []),
            ]
            roles = "; ".join(f"{store}: {', '.join(some)}" for store, some in sorted(one.roles.items()))
            print(f"{one.id}  {one.name}  ({', '.join(marks)})  {roles}")
    return 0


def add_person(
    chosen: Settings,
    account: str,
    *,
    name: str,
    roles: Iterable[str],
    parties: Iterable[str],
    administrator: bool,
    service: bool,
    password: str | None,
) -> int:
    """Make an account."""

    def job(session: Session) -> None:
        row = make_account(
            session,
            id=account,
            name=name or account,
            kind=AccountKind.SERVICE if service else AccountKind.PERSON,
            rights=rights_of_words(roles, parties),
            made_by=audit.OPERATOR,
            administrator=administrator,
        )
        if password is not None:
            row.password = hashed(password, account, name)
        print(f"Made the account {row.id}.")

    return _do(chosen, job)


def change_person(
    chosen: Settings,
    account: str,
    *,
    roles: Iterable[str],
    parties: Iterable[str],
    administrator: bool | None,
    closed: bool | None,
) -> int:
    """Change an account's rights, or close it. What isn't named stays."""

    def job(session: Session) -> None:
        row, before = _account(session, account), rights_of(_account(session, account))
        named = rights_of_words(roles, parties)
        rights = Rights(named.by_store or before.by_store, named.parties or before.parties)
        will = row.administrator if administrator is None else administrator
        change_rights(session, row, audit.OPERATOR, rights, administrator=will)
        if closed is not None:
            (close_account if closed else open_account)(session, row, audit.OPERATOR)
        print(f"Changed the account {row.id}.")

    return _do(chosen, job)


def set_password(chosen: Settings, account: str, password: str) -> int:
    """Give a person's account a password, and end its sessions."""

    def job(session: Session) -> None:
        row = _account(session, account)
        give_password(session, row, audit.OPERATOR, hashed(password, row.id, row.name))
        print(f"Set the password of {row.id}.")

    return _do(chosen, job)


def print_key(chosen: Settings, account: str) -> int:
    """Make a key of an account, and print it."""

    def job(session: Session) -> None:
        row = _account(session, account)
        _, key = new_key(
            session,
            row,
            made_by=audit.OPERATOR,
            name="made by an operator",
            scopes=["admin"] * row.administrator,
        )
        print(key)

    return _do(chosen, job)


def let_in(chosen: Settings) -> int:
    """Make an administrator's key for whoever is locked out, and write it to DATA_DIR/api-key."""

    def job(session: Session) -> None:
        key = administrators_key(session, LET_IN)
        chosen.data_dir.mkdir(parents=True, exist_ok=True)
        write_private(chosen.api_key_file, key)
        print(f"Made an administrator's key: {chosen.api_key_file}")

    return _do(chosen, job)


def export_person(chosen: Settings, person: str) -> int:
    """Print all that is kept of a person, as JSON."""

    def job(session: Session) -> None:
        found = export(session, person, audit.OPERATOR)
        print(json.dumps(found, ensure_ascii=False, indent=2, default=str))

    return _do(chosen, job)


def verify_audit(chosen: Settings) -> int:
    """Look whether the log is whole."""
    with _opened(chosen, reading) as session:
        wrong = list(audit.faults(session))
        lines = sum(1 for _ in audit.lines(session))
    for fault in wrong:
        print(fault, file=sys.stderr)
    if not wrong:
        print(f"The log is whole: {lines} lines.")
    return 1 if wrong else 0


def print_audit(chosen: Settings) -> int:
    """The log, a line each."""
    with _opened(chosen, reading) as session:
        for line in audit.lines(session):
            print(
                f"{line.at:%Y-%m-%d %H:%M:%S}Z  {line.what}  by {line.by}  {line.about}  {line.detail or ''}".rstrip()
            )
    return 0


def _account(session: Session, account: str) -> Account:
    row = session.get(Account, account)
    if row is None:
        raise CannotBeDone(f"There is no account {account}; `guicheng people list` shows all.")
    return row


@contextmanager
def _opened(
    chosen: Settings, transaction: Callable[[Engine], AbstractContextManager[Session]]
) -> Generator[Session]:
    engine = open_database(chosen.sqlalchemy_url, synchronous=chosen.sqlite_synchronous)
    try:
        with transaction(engine) as session:
            yield session
    finally:
        engine.dispose()


def _do(chosen: Settings, job: Callable[[Session], None]) -> int:
    try:
        with _opened(chosen, writing) as session:
            job(session)
    except (CannotBeDone, BadWord, WeakPassword, NobodyFound) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
