"""A client that is asked: it reads an action's form filled in, and sends what is left to say."""

from __future__ import annotations

from typing import Any

from models.roles import Role
from tests.whole.store import STORE, Store, body_of
from tests.whole.waiting import until

Json = dict[str, Any]


class Client:
    """It knows no procedure: what it sends beside its own answers is what the form was filled in with."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.sent = 0

    async def start(self, procedure: str, by: Role, **answers: Any) -> str:
        """A new case, under the next number of its range."""
        event = answers.pop("event", None)
        body = {"store": STORE, "data": answers} | ({"event": event} if event else {})
        answer = await self.store.call(by, "POST", f"/procedures/{procedure}/cases", body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def do(self, case: str, action: str, by: Role, **answers: Any) -> Json:
        """One action, as soon as this role may take it and nothing else is to be said."""
        why: object = None

        async def sent() -> Json | None:
            nonlocal why
            answer = await self.store.call(by, "GET", f"/cases/{case}/actions/{action}")
            why = answer.text
            if answer.status_code != 200:
                return None
            given = answer.json()
            form = _filled(given, answers)
            if why := _left(given["form"], form):  # the books may still be asked
                return None
            body = {"form": form or None, "revision": given["revision"]}
            answer = await self.store.call(by, "POST", f"/cases/{case}/actions/{action}", body)
            why = answer.text
            return None if answer.status_code == 409 else body_of(answer)  # the case has moved on meanwhile

        self.sent += 1
        return await until(sent, lambda: f"{by} can't {action} {case}: {why}")


def _filled(given: Json, answers: Json) -> Json:
    """The form as it was given, with the answers: none of them is known, or proposed just so."""
    fields, values = given["form"].get("properties", {}), given["values"]
    assert answers.keys() <= fields.keys(), f"{given['key']} doesn't ask {answers.keys() - fields.keys()}"
    known = {name for name, field in fields.items() if _is_known(field, is_filled_in=name in values)}
    assert not known & answers.keys(), f"{given['key']}: {known & answers.keys()} are known"
    form = {name: value for name, value in values.items() if name not in known}
    for name, answer in answers.items():
        assert name not in values or values[name] != answer, f"{given['key']}: {name} is proposed so"
        is_of_rows = "x-of" in fields[name] and name in values
        form[name] = (
            [_row(*both) for both in zip(values[name], answer, strict=True)] if is_of_rows else answer
        )
    return form


def _row(row: Json, more: Json) -> Json:
    assert not [name for name in more if row.get(name) == more[name]], f"{row} says some of {more} already"
    return {**row, **more}


def _left(schema: Json, form: Json) -> list[str]:
    """What is asked and still to be said, down to the rows."""
    left = [name for name in schema.get("required", ()) if name not in form]
    for name, field in schema.get("properties", {}).items():
        if "x-of" in field:
            row = schema["$defs"][field["items"]["$ref"].rpartition("/")[2]]
            left += [
                f"{name}.{part}"
                for one in form.get(name, ())
                for part in row.get("required", ())
                if part not in one
            ]
    return left


def _is_known(field: Json, *, is_filled_in: bool) -> bool:
    """Whether nobody sends it: a number is drawn, and what should be known and isn't is asked after all."""
    origin = field.get("x-from")
    return origin == "book:numbers" or (origin is not None and is_filled_in)
