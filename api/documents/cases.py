"""Cases, as callers read and move them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from api.documents.fields import ActionKey, Body, Json, Page, StoreKey, SubjectKey
from api.documents.papers import PaperDocument
from models.values import LongText, Text
from workflows.language.waiting import Kind


class CaseStart(Body):
    """Starts a case."""

    store: StoreKey
    subject: SubjectKey | None = Field(
        default=None,
        description="The thing's own number: a return's, not its order's. Left out, the next of the procedure's range "
        "is drawn.",
    )
    data: Json = Field(default={}, description="The start event's form.")
    event: ActionKey | None = Field(
        default=None, description="The start event, where the procedure has several."
    )


class Action(Body):
    """Moves a case on."""

    form: Json | None = Field(default=None)
    revision: int | None = Field(
        default=None,
        ge=0,
        lt=2**31,
        strict=True,
        description="What the caller looked at: 409 if the case has moved on.",
    )
    version: int | None = Field(
        default=None,
        ge=1,
        lt=2**31,
        strict=True,
        description="The procedure's version whose form this is: 409 if it is another.",
    )
    comment: LongText | None = None


class Resolution(Body):
    """Decides about an incident."""

    do: Literal["retry", "done", "otherwise"] = Field(
        description="`retry`; `done` by hand, which sends what success would; `otherwise`, the way for a no."
    )
    reason: Text
    data: Json = Field(default={}, description="What the effect would have told, where it was done by hand.")


class StageDocument(BaseModel):
    key: str
    label: str
    roles: list[str]
    entered_at: datetime
    due_at: datetime | None
    overdue: bool


class ActionDocument(BaseModel):
    key: str
    label: str
    form: Json = Field(default={})
    main: bool = Field(default=False, description="What is done at this stage as a rule.")
    common: bool = False


class DeadlineDocument(BaseModel):
    key: str
    label: str
    due_at: datetime | None
    paused: bool
    missed: bool


class IncidentDocument(BaseModel):
    key: str
    effect: str
    label: str
    asked_at: datetime
    revision: int
    error: str
    ways: list[str]


class LinkDocument(BaseModel):
    case: str
    as_: str = Field(alias="as")
    standing: str
    waits: bool


class HeadlinePart(BaseModel):
    """A part of what a case is about, worded; masked where the caller may not read it."""

    text: str
    personal: bool = False


class CaseLine(BaseModel):
    id: str
    procedure: str
    title: str
    version: int
    store: str
    subject: str
    revision: int
    state: Literal["open", "closed", "incident"]
    outcome: str | None
    headline: list[HeadlinePart]
    stages: list[StageDocument]
    opened_at: datetime
    closed_at: datetime | None
    next_due: datetime | None = None


class WaitsForDocument(BaseModel):
    """One thing that a case waits for, or that will happen to it."""

    kind: Kind = Field(
        description="`people` act, a `message` or another case's `signal` comes, an `effect` or a `case` ends, "
        "operations decide about an `incident`, a `rule` comes to hold, the `clock` sends something: each moves it on. "
        "A `condition` doesn't hold yet; a limit is `late`, falls (`limit`), or is brought to mind (`reminder`)."
    )
    sentence: str = Field(examples=["It waits for Picker: Picked, Pick short."])
    since: datetime | None
    at: datetime | None = Field(description="When it happens by itself.", examples=[None])
    roles: list[str] = Field(description="Who acts, or is told.")
    actions: list[str] = Field(description="What it sends.", examples=[["picked", "pick_short"]])
    key: str | None = Field(
        description="The effect's key, the other case's id, or what the limit is of.", examples=[None]
    )


class CaseWaits(BaseModel):
    """What a case waits for, since when, who or what moves it on, and what happens by itself, when."""

    sentence: str = Field(
        description="The likeliest of it, in the store's time.",
        examples=["At Picking since 2026-11-12 17:30. It waits for Picker: Picked, Pick short."],
    )
    parts: list[WaitsForDocument]


class CaseDocument(CaseLine):
    """A case as it is for this caller: `actions` holds what they may do now, `blocked` what isn't possible yet."""

    actions: list[ActionDocument]
    blocked: dict[str, str] = Field(
        description="Of each other action of the caller's roles here the conditions that don't hold, in a sentence."
    )
    waits: CaseWaits | None = Field(
        default=None, description="`GET /cases/{id}` alone tells it, until the case has ended."
    )
    deadlines: list[DeadlineDocument]
    incidents: list[IncidentDocument]
    papers: list[PaperDocument] = Field(default=[], description="What the caller can print of it.")
    links: list[LinkDocument]
    data: Json


class LinkToParent(BaseModel):
    """How a case came to be."""

    case: str = Field(description="The case that has started it, or whose number it keeps.")
    as_: str = Field(
        alias="as", description="What that case calls it; `about` where it only keeps its number."
    )
    standing: str


class StageLabel(BaseModel):
    key: str
    label: str


class FamilyMember(BaseModel):
    """What a link shows of a case."""

    case: str
    procedure: str
    title: str
    subject: str
    state: Literal["open", "closed", "incident"]
    headline: list[HeadlinePart]
    stages: list[StageLabel]
    link: LinkToParent | None
    may_read: bool


class CaseFamily(BaseModel):
    """The cases of one order or contract, at most 200."""

    first: str = Field(description="The case that began it all.")
    items: list[FamilyMember]


class CasePage(Page[CaseLine]):
    """Cases, newest first."""


class RevisionDocument(BaseModel):
    revision: int
    action: str
    label: str
    actor: str = Field(description="The account that acted.")
    actor_name: str = Field(description="Its name of then.")
    roles: list[str]
    at: datetime
    form: Json | None
    before: list[str]
    after: list[str]
    followed: list[str]
    missed: list[str]
    effects: list[Json] = Field(description="What the step asked for, and what came of it.")
    effect: str | None = Field(default=None, description="The key of the effect whose outcome the step is.")
    note: str


class HistoryPage(Page[RevisionDocument]):
    """Revisions, oldest first."""


class RequestDocument(BaseModel):
    """What came of a request: `pending`, or its answer."""

    id: str
    status: Literal["pending", "answered"]
    location: str | None = None
    held_until: datetime | None = Field(
        default=None,
        description="When it is sent; until then `DELETE` at `location` takes it back.",
        examples=[None],
    )
    answer_status: int | None = None
    answer: Any = None
