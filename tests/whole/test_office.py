"""Two weeks of an office: what the calendar opens is done well, late or not at all. `make test-office` plays a year."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.whole.office import an_office


@pytest.mark.timeout(1800)
async def test_the_calendar_keeps_an_office_at_work(tmp_path: Path) -> None:
    await an_office(tmp_path, days=14)
