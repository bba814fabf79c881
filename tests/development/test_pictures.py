"""The pictures of the pages: they are there, small, and named; and what differs between two is found."""

from __future__ import annotations

from PIL import Image

from development.pictures.__main__ import FOLDER, index
from development.pictures.comparing import differs, side_by_side
from development.pictures.pages import MAIN, SHOTS

KB = 1000


def test_each_has_a_name_of_its_own_and_some_words() -> None:
    names = [shot.name for shot in SHOTS]
    assert len(set(names)) == len(names)
    assert all(shot.what for shot in SHOTS)
    assert {shot.theme for shot in MAIN} == {"light", "dark"}


def test_each_is_there_and_small() -> None:
    sizes = {file.stem: file.stat().st_size for file in FOLDER.glob("*.webp")}
    assert sizes.keys() == {shot.name for shot in SHOTS}
    assert max(sizes.values()) <= 100 * KB
    assert sum(sizes.values()) <= 4000 * KB


def test_the_page_that_shows_them_is_current() -> None:
    assert (FOLDER / "README.md").read_text("utf-8") == index()


def test_what_differs_is_found_and_shown() -> None:
    old = Image.new("RGB", (100, 100), "#ffffff")
    softer, other = Image.new("RGB", (100, 100), "#f4f4f4"), old.copy()
    other.paste("#000000", (10, 10, 20, 20))
    assert differs(old, old.copy()) == 0
    assert differs(old, softer) == 0, "edges of letters are drawn a little otherwise"
    assert differs(old, other) == 0.01
    assert differs(old, Image.new("RGB", (100, 120))) == 1
    assert side_by_side(old, other).size == (320, 100)
