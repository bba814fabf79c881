"""One role's day; all roles' days, at every size and in both languages, by `make test-inbox`."""

from __future__ import annotations

from tests.inbox.day_packer import BY_HAND, ROLES, works
from tests.inbox.days import Days

pytest_plugins = ("tests.inbox.day_fixtures",)


async def test_a_packers_day_on_a_phone(days: Days) -> None:
    await works(await days.of(*ROLES, size="phone", language="en", by_hand=BY_HAND))
