"""The stores' policies that this process knows. A message names a policy by its hash; who reads it gets the policy.

The payload converter reads it, as it makes a start's message from its payload: from what this process knows, or else
from where it was told to look. The workflow's code sees a whole StorePolicy, and loads nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from models.policy import StorePolicy

Look = Callable[[str], StorePolicy]
"""Finds the policy of a hash, within a second. What it raises fails the workflow's task, which is tried again."""


class UnknownPolicy(Exception):
    """This process doesn't know a policy, and was told of no place to look for it."""


def _nowhere(hash_: str) -> StorePolicy:
    raise UnknownPolicy(
        f"Nothing here holds the store's policy {hash_}: a history that `guicheng replay --save` kept brings it along, "
        "and the database of the store has it."
    )


_known: dict[str, StorePolicy] = {}
"""A store has another policy when its settings change, or its calendar a year more: they are few."""
_look: Look = _nowhere


def look_in(look: Look) -> None:
    """Set, for this process, where a policy is looked for that it doesn't know yet."""
    global _look  # noqa: PLW0603 - the SDK makes the converter: nothing can be handed to it
    _look = look


def know(policy: StorePolicy) -> None:
    """From now on this process knows the policy."""
    _known[policy.hash] = policy


def policy_of(hash_: str) -> StorePolicy:
    """The policy of this hash. Raises UnknownPolicy, or what the place raises where it is looked for."""
    if (known := _known.get(hash_)) is None:
        known = _known[hash_] = _look(hash_)
    return known


def _found(value: Any) -> Any:
    if isinstance(value, StorePolicy):
        return value
    if not isinstance(value, str):
        raise ValueError("a policy travels as its hash")  # noqa: TRY004 - pydantic takes ValueError for a fault
    return policy_of(value)


def _hash_of(policy: StorePolicy) -> str:
    return policy.hash


PolicyByHash = Annotated[StorePolicy, BeforeValidator(_found), PlainSerializer(_hash_of)]
"""A field that holds a policy, and travels as its hash."""
