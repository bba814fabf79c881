"""The page of one case: what it is about, the one thing to do, what else there is, and how it came here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from api.labels import label
from api.mentions import names_in
from api.problems import Problem
from api.routes import cases as operations
from api.routes import comments, files, forms
from inbox.asking import told
from inbox.filters import mark_of
from inbox.headings import heading_of
from inbox.moments import (
    Due,
    age,
    clock_of_deadline,
    clock_of_stage,
    due,
    moment,
    next_monday,
    next_opening,
    when,
)
from inbox.questions import Question, Typed, draw
from inbox.replies import Reply, replies_of
from inbox.schemas import as_object, as_rows
from inbox.tasks import tasks_of
from inbox.values import Facts, Wording, answers_of, facts_of, goods_of, judged_in, told_at_first
from inbox.visitors import Visitor
from models.table import new_id
from workflows.language.procedure import Procedure
from workflows.registry import UnknownProcedure, registry

Json = dict[str, Any]

RECORDS = ("add_note", "attach_file")
"""What the page has a place of its own for."""
_STEPS_SHOWN = 200
_WAYS = {"retry": "Try again", "done": "Done by hand", "otherwise": "Go another way"}
"""On from an incident."""


@dataclass(frozen=True)
class Action:
    """An action with its form, as it is asked."""

    key: str
    label: str
    leads_to: str
    """The stage that comes after it, in words."""
    ends: bool
    """Whether it ends the case: what gives up looks otherwise."""
    questions: list[Question]
    version: int
    judged: list[tuple[str, list[str]]] = field(default_factory=list[tuple[str, list[str]]])
    draft: str = ""
    """When its draft was kept, in words."""
    reason: str = ""
    """Why the draft wasn't taken, where it was sent and refused."""

    @property
    def known(self) -> list[Question]:
        return [one for one in self.questions if not one.is_asked and one.text]

    @property
    def asked(self) -> list[Question]:
        return [
            one
            for one in self.questions
            if one.is_asked and (one.required or one.is_faulty or _is_filled(one))
        ]

    @property
    def left_to_choose(self) -> list[Question]:
        asked = {one.name for one in self.asked}
        return [one for one in self.questions if one.is_asked and one.name not in asked]

    @property
    def is_checklist(self) -> bool:
        """Whether it is all ticks."""
        return bool(self.asked) and all(one.kind == "tick" for one in self.asked)


@dataclass
class CaseView:
    """All that the page of a case shows."""

    document: Json
    """As the API tells it."""
    task: Json | None
    """The task by which the visitor has come here, or the first of theirs."""
    what: str
    who: str
    facts: Facts
    chosen: Action | None
    others: list[Json]
    common: list[Json]
    blocked: list[tuple[str, str]]
    path: list[Json]
    timeline: list[Json]
    limits: list[tuple[str, Due | None, str]]
    """Label, badge, and what else there is to say: `paused`, `missed`."""
    waits: list[Json]
    incidents: list[Json]
    family: list[Json]
    files: list[Json]
    snoozes: list[tuple[str, str, str]]
    titles: Mapping[str, str]
    """Of the goods that it names, by their SKU."""
    replies: list[Reply]
    key: str = field(default_factory=new_id)
    """Of what the form sends: the same form sent twice is one request."""
    names_me: bool = False
    """Whether a comment names the visitor."""

    @property
    def id(self) -> str:
        return self.document["id"]

    @property
    def mark(self) -> str:
        return mark_of(self.task["id"]) if self.task is not None else ""

    @property
    def task_id(self) -> str:
        return self.task["id"] if self.task is not None else ""

    @property
    def address(self) -> str:
        """As a part of an address."""
        return quote(self.id, safe="")


