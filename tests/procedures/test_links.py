"""What a procedure waits for is something that the other procedure can say."""

import pytest

from workflows.language.declaration import ABORTED
from workflows.language.links import Link
from workflows.language.procedure import Procedure
from workflows.registry import registry

LINKS = [
    pytest.param(cls, link, id=f"{cls.key}-{link.key}")
    for cls in registry()
    for link in cls.declaration.links
]


@pytest.mark.parametrize(("procedure", "link"), LINKS)
def test_the_other_procedure_has_the_stages_that_are_waited_for(
    procedure: type[Procedure], link: Link
) -> None:
    others = [registry().get(key) for key in link.procedures if key in registry()]
    known = {ABORTED, *(stage for other in others for stage in other.declaration.stages)}
    if len(others) == len(link.procedures):
        assert set(link.ends) <= known, f"{procedure.key} waits for stages that {link.procedures} don't have"


@pytest.mark.parametrize("procedure", list(registry()), ids=lambda procedure: procedure.key)
def test_what_is_signalled_is_an_event(procedure: type[Procedure]) -> None:
    assert set(procedure.signalled) <= set(procedure.declaration.transitions)
