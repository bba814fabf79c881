"""The databases of the benchmark of lists are kept as long as they are what would be made now."""

from pathlib import Path

import pytest

from benchmarks import kept
from benchmarks.kept import NotKeptHere


class Loader:
    """Fills a file with how often it has filled one."""

    def __init__(self) -> None:
        self.filled = 0
        self.ends = True

    def fill(self, path: Path, tasks: int, *, of_suppliers: bool = False) -> None:
        self.filled += 1
        path.write_text(f"{tasks} {self.filled}{' of suppliers' if of_suppliers else ''}")
        if not self.ends:
            raise KeyboardInterrupt


@pytest.fixture
def loader(monkeypatch: pytest.MonkeyPatch) -> Loader:
    loader = Loader()
    monkeypatch.setattr(kept, "fill", loader.fill)
    return loader


def test_a_database_is_filled_once(tmp_path: Path, loader: Loader) -> None:
    for _ in range(2):
        assert (kept.kept(tmp_path, 5) / "guicheng.db").read_text() == "5 1"
    assert (kept.kept(tmp_path, 7) / "guicheng.db").read_text() == "7 2"
    of_suppliers = kept.kept(tmp_path, 7, of_suppliers=True)
    assert (of_suppliers / "guicheng.db").read_text() == "7 3 of suppliers"


def test_it_is_filled_again_where_it_would_be_made_otherwise(
    tmp_path: Path, loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.kept(tmp_path, 5)
    monkeypatch.setattr(kept, "newest", lambda: "other tables")
    assert (kept.kept(tmp_path, 5) / "guicheng.db").read_text() == "5 2"


def test_it_is_filled_again_where_filling_was_interrupted(tmp_path: Path, loader: Loader) -> None:
    loader.ends = False
    with pytest.raises(KeyboardInterrupt):
        kept.kept(tmp_path, 5)
    loader.ends = True
    assert (kept.kept(tmp_path, 5) / "guicheng.db").read_text() == "5 2"


def test_nothing_else_is_removed(tmp_path: Path, loader: Loader) -> None:
    (tmp_path / "5").mkdir()
    (tmp_path / "5" / "letter.txt").write_text("dear")
    with pytest.raises(NotKeptHere):
        kept.kept(tmp_path, 5)
    assert loader.filled == 0
