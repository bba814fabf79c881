"""The annotated example of a store's settings."""

import re
from pathlib import Path

import pytest

from settings.environment import load
from stores.check import main as check
from stores.current import read
from stores.example import WHERE, main, of_the_store
from stores.file import StoreSettings
from stores.policy import store_policy
from workflows.language.limits import limits_of


@pytest.fixture
def uncommented(tmp_path: Path) -> Path:
    """The example with every setting switched on."""
    path = tmp_path / "store.toml"
    path.write_text(re.sub(r"^#(?! |$)", "", WHERE.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    return path


def test_the_example_is_current(tmp_path: Path) -> None:
    assert main([], tmp_path / "example.toml") == 0
    assert (tmp_path / "example.toml").read_text("utf-8") == WHERE.read_text("utf-8"), (
        "`make reference` mends it"
    )
    assert main(["--check"]) == 0


def test_a_stale_example_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"], tmp_path / "example.toml") == 1
    assert "make reference" in capsys.readouterr().out


def test_the_example_as_it_is_changes_nothing() -> None:
    assert read(WHERE) == StoreSettings()


def test_its_values_are_those_that_count_without_it(uncommented: Path) -> None:
    assert store_policy(load(store_settings=uncommented)) == store_policy(load())


def test_it_has_every_setting_and_every_limit(uncommented: Path) -> None:
    store = read(uncommented)
    assert store.model_fields_set == StoreSettings.model_fields.keys()
    text = WHERE.read_text("utf-8")
    for procedure in of_the_store():
        if limits := dict(limits_of(procedure.declaration)):
            _, _, table = text.partition(f"#[limits.{procedure.key}]")
            lines = table.partition("\n\n")[0]
            assert [name for name in limits if f'\n#{name} = "{limits[name]}"' not in lines] == []


def test_a_file_is_checked_by_a_command(
    uncommented: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(uncommented) == 0
    assert "is in order. Limits that differ: 0. Procedures off: none." in capsys.readouterr().out
    (tmp_path / "bad.toml").write_text("x = 1\ny = 2\n")
    assert check(tmp_path / "bad.toml") == 1
    assert len(capsys.readouterr().err.splitlines()) == 2
