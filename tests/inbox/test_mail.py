"""Whether somebody wants mail for their roles: their own address, kept in the vault and shown to nobody again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from activities.messages.port import NO_STORE
from activities.secrets.vault import Vault
from models.database import reading
from models.tables.inbox import Preference
from models.tables.secrets import SecretRow
from tests.inbox.depot import Depot

pytest_plugins = ("tests.inbox.desk_fixtures",)


def kept(depot: Depot, account: str) -> tuple[bool, str]:
    """Whether mail is wanted, and to which address."""
    with reading(depot.stack.engine) as session:
        row = session.get(Preference, account)
        if row is None:
            return False, ""
        address = Vault().reveal(session, NO_STORE, row.mail) if row.mail else ""
        return row.wants_mail, address


def secrets(depot: Depot) -> int:
    with reading(depot.stack.engine) as session:
        found: Any = session.scalars(select(col(SecretRow.reference)).where(col(SecretRow.store) == NO_STORE))
        return len(found.all())


async def test_an_address_is_kept_and_never_shown_again(depot: Depot) -> None:
    person = await depot.hire("picker")
    pages = depot.pages(person)
    answer = await pages.post("/mail", data={"wanted": "true", "address": "wang@example.com"})
    assert (answer.status_code, "已保存" in answer.text) == (200, True)
    for page in (answer.text, (await pages.get("/")).text):
        assert "wang@example.com" not in page
        assert "已保存，不再显示" in page
    assert kept(depot, person.id) == (True, "wang@example.com")
    before = secrets(depot)
    await pages.post("/mail", data={"wanted": "true", "address": "wei@example.com"})
    assert kept(depot, person.id) == (True, "wei@example.com")
    assert secrets(depot) == before, "the earlier address is gone"
    await pages.post("/mail", data={})
    assert kept(depot, person.id) == (False, "wei@example.com")
    await pages.post("/mail", data={"wanted": "true", "forget": "true"})
    assert kept(depot, person.id) == (False, "")
    assert secrets(depot) == before - 1


async def test_what_is_no_address_is_refused(depot: Depot) -> None:
    person = await depot.hire("picker")
    pages = depot.pages(person)
    for address in ("nonsense", "a@b", "a b@example.com", "a@example.com,b@example.com", "a@exa<mple.com"):
        answer = await pages.post("/mail", data={"wanted": "true", "address": address})
        assert answer.status_code == 422, address
        assert "这不是有效的邮箱地址" in answer.text
    assert kept(depot, person.id) == (False, "")
    assert (await pages.post("/mail", data={"wanted": "true"})).status_code == 200
    assert kept(depot, person.id) == (False, ""), "without an address there is nothing to send"
