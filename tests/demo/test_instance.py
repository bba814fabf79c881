"""Which Guicheng a demo plays against."""

from pathlib import Path

import pytest
from rich.console import Console

from demo.__main__ import CannotPlay, instance
from settings.environment import settings
from start.ports import free_ports


@pytest.mark.parametrize("url", ["http://shop:8000", "http://shop:8000/", "http://shop:8000/api/v1"])
def test_an_address_may_end_with_the_apis_own_path(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("URL", url)
    monkeypatch.setenv("KEY", "gc_key")
    with instance(Console(quiet=True)) as at:
        assert (at.url, at.key) == ("http://shop:8000", "gc_key")


@pytest.mark.parametrize(
    ("url", "key", "says"),
    [("shop:8000", "gc_key", "begins with http://"), ("http://shop", "", "go together")],
)
def test_half_an_address_is_reported(monkeypatch: pytest.MonkeyPatch, url: str, key: str, says: str) -> None:
    monkeypatch.setenv("URL", url)
    monkeypatch.setenv("KEY", key)
    with pytest.raises(CannotPlay, match=says), instance(Console(quiet=True)):
        pass


def test_a_directory_that_cannot_be_written_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    (port,) = free_ports(1)
    for name, value in {"URL": "", "KEY": "", "PORT": port, "DATA_DIR": tmp_path / "file"}.items():
        monkeypatch.setenv(name, str(value))
    settings.cache_clear()
    with (
        pytest.raises(CannotPlay, match=r"can't be written.*make demo DATA_DIR=path"),
        instance(Console(quiet=True)),
    ):
        pass
    settings.cache_clear()
