"""The pages' own words: each has its Chinese, and none stands there for nobody."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from inbox.words import FILE, chinese, say

HERE = Path(__file__).resolve().parents[2] / "inbox"
CALLED = re.compile(r"""\bt\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
TEXT = re.compile(r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'""")
PLACE = re.compile(r"\{(\w+)\}")


def in_templates() -> Iterator[tuple[str, str, bool]]:
    """Where, which text, and whether it is certainly said."""
    for file in sorted((HERE / "templates").glob("*.html")):
        source = file.read_text("utf-8")
        for found in CALLED.findall(source):
            yield file.name, found[1:-1], True
        for one, other in TEXT.findall(source):
            yield file.name, one or other, False


def in_code() -> Iterator[tuple[str, str, bool]]:
    for file in sorted(HERE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield file.name, node.value, False
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "say":
                texts = [one for one in node.args if isinstance(one, ast.Constant)]
                for text in texts:
                    yield file.name, str(text.value), True


def test_all_that_pages_say_is_there_in_chinese() -> None:
    said = [(where, text) for where, text, is_said in (*in_templates(), *in_code()) if is_said]
    assert len(said) > 100
    assert [(where, text) for where, text in said if text not in chinese()] == []


def test_nothing_is_there_that_no_page_says() -> None:
    texts = {text for _, text, _ in (*in_templates(), *in_code())}
    assert sorted(chinese().keys() - texts) == []


def test_a_translation_has_the_places_of_its_text() -> None:
    differing = [
        text for text, said in chinese().items() if set(PLACE.findall(text)) != set(PLACE.findall(said))
    ]
    assert differing == []


def test_the_words_stand_in_alphabetical_order() -> None:
    lines = [line for line in FILE.read_text("utf-8").splitlines() if line.startswith('"')]
    assert lines == sorted(lines)


def test_a_word_is_said_in_the_readers_language() -> None:
    assert (say("zh", "{n} selected", n=3), say("en", "{n} selected", n=3)) == ("已选 3 项", "3 selected")
