"""What the API tells and is told, as OpenAPI describes it. Answers are built elsewhere; tests hold them to this."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from activities.stock.contract import Receipt
from models.values import Moment, Price, Remark, Sku, Title

Json = dict[str, Any]
_PARTS = "/history", "/comments", "/files"


def _addressable(subject: str) -> str:
    """A case whose id ended like the address of another case's part could not be read."""
    if subject.endswith(_PARTS):
        raise ValueError(f"must not end in {', '.join(_PARTS)}")
    return subject


StoreKey = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]{0,31}$", examples=["tmall"])]
Reference = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._/-]{0,63}$", examples=["SO-1001"])]
SubjectKey = Annotated[Reference, AfterValidator(_addressable)]
EventName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["confirm"])]
Name = Annotated[str, Field(pattern=r"^[\w.@-]{1,64}$", examples=["li.na"])]
FileRef = Annotated[str, Field(pattern=r"^file:[0-9A-Za-z-]{1,64}$", examples=["file:0191f0c2a1b3"])]


class Told(BaseModel):
    """A body that callers send: nothing in it that isn't known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# --- what callers send


class CaseStart(Told):
    """Starts a case."""

    store: StoreKey
    subject: SubjectKey = Field(description="The thing's own number: a return's, not its order's.")
    data: Json = Field(default={}, description="The start event's form.")
    event: EventName | None = Field(
        default=None, description="The start event, where the procedure has several."
    )


class Action(Told):
    """Moves a case on."""

    form: Json | None = Field(default=None, examples=[{"note": "Colour confirmed by phone"}])
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
    comment: str | None = Field(default=None, min_length=1, max_length=4000)


class Resolution(Told):
    """Decides about an incident."""

    do: Literal["retry", "done", "otherwise"] = Field(
        description="`retry`; `done` by hand, which sends what success would; `otherwise`, the way for a no."
    )
    reason: str = Field(min_length=1, max_length=500, examples=["Refunded in the provider's console"])
    data: Json = Field(default={}, description="What the effect would have told, where it was done by hand.")


class NewComment(Told):
    text: str = Field(min_length=1, max_length=4000, examples=["The customer calls back tomorrow."])
    files: list[FileRef] = Field(default=[], max_length=20)


class Assignment(Told):
    to: Name


class BulkAction(Told):
    """One action on many tasks."""

    action: EventName
    tasks: list[Annotated[str, Field(min_length=1, max_length=320)]] = Field(
        min_length=1, max_length=100, examples=[["order_fulfilment:tmall:SO-1001/picking"]]
    )
    form: Json | None = None
    comment: str | None = Field(default=None, min_length=1, max_length=4000)


class NewProduct(Told):
    """A product, and its list price in this store."""

    sku: Sku
    title: Title
    category: Remark = ""
    for_sale: bool = Field(default=True, strict=True)
    price: Price | None = None


class NewProducts(Told):
    store: StoreKey
    products: list[NewProduct] = Field(min_length=1, max_length=200)


class Delivery(Told):
    """Goods that came in outside any procedure: opening stock, or what another system received."""

    store: StoreKey
    reference: Reference = Field(description="The paper that they came with.")
    lines: list[Receipt] = Field(min_length=1, max_length=200)


class NewKey(Told):
    """An API key to make. It can hold no more than its maker's own."""

    name: Name
    roles: list[str] = Field(max_length=60, examples=[["cs_agent"]])
    stores: list[StoreKey] | None = Field(
        default=None, max_length=200, description="Without it: every store."
    )
    scopes: list[Literal["admin"]] = Field(default=[], max_length=5)
    expires_at: Moment | None = None


# --- what they are told


class ProcedureLine(BaseModel):
    key: str = Field(examples=["return_refund"])
    version: int = Field(examples=[1])
    title: dict[str, str] = Field(examples=[{"en": "Return and refund", "zh": "退货退款"}])
    summary: str
    roles: list[str] = Field(examples=[["cs_agent", "qc"]])
    starts_on: list[str] = Field(examples=[["store.return.requested"]])
    moves_on: list[str]


class ProcedurePage(BaseModel):
    items: list[ProcedureLine]
    next_cursor: str | None


class ProcedureDocument(BaseModel):
    """A whole declaration. `who` holds roles, `system`, `timer`, or a feed."""

    model_config = ConfigDict(extra="allow")

    key: str
    version: int
    title: dict[str, str]
    summary: str
    starts: list[Json] = Field(
        examples=[
            [{"event": "authorise", "to": "authorised", "who": ["cs_agent"], "on": ["store.return.approved"]}]
        ]
    )
    stages: list[Json] = Field(
        examples=[
            [{"key": "inspecting", "label": "Inspecting", "roles": ["qc"], "final": False, "due": "PT24H"}]
        ]
    )
    transitions: list[Json]
    forms: dict[str, Json]
    deadlines: list[Json]
    effects: list[Json]
    links: list[Json]


