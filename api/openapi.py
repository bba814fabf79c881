"""How OpenAPI describes the API: what FastAPI reads off the routes, with an example of each body and each answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.events.cloudevents import CloudEvent
from api.examples import example_of
from api.problems import KINDS, MEDIA_TYPE, Problem, ProblemDocument

Json = dict[str, Any]

_COMPONENTS: tuple[type[BaseModel], ...] = (CloudEvent, ProblemDocument)
"""Documents that the routes refer to by name, as they aren't read or written by FastAPI."""
_PROBLEM_OF_STATUS = {403: "not_your_role", 409: "not_possible_now", 422: "invalid_form"}
"""Which kind is shown, of a status that several have."""


def install(app: FastAPI) -> None:
    """Have the application describe itself like this at `/openapi.json`."""
    read_off_the_routes = app.openapi

    def described() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(read_off_the_routes())
        return app.openapi_schema

    app.openapi = described


def _completed(document: Json) -> Json:
    components: Json = document["components"]["schemas"]
    _, named = models_json_schema(
        [(model, "serialization") for model in _COMPONENTS],
        ref_template="#/components/schemas/{model}",
    )
    components |= named["$defs"]
    for name, schema in components.items():
        if name.endswith(
            ("-Input", "-Output")
        ):  # clients name their classes by the title: it must be one's own
            schema["title"] = name.replace("-", "")
    for operation in _operations(document):
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            _add_example(media_type, content, components)
        for status, answer in operation["responses"].items():
            for media_type, content in answer.get("content", {}).items():
                if media_type == MEDIA_TYPE:
                    content["example"] = _problem(int(status))
                else:
                    _add_example(media_type, content, components)
    return document


def _operations(document: Json) -> Iterator[Json]:
    for methods in document["paths"].values():
        yield from methods.values()


def _add_example(media_type: str, content: Json, components: Json) -> None:
    if media_type.endswith("json") and "example" not in content:
        content["example"] = example_of(content["schema"], components)


def _problem(status: int) -> Json:
    code = _PROBLEM_OF_STATUS.get(status) or next(c for c, kind in KINDS.items() if kind.status == status)
    helps: Json = {}
    detail, errors = "", []
    match code:
        case "not_possible_now":
            detail = "`hand_over` is not possible at picking."
            helps = {"stages": ["picking"], "actions": ["picked", "hold"]}
        case "invalid_form":
            detail = "The form is not right at /waybill_no: Field required."
            errors = [("/form/waybill_no", "Field required")]
        case _:
            pass
    return Problem(code, detail, errors=errors, **helps).document()
