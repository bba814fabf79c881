"""A file that has grown too long is named before anybody merges it."""

from pathlib import Path

import pytest

from development.lengths import ROOT, limit_of, too_long

FULFILMENT = "workflows/procedures/orders_and_logistics/order_fulfilment.py"


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("worker.py", 400),
        ("tests/runner/procedures.py", 400),
        ("workflows/procedures/after_sales/exchange.py", 500),
        (FULFILMENT, 799),
        ("tests/procedures/after_sales/test_exchange.py", None),
    ],
)
def test_a_file_may_have_so_many_lines(path: str, limit: int | None) -> None:
    assert limit_of(path) == limit


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project in which all that is generated stands in `made`."""
    (tmp_path / "pyproject.toml").write_text('[tool.ruff]\nextend-exclude = ["made", "api/drawn.py"]\n')
    return tmp_path


def write(root: Path, path: str, lines: int) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x = 1\n" * lines)


def test_a_file_with_a_line_too_many_is_named(root: Path) -> None:
    write(root, "api/lists.py", 401)
    write(root, "api/short.py", 400)
    write(root, "workflows/procedures/a/long.py", 512)
    assert too_long(root) == [
        "api/lists.py has 401 lines, 1 more than the 400 that it may have.",
        "workflows/procedures/a/long.py has 512 lines, 12 more than the 500 that it may have.",
    ]


def test_what_is_generated_or_not_ours_is_not_counted(root: Path) -> None:
    for path in (
        "made/big.py",
        "api/drawn.py",
        ".venv/lib/big.py",
        "api/__pycache__/big.py",
        "api/words.txt",
    ):
        write(root, path, 1000)
    assert too_long(root) == []


def test_no_file_of_ours_is_too_long() -> None:
    assert too_long(ROOT) == []
