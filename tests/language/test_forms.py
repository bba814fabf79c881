"""An answer whose key is a name of Form itself."""

import pytest

from workflows.language.forms import Form, read_form
from workflows.language.refusals import InvalidForm
from workflows.vocabulary import Field, Text


class Complaint(Form):
    problems_met: tuple[Text, ...] = Field(alias="problems")


def test_a_field_with_an_alias_is_asked_and_kept_under_its_key() -> None:
    form = read_form(Complaint, {"problems": ["late"]})
    assert list(Complaint.model_json_schema()["properties"]) == ["problems"]
    assert form.model_dump(mode="json") == {"problems": ["late"]}


def test_its_faults_point_to_its_key() -> None:
    with pytest.raises(InvalidForm) as refused:
        read_form(Complaint, {"problems": [""]})
    assert refused.value.errors[0].pointer == "/problems/0"
