"""What came of an event at each procedure, what that makes of it, and what its sender is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from api.access import Caller
from api.events.inbox import ReceivedEvent
from models.tables.cases import store_of
from models.tables.requests import EventStatus
from workflows.labels import Language
from workflows.language.refusals import Refusal
from workflows.language.sentences import Sentence, sentence
from workflows.runner.messages import Commit
from workflows.wording import word

KEPT_FOR = timedelta(hours=24)
"""How long an event waits for its case."""
_LONGEST_PAUSE = 3600.0
"""Seconds between two tries of an event whose case doesn't change. A change of the case wakes it at once."""
LONGEST_UNANSWERED = 60.0
"""The same where no worker answered: nothing wakes it then."""
NO_ANSWER, TOO_MANY = "no_answer", "too_many"
_TAKEN = (EventStatus.STARTED, EventStatus.MOVED)
_MOST_TRIED = 20
"""So many of the latest tries are kept that came to something else than the one before."""


class DeliveryResult(NamedTuple):
    """What came of an event at one procedure."""

    standing: EventStatus
    case: str | None = None
    reason: str | None = None
    code: str | None = None
    """The reason without its particulars."""
    said: Sentence | None = None
    """The reason as its reader's language can word it, where that is more than its text."""
    commit: Commit | None = None
    """What the read model is to show of the case, where it leaves it to us to write that."""
    also: tuple[DeliveryResult, ...] = ()
    """Likewise of the other cases that took it."""

    @property
    def commits(self) -> list[Commit]:
        """What the read model is to show of all cases that took it."""
        return [one.commit for one in (self, *self.also) if one.commit is not None]

    def document(self) -> dict[str, Any]:
        """The same as JSON."""
        said = {"said": self.said.as_json()} if self.said is not None and self.said.places else {}
        return {
            "status": self.standing.value, "case": self.case, "reason": self.reason, "code": self.code, **said,
            **({"also": [one.case for one in self.also]} if self.also else {}),
        }  # fmt: skip


def refusal(code: str, reason: str | Sentence, case: str | None = None) -> DeliveryResult:
    return DeliveryResult(EventStatus.REFUSED, case, str(reason), code, Sentence.of(reason))


def sum_up(row: ReceivedEvent) -> None:
    """The event's own status, from what came of it at each procedure."""
    came = [
        DeliveryResult(EventStatus(c["status"]), c["case"], c["reason"], c["code"]) for c in row.done.values()
    ]
    if any(one.case is not None and one.standing is not EventStatus.PENDING for one in came):
        # a case has taken or refused it: that another procedure has no such case is no reason to wait
        came = [one for one in came if one.standing is not EventStatus.PENDING or one.case is not None]
    order = (EventStatus.PENDING, EventStatus.STARTED, EventStatus.MOVED, EventStatus.REFUSED)
    nobody_listens = DeliveryResult(EventStatus.IGNORED)
    first = min(came, key=lambda one: order.index(one.standing), default=nobody_listens)
    row.standing, row.case, row.reason, row.code = first.standing, first.case, first.reason, first.code
    row.cases = [one.case for one in came if one.case is not None and one.standing in _TAKEN]
    row.cases += [case for one in row.done.values() for case in one.get("also", ())]
    row.store = row.store or (store_of(row.case) if row.case is not None else "")
    row.tries += 1
    now = datetime.now(UTC)
    if row.standing is EventStatus.PENDING:
        if now - (row.waits_since or row.received_at) > KEPT_FOR:
            row.standing, row.reason = EventStatus.EXPIRED, f"given up after a day: {row.reason}"
        longest = LONGEST_UNANSWERED if first.code == NO_ANSWER else _LONGEST_PAUSE
        row.next_try_at = now + timedelta(seconds=min(2.0 ** min(row.tries - 1, 20), longest))
    if row.standing is not EventStatus.PENDING:
        row.next_try_at = None
    note_try(row)


def note_try(row: ReceivedEvent) -> None:
    """Write down what has come of it, where that is another thing than what came of it before."""
    came = {"status": row.standing.value, "code": row.code, "reason": row.reason}
    before = row.tried[-1] if row.tried else {}
    if any(before.get(name) != value for name, value in came.items()):
        row.tried = [*row.tried, {"at": datetime.now(UTC).isoformat(), **came}][-_MOST_TRIED:]


def with_faults(error: Refusal) -> Sentence:
    """What was refused, and what is wrong with single answers."""
    if not error.errors:
        return error.said
    faults = [
        sentence("{where}: {what}", where=fault.pointer, what=fault.said or fault.message)
        for fault in error.errors[:5]
    ]
    return sentence("{reasons}", reasons=[error.said, *faults])


def result_of(
    row: ReceivedEvent,
    new: bool,  # noqa: FBT001 - two kinds of one thing
    caller: Caller,
    language: Language,
) -> dict[str, Any]:
    """What the sender is told of an event that was new, or there already."""
    named = {"id": row.event_id, "source": row.source, "status": row.standing.value if new else "duplicate"}
    if not new and not _may_see(caller, row):
        return {**named, "event": None, **_NOTHING}
    came = results_of(row, language)
    return {
        **named,
        "event": row.id,
        "case": row.case,
        "cases": row.cases,
        "reason": reason_of(row, language),
        "code": row.code,
        "results": came if len(came) > 1 else [],
    }


def results_of(row: ReceivedEvent, language: Language) -> list[dict[str, Any]]:
    """What came of an event at each procedure, in the reader's words."""
    return [_worded(one, procedure, language) for procedure, one in row.done.items()]


def reason_of(row: ReceivedEvent, language: Language) -> str | None:
    """Why an event waits or wasn't applied, in the reader's words."""
    came = zip(row.done.values(), results_of(row, language), strict=True)
    reasons = {one["reason"]: worded["reason"] for one, worded in came}
    return reasons.get(row.reason) or (word(row.reason, language) if row.reason else None)


def _worded(came: dict[str, Any], procedure: str, language: Language) -> dict[str, Any]:
    """What came of an event at a procedure, with its reason in the reader's words."""
    said = came.get("said") or came["reason"]
    shown = {name: part for name, part in came.items() if name not in ("said", "also")}
    return {**shown, "reason": word(Sentence.of(said), language, procedure) if said else None}


_NOTHING: dict[str, Any] = {"case": None, "cases": [], "reason": None, "code": None, "results": []}


def refused_at_once(
    id_: str, source: str, code: str, reason: str | Sentence, language: Language
) -> dict[str, Any]:
    """Of an event of which nothing is kept: one that can't be read, or that is for a store of others."""
    came = {"status": EventStatus.REFUSED.value, "event": None}
    return {"id": id_, "source": source, **came, **_NOTHING, "reason": word(reason, language), "code": code}


def not_yet(row: ReceivedEvent, language: Language) -> dict[str, Any]:
    """Of a new event. What came of it counts, and can be read, once it is written down."""
    came = {"status": EventStatus.PENDING.value, "event": row.id}
    named = {"id": row.event_id, "source": row.source}
    return {**named, **came, **_NOTHING, "reason": word("it is being applied", language)}


def _may_see(caller: Caller, row: ReceivedEvent) -> bool:
    """Whether what came of an event is there for who sends it again: somebody else may have sent it first."""
    if caller.stores is None or row.caller["id"] == caller.id:
        return True
    return row.case is not None and caller.sees(row.case.split(":", 2)[1])