async def case_view(
    visitor: Visitor, case: str, *, task: str = "", action: str = "", typed: Typed | None = None
) -> CaseView:
    """The page of a case. Raises Problem `not_found` where it isn't there for the visitor.

    action: whose form is shown; else the likeliest. typed: what stands in its form, instead of the draft.
    """
    caller, serving, language = visitor.caller, visitor.services, visitor.language
    document = await told(operations.get_case(case, caller, serving, language))
    mine = await tasks_of(visitor, case)
    at = next((one for one in mine if one["id"] == task), mine[0] if mine else None)
    history = await told(operations.get_history(case, caller, serving, language, limit=_STEPS_SHOWN))
    written = await told(comments.list_comments(case, caller, serving, limit=_STEPS_SHOWN))
    kept = await told(files.list_files(case, caller, serving, limit=_STEPS_SHOWN))
    family = await told(forms.get_family(case, caller, serving, language))
    wording = await wording_of(visitor, document, [step["form"] for step in history["items"]])
    offered = document["actions"]
    chosen = next((one["key"] for one in offered if one["key"] == action), None) or main_of(offered)
    others = [one for one in offered if one["key"] not in (chosen, *RECORDS) and not one.get("common")]
    naming = frozenset(one["id"] for one in written["items"] if visitor.id in names_in(one["text"]))
    what, who = heading_of(document["procedure"], document["title"], document["headline"])
    return CaseView(
        document=document,
        task=at,
        what=what,
        who=who,
        facts=facts_of({**told_at_first(history["items"]), **document["data"]}, wording),
        chosen=await action_of(visitor, document, chosen, wording, typed) if chosen is not None else None,
        others=[{**one, "ends": ends(wording.procedure, document, one["key"])} for one in others],
        common=[one for one in offered if one.get("common") and one["key"] not in RECORDS],
        blocked=[
            (label("action", key, language, document["procedure"]), why)
            for key, why in document["blocked"].items()
        ],
        path=_path(document, history["items"], wording, chosen),
        timeline=_timeline(history["items"], written["items"], wording, naming),
        names_me=bool(naming),
        limits=list(_limits(document, visitor)),
        waits=_waits(document, visitor),
        incidents=[_incident(one, visitor) for one in document["incidents"]],
        family=[one for one in family["items"] if one["case"] != case],
        files=[{**one, "size": _size(one["size"])} for one in kept["items"]],
        snoozes=_snoozes(visitor),
        titles=wording.titles,
        replies=replies_of(visitor, document, wording),
    )


async def wording_of(visitor: Visitor, document: Json, more: Any = None) -> Wording:
    """In which words a case's values are told."""
    try:
        procedure = registry().get(document["procedure"], document["version"])
    except UnknownProcedure:
        procedure = None
    goods = await visitor.services.storage.read(goods_of, document["store"], document["data"], more)
    return Wording(visitor.language, visitor.policy, procedure, *goods)


async def action_of(
    visitor: Visitor, document: Json, action: str, wording: Wording, typed: Typed | None = None
) -> Action | None:
    """An action with its form; None where it isn't possible any more.

    typed: what was typed; else what the visitor's draft holds.
    """
    case, caller, serving = document["id"], visitor.caller, visitor.services
    try:
        form = await told(forms.get_form(case, action, caller, serving, visitor.language))
    except Problem as problem:
        if problem.status_code == 409:
            return None
        raise
    saved, reason = "", ""
    if typed is None:
        try:
            draft = await told(forms.get_draft(case, action, caller, serving))
        except Problem:
            draft = None
        if draft is not None:
            typed = Typed(draft["form"], is_earlier=True)
            saved, reason = when(draft["saved_at"], visitor.policy, visitor.language), draft["reason"] or ""
    return Action(
        key=action,
        label=form["label"],
        leads_to=leads_to(wording, document, action),
        ends=ends(wording.procedure, document, action),
        questions=draw(form["form"], form["values"], wording, typed, document["data"]),
        version=form["version"],
        judged=judged_in(form["judged"], wording),
        draft=saved,
        reason=reason,
    )


def main_of(offered: list[Json]) -> str | None:
    """The likeliest action; the only one, where there is one alone."""
    main = next((one["key"] for one in offered if one["main"]), None)
    rest = [one["key"] for one in offered if not one.get("common") and one["key"] not in RECORDS]
    return main or (rest[0] if len(rest) == 1 else None)


def _targets(procedure: type[Procedure] | None, document: Json, action: str) -> list[str]:
    if procedure is None:
        return []
    here = {stage["key"] for stage in document["stages"]}
    moves = procedure.declaration.transitions.get(action, ())
    return [move.target.id for move in moves if move.target is not None and move.source.id in here]


def ends(procedure: type[Procedure] | None, document: Json, action: str) -> bool:
    """Whether the action ends the case, whatever happens."""
    targets = _targets(procedure, document, action)
    return (
        bool(targets)
        and procedure is not None
        and all(procedure.declaration.stages[one].final for one in targets)
    )


def leads_to(wording: Wording, document: Json, action: str) -> str:
    """The stage that comes after the action, in words; empty where it stays, or may be several."""
    targets = _targets(wording.procedure, document, action)
    here = {stage["key"] for stage in document["stages"]}
    if len(set(targets)) != 1 or targets[0] in here:
        return ""
    return label("stage", targets[0], wording.language, wording.key)


