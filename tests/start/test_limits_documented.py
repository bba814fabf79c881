"""The table of limits names each, with what counts unless it is set."""

import re
from pathlib import Path

from settings.environment import Settings
from settings.limits import LimitSettings

TABLE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_table_is_what_the_code_says() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\d+) \|", TABLE.read_text("utf-8"), re.MULTILINE)
    declared = {name.upper(): field.default for name, field in LimitSettings.model_fields.items()}
    assert {name: float(value) for name, value in rows} == declared
    assert LimitSettings.model_fields.keys() <= Settings.model_fields.keys()
