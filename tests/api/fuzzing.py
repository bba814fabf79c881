"""Odd requests, made of what OpenAPI says that each operation takes; and whether each answer is one that it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis import checks as of_all
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks as of_openapi

Values = Mapping[str, Any]
"""By the name of the parameter or the field that takes it."""

_CHECKS: list[Any] = [
    of_all.not_a_server_error,  # pyright: ignore[reportUnknownMemberType]
    of_openapi.status_code_conformance,  # pyright: ignore[reportUnknownMemberType]
    of_openapi.content_type_conformance,  # pyright: ignore[reportUnknownMemberType]
    of_openapi.response_headers_conformance,  # pyright: ignore[reportUnknownMemberType]
    of_openapi.response_schema_conformance,  # pyright: ignore[reportUnknownMemberType]
]
_ANY_HEALTH: Any = list(HealthCheck)
_ALL = slice(None)
_ENDLESS = "follow_changes"
"""The operation whose answer never ends: its status is looked at."""
_OFTEN = 0.8
"""How often something that there is takes the place of what was made up: else hardly a request would find anything."""


class Known(NamedTuple):
    """What there is."""

    values: Mapping[str, Sequence[Any]]
    together: Sequence[Values] = ({},)
    """What makes sense together, such as a case, an action and its form."""


class Asked(NamedTuple):
    """What came of it all."""

    faults: dict[str, str]
    """By operation, caller and kind of fault, the first answer that was wrong, and the request."""
    answers: Counter[tuple[str, int]]
    """How often each operation was answered with which status."""


class Fuzz:
    """Asks every operation of an API in the name of each caller."""

    def __init__(self, url: str, document: dict[str, Any], callers: Mapping[str, str], known: Known) -> None:
        """callers: by name, the key of each."""
        self._url, self._known = url, known
        self._schema: Any = schemathesis.openapi.from_dict(_without_keys(document))
        self._session = requests.Session()
        self._callers = {name: {"Authorization": f"Bearer {key}"} for name, key in callers.items()}

    def ask(self, examples: int, number: int, some: slice = _ALL) -> Asked:
        """Send so many requests to each operation, each of them from every caller; the same number asks the same.

        some: which of the operations, in the order of the document.
        """
        asked = Asked({}, Counter())
        for result in list(self._schema.get_all_operations())[some]:
            self._ask(result.ok(), examples, number, asked)
        return asked

    def _ask(self, operation: Any, examples: int, number: int, asked: Asked) -> None:
        good, bad = map(operation.as_strategy, (GenerationMode.POSITIVE, GenerationMode.NEGATIVE))

        @seed(number)
        @settings(
            max_examples=examples,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            verbosity=Verbosity.quiet,
            suppress_health_check=_ANY_HEALTH,
        )
        @given(case=st.one_of(good, good, bad), chance=st.randoms(use_true_random=False))
        def each(case: Any, chance: Any) -> None:
            self._put_in_what_there_is(case, chance)
            for name, key in self._callers.items():
                self._send(case, name, key, asked)

        each()

    def _put_in_what_there_is(self, case: Any, chance: Any) -> None:
        some = chance.choice(self._known.together)
        places: list[Any] = [case.path_parameters, case.query, case.body]
        for place in places:
            for name in sorted(place) if isinstance(place, dict) else ():  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
                if chance.random() > _OFTEN:
                    continue
                if name in some:
                    place[name] = some[name]
                elif name in self._known.values:
                    place[name] = chance.choice(self._known.values[name])

    def _send(self, case: Any, name: str, key: dict[str, str], asked: Asked) -> None:
        operation, declared = f"{case.method} {case.operation.path}", case.operation.definition.raw
        if declared["operationId"] == _ENDLESS:
            status = self._beginning(case, key)
            asked.answers[operation, status] += 1
            if str(status) not in declared["responses"]:
                asked.faults[f"{operation} as {name}: {status}"] = case.as_curl_command()
            return
        response = case.call(self._url, session=self._session, headers=key)
        asked.answers[operation, response.status_code] += 1
        try:
            case.validate_response(response, checks=_CHECKS)
        except FailureGroup as failed:
            for one in failed.exceptions:
                asked.faults.setdefault(f"{operation} as {name}: {one}", str(failed))

    def _beginning(self, case: Any, key: dict[str, str]) -> int:
        sent: dict[str, Any] = {**case.as_transport_kwargs(self._url, headers=key), "stream": True}
        with self._session.request(**sent) as answer:
            return answer.status_code


def _without_keys(document: dict[str, Any]) -> dict[str, Any]:
    """The same of an API that asks for no key: none is to be made up."""
    paths: dict[str, Any] = {
        path: {method: {**operation, "security": []} for method, operation in some.items()}
        for path, some in document["paths"].items()
    }
    return {**document, "paths": paths}
