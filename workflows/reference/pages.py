"""One procedure's page, in Markdown."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator, Sequence

from activities.contracts import EFFECTS
from models.roles import Role
from workflows.labels import LANGUAGES, Context, Language, group_of, label
from workflows.language.deadlines import Deadline, Kpi
from workflows.language.definition import guard_text
from workflows.language.forms import EVERYWHERE, STOP, Form
from workflows.language.links import Link
from workflows.language.procedure import Procedure
from workflows.language.stages import Entry, Stage, Transition
from workflows.language.timing import Due
from workflows.reference.answers import Answers
from workflows.reference.charts import chart
from workflows.reference.phrases import clauses, listed, phrase
from workflows.reference.spans import clock_text, limit_text
from workflows.registry import Registry


class Page:
    """A procedure as its reference shows it, in one language."""

    def __init__(self, procedure: type[Procedure], known: Registry, language: Language) -> None:
        """known: what it may link to."""
        self._of = procedure
        self._declared = procedure.declaration
        self._known = known
        self._language: Language = language

    def text(self) -> str:
        """The whole page."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        of = self._of
        yield f"<!-- {self._say('generated')} -->"
        yield f"# {self._label('procedure', of.key)}"
        other = next(language for language in LANGUAGES if language != self._language)
        there = f"[{self._say('other_language')}](../../{other}/{group_of(of)}/{of.key}.md)"
        yield from ("", f"[{self._say('title')}](../README.md) · {there}")
        yield from ("", self._say("sentence", text=summary(of, self._language)), "")
        path = f"workflows/procedures/{group_of(of)}/{of.__module__.rpartition('.')[2]}.py"
        yield f"- {self._say('identity', key=of.key, version=of.version)}"
        yield f"- {self._say('declared_in', path=f'[{path}](../../../../{path})')}"
        drawn = ["```mermaid", *chart(of, self._language), "```"]
        yield from self._section("diagram", [self._say("how_to_read"), "", *drawn])
        yield from self._section("stages", self._stages())
        yield from self._section("actions", self._actions())
        yield from self._section("deadlines", self._deadlines())
        yield from self._section("effects", self._effects())
        yield from self._section("links", self._links())
        yield from self._section("kpis", map(self._kpi, of.kpis))
        yield from self._section("forms", self._forms())
        yield from self._section("sources", [_notes(of)])
        yield from self._section("everywhere", self._everywhere())

    def _everywhere(self) -> Iterator[str]:
        """What may be done though no row says so."""
        everywhere = (f"{label('action', event, self._language)} `{event}`" for event in EVERYWHERE)
        yield self._say("sentence", text=listed(self._language, everywhere))
        stops = self._declared.stoppable
        if stages := [self._label("stage", key) for key in self._declared.stages if key in stops]:
            action, named = label("action", STOP, self._language), listed(self._language, stages)
            yield from ("", self._say("stops_at", action=action, event=STOP, stages=named))

    # --- words

    def _say(self, name: str, **parts: object) -> str:
        return phrase(self._language, name, **parts)

    def _label(self, context: Context, key: str) -> str:
        return label(context, key, self._language, self._of.key)

    def _named(self, context: Context, key: str) -> str:
        return f"{self._label(context, key)} `{key}`"

    def _actions_named(self, events: Iterable[str]) -> str:
        return listed(self._language, (self._label("action", event) for event in events))

    def _roles(self, roles: Iterable[Role]) -> str:
        return listed(self._language, (self._label("role", role) for role in sorted(roles)))

    def _clauses(self, parts: Iterable[str]) -> str:
        return clauses(self._language, parts)

    def _section(self, name: str, lines: Iterable[str]) -> Iterator[str]:
        content = list(lines)
        if any(content):
            yield from ("", f"## {self._say(name)}", "", *content)

    def _table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
        content = list(rows)
        if content:
            yield _row(self._say(column) for column in columns)
            yield _row("---" for _ in columns)
            yield from map(_row, content)

    # --- sections

    def _stages(self) -> Iterator[str]:
        stages = (
            stage for stage in self._declared.stages.values() if stage.role or not isinstance(stage, Entry)
        )
        return self._table(("stage", "turn", "limit", "told"), map(self._stage, stages))

    def _stage(self, stage: Stage) -> Sequence[str]:
        turn = self._roles(stage.role)
        if stage.final:
            turn = self._say("undoes" if stage.undo else "end")
        remind = limit_text(self._language, stage.remind) if stage.remind else ""
        limits = [limit_text(self._language, stage.due)] if stage.due else []
        if remind:
            limits.append(self._say("remind", when=remind))
        if isinstance(stage, Entry) and stage.lapses is not None:
            limits.append(self._say("lapses", when=limit_text(self._language, stage.lapses)))
        return (
            self._named("stage", stage.id),
            turn,
            self._clauses(limits),
            self._escalation(stage.tell, stage.due),
        )

    def _escalation(self, escalation_steps: Sequence[tuple[Due, frozenset[Role]]], limit: Due | None) -> str:
        """Who is told, and when, unless that is at the limit alone."""
        if [when for when, _ in escalation_steps] == [limit]:
            return self._roles(escalation_steps[0][1])
        return self._clauses(
            self._say("at_limit", when=limit_text(self._language, when), who=self._roles(roles))
            for when, roles in escalation_steps
        )

    def _actions(self) -> Iterator[str]:
        def rows() -> Iterator[Sequence[str]]:
            for event, moves in self._declared.transitions.items():
                alike: dict[tuple[str, ...], list[str]] = {}
                for move in moves:
                    alike.setdefault(self._action(event, move), []).append(self._source(move))
                for (target, *rest), sources in alike.items():
                    yield (
                        self._named("action", event),
                        listed(self._language, sources),
                        target,
                        *rest,
                    )

        return self._table(("action", "from", "to", "who", "only_if", "form"), rows())

    def _source(self, move: Transition) -> str:
        return f"*{self._say('start')}*" if move.is_start else self._label("stage", move.source.id)

    def _action(self, event: str, move: Transition) -> tuple[str, ...]:
        stays = move.source.id == move.goes_to
        target = f"*{self._say('stays')}*" if stays else self._label("stage", move.goes_to)
        form = f"[{self._say('form')}](#{_anchor(move.form)})" if move.form else ""
        return target, self._who(event, move), self._conditions(move), form

    def _who(self, event: str, move: Transition) -> str:
        spec, said = move.spec, [self._roles(move.by)]
        for heard in spec.on:
            name = "message_by" if heard.about else "message"
            said.append(self._say(name, topic=heard.topic, about=heard.about))
        if spec.clock is not None:
            said.append(clock_text(self._language, spec.clock))
        if spec.every is not None:
            said += [self._say("cron", cron=cron) for cron in spec.every.crons]
        said += [
            self._label("deadline", deadline.key)
            for deadline in self._declared.deadlines
            if deadline.sends is not None and event in deadline.sends.names
        ]
        if spec.rule:
            said.append(self._say("as_soon_as" if self._guard(move) else "at_once"))
        return self._clauses(said) or self._say("by_case" if move.is_start else "outcome")

    def _guard(self, move: Transition) -> str:
        def said(text: str) -> str:
            translated = self._label("guard", text)
            return translated if text in ("and", "or", "not") else self._say("quoted", text=translated)

        return guard_text(self._declared, move, said) or ""

    def _conditions(self, move: Transition) -> str:
        spec, said = move.spec, [self._guard(move)]
        for name, others in (("other_than", spec.other_than), ("needs", spec.needs)):
            events = [event for moves in others for event in moves.names]
            if events:
                said.append(self._say(name, what=self._actions_named(events)))
        if spec.once:
            said.append(self._say("once"))
        if spec.approves:
            judged = listed(self._language, (self._label("field", name) for name in spec.approves))
            said.append(self._say("approves", what=judged))
        return self._clauses(said)

    def _deadlines(self) -> Iterator[str]:
        columns = ("deadline", "limit", "since", "until", "paused_in", "unless", "told", "sends")
        return self._table(columns, map(self._deadline, self._declared.deadlines))

    def _deadline(self, deadline: Deadline) -> Sequence[str]:
        guard = self._declared.reason(deadline.unless) if deadline.unless else ""
        return (
            self._named("deadline", deadline.key),
            limit_text(self._language, deadline.limit),
            self._actions_named(deadline.since.names),
            self._actions_named(deadline.until.names),
            listed(self._language, (self._label("stage", stage) for stage in deadline.pauses)),
            self._label("guard", guard) if guard else "",
            self._escalation(deadline.escalation_steps, deadline.limit),
            self._label("action", deadline.sends.name) if deadline.sends else "",
        )

    def _effects(self) -> Iterator[str]:
        def rows() -> Iterator[Sequence[str]]:
            for asked in self._declared.effects:
                effect = self._named("effect", asked.effect)
                undo = EFFECTS[asked.effect].undone_by if asked.what == "do" else None
                yield (
                    listed(self._language, map(self._event_or_stage, asked.when)),
                    effect if asked.what == "do" else self._say(asked.what, what=effect),
                    self._label("action", asked.then) if asked.then else "",
                    self._label("action", asked.otherwise) if asked.otherwise else "",
                    self._named("effect", undo.kind()) if undo else "",
                )

        unique = dict.fromkeys(map(tuple, rows()))
        return self._table(("when", "effect", "then", "otherwise", "undone_by"), unique)

    def _event_or_stage(self, key: str) -> str:
        return self._label("action" if key in self._declared.transitions else "stage", key)

    def _links(self) -> Iterator[str]:
        yield from self._table(
            ("link", "when", "starts", "comes_back"), map(self._link, self._declared.links)
        )
        starters = {
            other.key: other
            for other in self._known
            for link in other.declaration.links
            if self._of.key in link.procedures
        }
        if starters:
            if self._declared.links:
                yield ""
            yield self._say("started_by", what=listed(self._language, map(self._linked, sorted(starters))))

    def _link(self, link: Link) -> Sequence[str]:
        back = [
            f"{label('stage', stage, self._language, link.procedures[0])} → {self._actions_named(moves.names)}"
            for stage, moves in link.ends.items()
        ]
        if link.all_ended is not None:
            back.append(self._say("all_ended", what=self._label("action", link.all_ended.name)))
        if link.waits:
            back.append(self._say("waits"))
        elif link.undone:
            back.append(self._say("ends_with"))
        return (
            self._named("link", link.key),
            self._actions_named(link.on.names),
            listed(self._language, map(self._linked, link.procedures)),
            self._clauses(back),
        )

    def _linked(self, key: str) -> str:
        title = label("procedure", key, self._language, key)
        if key not in self._known:
            return f"{title} `{key}`"
        return f"[{title}](../{group_of(self._known.get(key))}/{key}.md)"

    def _kpi(self, kpi: Kpi) -> str:
        of = self._actions_named(kpi.of.names)
        return f"- {self._say(kpi.kind, of=of, to=self._actions_named(kpi.to.names) if kpi.to else '')}"

    def _forms(self) -> Iterator[str]:
        used: dict[type[Form], list[str]] = {}
        for event, moves in self._declared.transitions.items():
            for form in dict.fromkeys(move.form for move in moves if move.form):
                used.setdefault(form, []).append(event)
        for number, (form, events) in enumerate(used.items()):
            yield from ([""] if number else [])
            yield f'### <a id="{_anchor(form)}"></a>{self._actions_named(events)}'
            yield ""
            answers = (
                (f"{answer.label} `{answer.path}`", answer.type, answer.required, answer.bounds)
                for answer in Answers(form, self._of.key, self._language)
            )
            yield from self._table(("field", "type", "required", "bounds"), answers)


def summary(procedure: type[Procedure], language: Language) -> str:
    """What it is for, in a sentence without its full stop."""
    return label("summary", procedure.declaration.summary, language, procedure.key).rstrip("。.")


def _notes(procedure: type[Procedure]) -> str:
    """What its file says beyond the summary: which documents it comes from, and what they left open."""
    return inspect.getdoc(sys.modules[procedure.__module__]) or ""


def _anchor(form: type[Form]) -> str:
    return f"form-{form.__name__.lower()}"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
