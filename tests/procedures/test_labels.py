"""Every label that people read is there in Chinese, and says the same in every catalogue."""

import pytest

from workflows.labels import Language, Needed, disagreements, label, missing
from workflows.language.procedure import Procedure
from workflows.registry import registry


def lines(lacking: list[Needed]) -> list[str]:
    return [f"{one.group}.po: {one.context} {one.words!r}" for one in lacking]


@pytest.mark.parametrize("procedure", list(registry()), ids=lambda procedure: procedure.key)
def test_no_label_of_a_procedure_is_missing_in_chinese(procedure: type[Procedure]) -> None:
    assert lines([one for one in missing("zh", [procedure]) if one.procedure]) == []


def test_no_label_of_roles_and_effects_is_missing_in_chinese() -> None:
    assert lines(missing("zh", [])) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_catalogues_agree(language: Language) -> None:
    assert disagreements(language) == []


def test_words_stand_in_where_a_catalogue_says_nothing() -> None:
    assert label("stage", "waiting_for_godot", "zh") == "Waiting for godot"
    assert label("effect", "ReserveStock", "en") == "Reserve stock"


def test_a_choice_of_roles_goes_by_the_roles_names() -> None:
    assert label("choice", "gm", "zh") == label("role", "gm", "zh") == "总经理"
