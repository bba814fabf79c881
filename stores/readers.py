"""Who wants notices to their roles as mail: those who have said so in the inbox, and hold the role now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from activities.messages.port import Reader
from models.rights import Rights
from models.roles import Role, with_staff
from models.tables.accounts import Account, AccountKind
from models.tables.inbox import Preference
from stores.file import Person


class ReadersByRole:
    """Finds readers by their accounts, and by what the store's settings file says at that moment of who may do what."""

    def __init__(self, people: Callable[[], Mapping[str, Person]]) -> None:
        self._people = people

    def of(self, session: Session, role: Role, store: str) -> Sequence[Reader]:
        """Those who hold the role in this store, by their accounts' ids."""
        wanting = (
            select(Account, col(Preference.mail))
            .join(Preference, col(Preference.account) == col(Account.id))
            .where(
                col(Preference.wants_mail),
                col(Preference.mail) != "",
                col(Account.kind) == AccountKind.PERSON,
                col(Account.closed_at).is_(None),
            )
            .order_by(col(Account.id))
        )
        return [
            Reader(account.id, address)
            for account, address in session.execute(wanting)
            if role in with_staff(self._rights(account).roles_in(store))
        ]

    def _rights(self, account: Account) -> Rights:
        rights, listed = Rights.of_json(account.roles, ()), self._people().get(account.id)
        return rights if listed is None else rights.narrowed(listed.roles, listed.stores)
