"""Accounts: made, changed, found; and the rules that hold for all who manage them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.people import audit
from api.people import sessions
from models.rights import Rights
from models.roles import Role
from models.tables.accounts import Account, AccountKind
from models.tables.requests import ApiKey
from stores.file import NAME

RESERVED = frozenset({role.value for role in Role if role.is_engine}) | {
    "engine", "guicheng", audit.OPERATOR, "webhook",
}  # fmt: skip
"""Names that histories give to who is no account."""


class CannotBeDone(Exception):
    """A rule of accounts refuses it; the message says why. `where`: the field of the body that it is about."""

    def __init__(self, why: str, where: str = "") -> None:
        super().__init__(why)
        self.where = where


def spelled(name: str) -> str:
    """The one spelling by which ids are told apart."""
    return unicodedata.normalize("NFKC", name).casefold()


def require_own_name(name: str) -> None:
    """Raises CannotBeDone where histories give this name to who is no account."""
    if spelled(name).strip() in RESERVED:
        raise CannotBeDone(f"{name} is a name of the engine's own.", "/name")


def make_account(
    session: Session,
    *,
    name: str,
    kind: AccountKind,
    rights: Rights,
    made_by: str,
    id: str | None = None,  # noqa: A002 - the field's own name
    owner: str | None = None,
    administrator: bool = False,
    language: str = "",
    subject: str | None = None,
) -> Account:
    """An account in this transaction. Its id is as asked for, or made of its name. Raises CannotBeDone."""
    require_own_name(name)
    account = Account(
        id=_free_id(session, name) if id is None else _own_id(session, id),
        spelling="",
        name=name,
        kind=kind,
        roles=rights.roles_as_json(),
        parties=rights.parties_as_json(),
        language=language,
        owner=_owner(session, kind, owner),
        administrator=administrator,
        subject=subject,
        made_at=datetime.now(UTC),
        made_by=made_by,
    )
    account.spelling = spelled(account.id)
    session.add(account)
    session.flush()
    audit.note(
        session, "account_made", made_by, account.id,
        kind=kind, roles=account.roles, parties=account.parties, owner=account.owner, administrator=administrator,
    )  # fmt: skip
    return account


def rights_of(account: Account) -> Rights:
    """What the account may do, before anything narrows it."""
    return Rights.of_json(account.roles, account.parties)


def change_rights(
    session: Session, account: Account, by: str, rights: Rights, *, administrator: bool
) -> None:
    """Give it these rights. Raises CannotBeDone where nobody could manage accounts any more."""
    before = {"roles": account.roles, "parties": account.parties, "administrator": account.administrator}
    if account.administrator and not administrator:
        require_another_administrator(session, account)
    account.roles, account.parties = rights.roles_as_json(), rights.parties_as_json()
    account.administrator = administrator
    after = {"roles": account.roles, "parties": account.parties, "administrator": administrator}
    if after != before:
        session.flush()
        audit.note(session, "rights_changed", by, account.id, before=before, after=after)


def close_account(session: Session, account: Account, by: str) -> None:
    """End it with its sessions and keys; its id stays taken. Raises CannotBeDone for the last administrator."""
    if account.closed_at is not None:
        return
    if account.administrator:
        require_another_administrator(session, account)
    account.closed_at = datetime.now(UTC)
    sessions.end(session, account.id, by)
    for key in session.scalars(select(ApiKey).where(col(ApiKey.account) == account.id)):
        key.revoked_at = key.revoked_at or account.closed_at
    session.flush()
    audit.note(session, "account_closed", by, account.id)


def open_account(session: Session, account: Account, by: str) -> None:
    """Open a closed one again. Its keys stay revoked."""
    if account.closed_at is not None:
        account.closed_at = None
        session.flush()
        audit.note(session, "account_opened", by, account.id)


def set_password(session: Session, account: Account, by: str, kept: str) -> None:
    """Give a person this password, by its hash; whoever is signed in has to sign in anew. Raises CannotBeDone."""
    if account.kind != AccountKind.PERSON:
        raise CannotBeDone("A service has keys, and no password.", "/password")
    account.password, account.refused, account.refused_at = kept, 0, None
    audit.note(session, "password_set", by, account.id)
    sessions.end(session, account.id, by)


def set_name(session: Session, account: Account, by: str, name: str) -> None:
    """What histories call it from now on. Raises CannotBeDone."""
    require_own_name(name)
    if name != account.name:
        before, account.name = account.name, name
        audit.note(session, "name_changed", by, account.id, before=before, after=name)


def set_owner(session: Session, account: Account, by: str, owner: str | None) -> None:
    """Whose service it is: who counts where somebody else must act. Raises CannotBeDone."""
    before, account.owner = account.owner, _owner(session, account.kind, owner)
    if account.owner != before:
        audit.note(session, "owner_changed", by, account.id, before=before, after=account.owner)


def require_another_administrator(session: Session, account: Account, key: str | None = None) -> None:
    """Raises CannotBeDone where without this account, or without this key of it, nobody could manage accounts."""
    now = datetime.now(UTC)
    others = select(col(Account.id), col(Account.password), col(Account.subject)).where(
        col(Account.administrator), col(Account.closed_at).is_(None)
    )
    for other, password, subject in session.execute(others):
        if other == account.id and key is None:
            continue
        keys = select(col(ApiKey.id)).where(
            col(ApiKey.account) == other,
            col(ApiKey.revoked_at).is_(None),
            col(ApiKey.expires_at).is_(None) | (col(ApiKey.expires_at) > now),
        )
        usable = [one for one, scopes in session.execute(keys.add_columns(col(ApiKey.scopes))) if scopes]
        if password is not None or subject is not None or any(one != key for one in usable):
            return
    raise CannotBeDone(
        "Nobody could manage accounts any more: make another administrator first, or `guicheng people let-in` later."
    )


def _owner(session: Session, kind: AccountKind, owner: str | None) -> str | None:
    """The id of an owner, if this kind of account may have that one. Raises CannotBeDone."""
    if owner is None:
        return None
    if kind != AccountKind.SERVICE:
        raise CannotBeDone("Only a service has an owner.", "/owner")
    row = session.get(Account, owner)
    if row is None or row.kind != AccountKind.PERSON or row.closed_at is not None:
        raise CannotBeDone(f"{owner} is no person's account.", "/owner")
    return row.id


def _own_id(session: Session, asked: str) -> str:
    if not NAME.fullmatch(asked):
        raise CannotBeDone("An id has up to 64 letters, digits and . @ _ -", "/id")
    if spelled(asked) in RESERVED:
        raise CannotBeDone(f"{asked} is a name of the engine's own.", "/id")
    if _taken(session, [asked]):
        raise CannotBeDone(f"{asked} is the id of another account, or was.", "/id")
    return asked


def _free_id(session: Session, name: str) -> str:
    """The name as an id; with a number where that is taken."""
    plain = re.sub(r"[^\w.@-]+", "-", unicodedata.normalize("NFKC", name)).strip("-")[:56] or "account"
    require_own_name(plain)
    if not _taken(session, [plain]):
        return plain
    tried = 2
    while True:
        some = [f"{plain}-{number}" for number in range(tried, tried + 50)]
        taken = _taken(session, some)
        if free := [one for one in some if spelled(one) not in taken]:
            return free[0]
        tried += 50


def _taken(session: Session, ids: Iterable[str]) -> set[str]:
    wanted = [spelled(one) for one in ids]
    return set(session.scalars(select(col(Account.spelling)).where(col(Account.spelling).in_(wanted))))
