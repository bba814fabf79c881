"""What every effect has in common: what is asked of the outside world, as data."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue


class Queue(StrEnum):
    """The Temporal task queue on which an effect runs; a slow one must not starve the quick."""

    CASES = "guicheng"
    """Cases and their commits, what cases do to each other, and what they ask of the store's own books: one short
    transaction each.
    """
    EFFECTS = "guicheng-effects"
    """What is asked of the books, where it is performed by itself."""
    PROVIDERS = "guicheng-providers"
    """Whoever is asked over a network: payments, carriers, mail and chat."""


EFFECTS: dict[str, type[Effect]] = {}
"""Every effect by its kind."""


class OutcomeRow(BaseModel):
    """One line of a list in an outcome. Keys that it doesn't know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class _OutcomeModel(BaseModel):
    """What an outcome tells besides yes or no, by name.

    Every field has a default: operations may record an effect as done by hand and tell only what they know, and an
    outcome in a history may be older than the field.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    @classmethod
    def __pydantic_init_subclass__(cls, **options: object) -> None:
        super().__pydantic_init_subclass__(**options)
        if required := [name for name, field in cls.model_fields.items() if field.is_required()]:
            raise TypeError(
                f"{cls.__name__} needs a default for {', '.join(required)}, as outcomes may lack it"
            )

    def data(self) -> dict[str, JsonValue]:
        """As JSON: what was given, and no default. So a field more changes nothing that was recorded before."""
        return self.model_dump(mode="json", include={*self.model_fields_set} - {"reason"})


class Success(_OutcomeModel):
    """What an effect tells that was done. A contract names its own; this one tells nothing more."""


class Refused(_OutcomeModel):
    """What an effect tells that was refused by a rule. A contract that tells more than the reason names its own."""

    reason: str = ""
    """Why it was refused, in a sentence."""


class Effect(BaseModel):
    """Something a procedure asks of the outside world. Its class name is its kind, and its activity's name.

    A subclass says in its docstring when it is refused, and names what its outcomes tell.

    A field may be added later if it has a default, and a field's default never changes: hashes and signatures leave
    out what is at its default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    success: ClassVar[type[Success]] = Success
    """What its outcome tells when it was done."""
    refusal: ClassVar[type[Refused]] = Refused
    """What its outcome tells when a rule refused it."""
    undone_by: ClassVar[type[Undo] | None] = None
    """The effect that takes this one back, knowing nothing but this one's key."""
    queue: ClassVar[Queue] = Queue.EFFECTS
    attempts: ClassVar[int] = 10
    """How often it may fail technically before it becomes an incident."""
    timeout: ClassVar[timedelta] = timedelta(seconds=15)
    """How long one attempt may take."""
    optional: ClassVar[bool] = False
    """Whether its refusal changes nothing for its case. Any other refusal that sends no event becomes an incident."""
    quick: ClassVar[bool] = False
    """Whether the action that asks for it may wait for its outcome before it answers."""
    shows: ClassVar[tuple[str, ...]] = ()
    """The fields by which operations recognise it in Temporal's UI: numbers, keys, amounts, days, and lists, of which
    the length is shown. Nothing personal, and no words of people. Where a contract names none, it is the first field.
    """

    @classmethod
    def __pydantic_init_subclass__(cls, **options: object) -> None:
        super().__pydantic_init_subclass__(**options)
        if cls.__module__ == __name__:
            return  # what effects have in common can't be asked for
        if unknown := [name for name in cls.shows if name not in cls.model_fields]:
            raise TypeError(f"{cls.__name__} shows {', '.join(unknown)}, and has no such field")
        known = EFFECTS.setdefault(cls.__name__, cls)
        if known is not cls:
            raise TypeError(f"two effects are called {cls.__name__}: {known.__module__} and {cls.__module__}")

    @classmethod
    def kind(cls) -> str:
        """The name under which it is asked for, performed and shown."""
        return cls.__name__

    @classmethod
    def read(cls, outcome: Outcome) -> Success | Refused:
        """What an outcome of this effect tells. ValidationError where a person recorded what isn't of its type."""
        if outcome.ok:
            return cls.success.model_validate(outcome.data)
        return cls.refusal.model_validate({**outcome.data, "reason": outcome.reason})

    @classmethod
    def shown_fields(cls) -> tuple[str, ...]:
        """`shows`, or the first field."""
        return cls.shows or tuple(cls.model_fields)[:1]

    def __deepcopy__(self, memo: object = None) -> Effect:
        return self