def _is_filled(one: Question) -> bool:
    return bool(one.rows) or (one.origin == "proposed" and one.value not in (None, "", [], {}))


# --- where it came from


def _path(document: Json, steps: list[Json], wording: Wording, chosen: str | None) -> list[Json]:
    """The stages that it went through, where it stands, and what comes next as a rule."""
    walked: list[Json] = []
    here = {stage["key"] for stage in document["stages"]}
    for step in steps:
        for key in step["after"]:
            if not walked or walked[-1]["key"] != key:
                walked.append({"key": key, "at": step["at"], "state": "been"})
    for one in reversed(walked):
        if one["key"] in here:
            one["state"] = "end" if document["state"] == "closed" else "now"
            here.discard(one["key"])
    if chosen is not None and (next_stage := leads_to(wording, document, chosen)):
        walked.append({"key": "", "label": next_stage, "at": None, "state": "next"})
    for one in walked:
        one.setdefault("label", label("stage", one["key"], wording.language, wording.key))
        one["at"] = when(one["at"], wording.policy, wording.language) if one["at"] else ""
    return walked


def _timeline(steps: list[Json], written: list[Json], wording: Wording, naming: frozenset[str]) -> list[Json]:
    """Steps and comments, the newest first; what the case did by itself is folded. naming: the comments that name the
    visitor.
    """
    items = [_step(step, wording) for step in steps]
    items += [
        {
            "kind": "comment",
            "at": one["written_at"],
            "when": when(one["written_at"], wording.policy, wording.language),
            "who": one["author_name"],
            "text": one["text"],
            "files": one["files"],
            "names_me": one["id"] in naming,
        }
        for one in written
    ]
    items.sort(key=lambda one: moment(one["at"]), reverse=True)
    folded: list[Json] = []
    for one in items:
        by_itself = one["kind"] == "step" and one["by_itself"] and not one["missed"]
        if by_itself and folded and folded[-1]["kind"] == "folded":
            folded[-1]["steps"].append(one)
        elif by_itself:
            folded.append({"kind": "folded", "steps": [one], "when": one["when"]})
        else:
            folded.append(one)
    return folded


def _step(step: Json, wording: Wording) -> Json:
    language, key = wording.language, wording.key
    moved = step["before"] != step["after"]
    return {
        "kind": "step",
        "at": step["at"],
        "when": when(step["at"], wording.policy, language),
        "who": step["actor_name"],
        "by_itself": step["actor"] == "system",
        "label": step["label"],
        "to": " · ".join(label("stage", one, language, key) for one in step["after"]) if moved else "",
        "answers": answers_of(step["form"], wording) if step["revision"] > 1 else [],
        "missed": [label("deadline", one, language, key) for one in step["missed"]],
        "note": step["note"],
        "effects": step["effects"],
    }


# --- what it waits for


def _limits(document: Json, visitor: Visitor) -> Iterable[tuple[str, Due | None, str]]:
    policy, language = visitor.policy, visitor.language
    key, version = document["procedure"], document["version"]
    if document["state"] == "closed":
        return
    for stage in document["stages"]:
        badge = due(stage["due_at"], clock_of_stage(key, version, stage["key"]), policy, language)
        if badge is not None:
            yield stage["label"], badge, ""
    for one in document["deadlines"]:
        badge = due(one["due_at"], clock_of_deadline(key, version, one["key"]), policy, language)
        yield one["label"], badge, "paused" if one["paused"] else "missed" if one["missed"] else ""


def _waits(document: Json, visitor: Visitor) -> list[Json]:
    waits = as_object(document.get("waits"))
    return [
        {**part, "since": age(part["since"], visitor.language) if part["since"] else ""}
        for part in as_rows(waits.get("parts"))
    ]


def _incident(one: Json, visitor: Visitor) -> Json:
    return {
        **one,
        "asked": when(one["asked_at"], visitor.policy, visitor.language),
        "ways": [(way, visitor.say(_WAYS[way])) for way in one["ways"]],
    }


def _snoozes(visitor: Visitor) -> list[tuple[str, str, str]]:
    """Until when a task can be put off: key, name, moment in words."""
    now, policy, language = datetime.now(UTC), visitor.policy, visitor.language
    return [
        (key, visitor.say(name), when(at, policy, language, now))
        for key, name, at in (
            ("hour", "In an hour", now + timedelta(hours=1)),
            ("opening", "When the store opens", next_opening(policy, now)),
            ("monday", "On Monday", next_monday(policy, now)),
        )
    ]


def _size(size: int) -> str:
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.0f} KB" if size < 1024**2 else f"{size / 1024**2:.1f} MB"
