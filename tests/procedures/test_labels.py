"""Every label that people read is there in Chinese, and says the same in every catalogue."""

import pytest

from workflows.labels import disagreements, label, missing
from workflows.language.machine import Procedure
from workflows.registry import registry


@pytest.mark.parametrize("procedure", list(registry()), ids=lambda procedure: procedure.key)
def test_no_label_is_missing_in_chinese(procedure: type[Procedure]) -> None:
    lacking = [f"{one.group}.po: {one.context} {one.words!r}" for one in missing("zh", [procedure])]
    assert lacking == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_catalogues_agree(language: str) -> None:
    assert disagreements(language) == []  # pyright: ignore[reportArgumentType] - one of the two


def test_words_stand_in_where_a_catalogue_says_nothing() -> None:
    assert label("stage", "waiting_for_godot", "zh") == "Waiting for godot"
    assert label("effect", "ReserveStock", "en") == "Reserve stock"


def test_a_choice_of_roles_goes_by_the_roles_names() -> None:
    assert label("choice", "gm", "zh") == label("role", "gm", "zh") == "总经理"
