"""`make test-office`: a year of an office, or so many days as OFFICE_DAYS says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.whole.office import an_office

DAYS = int(os.environ.get("OFFICE_DAYS", "366"))


@pytest.mark.timeout(12 * 60 * 60)
async def test_the_calendar_keeps_an_office_at_work_for_a_year(tmp_path: Path) -> None:
    await an_office(tmp_path, days=DAYS)