class ProviderEffect(Effect):
    """An effect that is asked of somebody over a network, who may be slow or out of reach."""

    queue: ClassVar[Queue] = Queue.PROVIDERS
    attempts: ClassVar[int] = 5
    timeout: ClassVar[timedelta] = timedelta(seconds=60)


class Undo(Effect):
    """Takes another effect back. Done twice it changes nothing; done first, the other never happens.

    Refused when it can't be taken back any more.
    """

    of: str = Field(min_length=1, max_length=40)
    """The key, within the case, of the effect to take back."""


class EffectRequest(BaseModel):
    """One effect on its way to its activity: what to do, for whom, and the key that makes it happen once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(min_length=1, max_length=250)
    """The idempotency key: the case's id, `/`, the effect's key within it."""
    case: str
    store: str
    subject: str
    effect: str
    """The effect's kind."""
    payload: dict[str, Any]
    """The effect, as JSON."""
    at: AwareDatetime
    """When the step that asked for it was taken; the books date their entries by it."""
    of: str = ""
    """For an undo: the idempotency key of what it takes back."""
    round: int = 0
    """How often a person had it tried again. What was refused in an earlier round is judged anew."""


class Outcome(BaseModel):
    """What came of an effect, as JSON: in Temporal's history, in the journal of effects, in the API.

    `Effect.read` gives it the types that the effect's contract names.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ok: bool = True
    """False where a rule refused it (out of stock, more than was paid); never for a technical failure."""
    reason: str = ""
    """Why it was refused, in a sentence."""
    data: dict[str, JsonValue] = {}
    """The fields of the contract's success or refusal."""

    @classmethod
    def done(cls, success: Success | None = None) -> Outcome:
        """It was done, and tells this; nothing more where it is None."""
        return cls(data=success.data() if success is not None else {})

    @classmethod
    def refused(cls, refusal: Refused | str) -> Outcome:
        """It was refused: what its contract's refusal tells, or only the reason."""
        if isinstance(refusal, str):
            return cls(ok=False, reason=refusal)
        return cls(ok=False, reason=refusal.reason, data=refusal.data())


class EffectBatch(BaseModel):
    """Effects of one case on their way to one activity, in their order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests: tuple[EffectRequest, ...] = Field(min_length=1)

    @property
    def is_single(self) -> bool:
        """Whether it is one effect alone: its errors are the activity's own, so that Temporal tries it again."""
        return len(self.requests) == 1


class BatchResult(BaseModel):
    """What came of a batch. The books and the read model hold it already."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: AwareDatetime
    """When it was done."""
    outcomes: dict[str, Outcome] = {}
    """By idempotency key. What isn't there was left, from the first technical error on: it is to be performed alone."""
    outside: tuple[str, ...] = ()
    """Kinds that were left because somebody over a network performs them."""


def effect_type(kind: str) -> type[Effect]:
    """The contract of that name, among those that are imported. LookupError if there is none."""
    try:
        return EFFECTS[kind]
    except KeyError:
        raise LookupError(
            f"no effect is called {kind}; each subject's are in activities/<subject>/contract.py"
        ) from None


def effect_of(request: EffectRequest) -> Effect:
    """The effect that `request` carries. LookupError if no contract has that name."""
    return effect_type(request.effect).model_validate(request.payload)