class StageDocument(BaseModel):
    key: str = Field(examples=["picking"])
    label: str
    roles: list[str] = Field(examples=[["picker"]])
    entered_at: datetime
    due_at: datetime | None
    overdue: bool


class ActionDocument(BaseModel):
    key: str = Field(examples=["picked"])
    label: str
    form: Json = Field(default={}, examples=[{"type": "object"}])
    common: bool = False


class DeadlineDocument(BaseModel):
    key: str = Field(examples=["ship_target"])
    label: str
    due_at: datetime | None
    paused: bool
    missed: bool


class IncidentDocument(BaseModel):
    key: str = Field(examples=["4.0"])
    effect: str = Field(examples=["RefundPayment"])
    label: str
    asked_at: datetime
    revision: int
    error: str
    ways: list[str]


class LinkDocument(BaseModel):
    case: str = Field(examples=["return_refund:tmall:RT-7"])
    as_: str = Field(alias="as", examples=["return"])
    standing: str
    waits: bool


class CaseLine(BaseModel):
    id: str = Field(examples=["order_fulfilment:tmall:SO-1001"])
    procedure: str = Field(examples=["order_fulfilment"])
    title: str
    version: int
    store: str = Field(examples=["tmall"])
    subject: str = Field(examples=["SO-1001"])
    revision: int
    state: Literal["open", "closed", "incident"]
    outcome: str | None
    stages: list[StageDocument]
    opened_at: datetime
    closed_at: datetime | None
    next_due: datetime | None = None


class CaseDocument(CaseLine):
    """A case as it is for this caller: `actions` holds what they may do now, `blocked` what isn't possible yet."""

    actions: list[ActionDocument]
    blocked: dict[str, str]
    deadlines: list[DeadlineDocument]
    incidents: list[IncidentDocument]
    links: list[LinkDocument]
    data: Json


class CasePage(BaseModel):
    items: list[CaseLine]
    next_cursor: str | None


class RevisionDocument(BaseModel):
    revision: int
    action: str = Field(examples=["confirm"])
    label: str
    actor: str = Field(examples=["li.na"])
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


class HistoryPage(BaseModel):
    items: list[RevisionDocument]
    next_cursor: str | None


class CommentDocument(BaseModel):
    id: str
    author: str
    text: str
    files: list[str]
    written_at: datetime


class CommentPage(BaseModel):
    items: list[CommentDocument]
    next_cursor: str | None


class FileDocument(BaseModel):
    id: str = Field(examples=["file:0191f0c2a1b3"], description="What forms refer to it by.")
    name: str
    media_type: str
    size: int
    sha256: str
    author: str
    stored_at: datetime
    location: str


class FilePage(BaseModel):
    items: list[FileDocument]
    next_cursor: str | None


class TaskDocument(BaseModel):
    """A stage that waits for its roles, or an effect that waits for operations' decision (`stage` is `incident`)."""

    id: str = Field(examples=["order_fulfilment:tmall:SO-1001/picking"])
    case: str
    procedure: str
    store: str
    subject: str
    revision: int
    stage: str
    incident: str | None = Field(
        description="Of an incident, the effect's key: `POST /cases/{case}/incidents/{incident}` decides."
    )
    label: str
    roles: list[str]
    actions: list[ActionDocument]
    entered_at: datetime
    due_at: datetime | None
    overdue: bool
    claimed_by: str | None
    claimed_at: datetime | None
    open: bool


class TaskPage(BaseModel):
    items: list[TaskDocument]
    next_cursor: str | None


class BulkResult(BaseModel):
    task: str
    status: int
    case: Json | None = None
    problem: Json | None = None


class BulkResults(BaseModel):
    items: list[BulkResult]


class Entered(BaseModel):
    """What came of an entry."""

    of: str = Field(examples=["SKU-1"])
    ok: bool
    reason: str
    data: Json


class EnteredPage(BaseModel):
    items: list[Entered]


class EventResult(BaseModel):
    """What came of one event."""

    id: str
    source: str
    status: Literal["started", "moved", "duplicate", "pending", "ignored", "refused"]
    case: str | None = Field(default=None, examples=["order_fulfilment:tmall:SO-1001"])
    reason: str | None = None
    results: list[Json] = Field(
        default=[], description="One for each procedure that listens, where several do."
    )


class EventResults(BaseModel):
    items: list[EventResult]


class RequestDocument(BaseModel):
    """What came of a request: `pending`, or its answer."""

    id: str
    status: Literal["pending", "answered"]
    location: str | None = None
    answer_status: int | None = None
    answer: Any = None


class KeyDocument(BaseModel):
    id: str
    name: str
    roles: list[str]
    stores: list[str] | None
    scopes: list[str]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None


class NewKeyDocument(KeyDocument):
    key: str | None = Field(description="The key, shown this once; null when the request is repeated.")


class KeyPage(BaseModel):
    items: list[KeyDocument]
    next_cursor: str | None
