"""A form as a browser sees it, without a browser: drawn by the pages' own templates, and what it would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, cast

from api.access import Caller
from api.dependencies import Services
from api.labels import Language
from inbox.cases import Action, CaseView
from inbox.filters import Filters
from inbox.numbers import SharedNumbers
from inbox.questions import Question
from inbox.templating import part
from inbox.values import Facts
from inbox.visitors import Visitor
from models.policy import StorePolicy
from models.rights import Rights
from models.roles import Role

Json = dict[str, Any]
_EMPTY = {"input", "img", "br", "hr", "use", "meta", "link"}
_GROUPS = {"group", "radiogroup", "region", "listbox"}


def somebody(language: Language, *roles: Role) -> Visitor:
    """Somebody who looks at pages that ask no service for anything."""
    caller = Caller(id="li.na", rights=Rights.of_json({"*": [str(role) for role in roles]}, []), name="李娜")
    return Visitor(
        cast("Services", None),
        caller,
        language,
        "system",
        is_quiet=False,
        policy=StorePolicy(),
        wants_mail=False,
        has_mail=False,
        numbers=SharedNumbers(),
    )


@dataclass
class Element:
    """One that a reader can answer, or that names others."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    options: list[tuple[str, bool]] = field(default_factory=list[tuple[str, bool]])
    """Of a select: value, and whether it is chosen."""

    @property
    def name(self) -> str:
        return self.attributes.get("name", "")

    @property
    def type(self) -> str:
        return self.attributes.get("type", "text") if self.tag == "input" else self.tag


class Sheet(HTMLParser):
    """A drawn form: what can be answered in it, and by which names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: list[Element] = []
        self.ids: list[str] = []
        self.labels: dict[str, str] = {}
        """By the id of what they name."""
        self.words: list[str] = []
        """All text, as it is read; what somebody typed isn't among it."""
        self._open: list[Element] = []
        self._in_template = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "template":
            self._in_template += 1
        element = Element(tag, attributes)
        if not self._in_template:
            if "id" in attributes:
                self.ids.append(attributes["id"])
            for name in ("aria-label", "title", "placeholder"):
                if attributes.get(name):
                    self.words.append(attributes[name])
            if tag in ("input", "textarea", "select"):
                self.fields.append(element)
            if tag == "option":
                select = next(one for one in reversed(self._open) if one.tag == "select")
                select.options.append((attributes.get("value", ""), "selected" in attributes))
        if tag not in _EMPTY:
            self._open.append(element)
        elif label := next((one for one in reversed(self._open) if one.tag == "label"), None):
            label.options.append((attributes.get("id", attributes.get("name", "")), True))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._in_template -= 1
        while self._open:
            element = self._open.pop()
            if self._in_template:
                pass
            elif element.tag == "label" and (named := element.attributes.get("for")):
                self.labels[named] = element.text.strip()
            elif element.tag == "label":
                for named, _ in element.options:
                    self.labels[named] = element.text.strip()
            if element.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._in_template:
            return
        for element in self._open:
            element.text += data
        if data.strip() and not any(element.tag == "textarea" for element in self._open):
            self.words.append(data.strip())

    def name_of(self, one: Element) -> str:
        """How a field is called."""
        named = one.attributes.get("aria-label") or self.labels.get(one.attributes.get("id", ""))
        return named or self.labels.get(one.name, "")

    @property
    def sent(self) -> list[tuple[str, str]]:
        """What a browser would send of it as it stands; every tick that is to be ticked is."""
        pairs: list[tuple[str, str]] = []
        for one in self.fields:
            if not one.name or "disabled" in one.attributes or one.type == "file":
                continue
            match one.type:
                case "checkbox" | "radio":
                    if "checked" in one.attributes:
                        pairs.append((one.name, one.attributes.get("value", "on")))
                case "select":
                    chosen = [value for value, is_chosen in one.options if is_chosen]
                    pairs.append((one.name, (chosen or [one.options[0][0]])[0]))
                case "textarea":
                    # a browser drops the first line break, and sends line ends as it always did
                    pairs.append((one.name, one.text.removeprefix("\n").replace("\n", "\r\n")))
                case _:
                    pairs.append((one.name, one.attributes.get("value", "")))
        return pairs


def sheet_of(visitor: Visitor, questions: list[Question], document: Json | None = None) -> Sheet:
    """The card of an action that asks this."""
    action = Action("do", "Do", "", False, questions, 1)
    shown: Json = {
        "id": "some_case:shop:1",
        "store": "shop",
        "subject": "1",
        "revision": 1,
        "state": "open",
        "stages": [],
        **(document or {}),
    }
    view = CaseView(
        document=shown,
        task=None,
        what="",
        who="",
        facts=Facts([], [], [], [], []),
        chosen=action,
        others=[],
        common=[],
        blocked=[],
        path=[],
        timeline=[],
        limits=[],
        waits=[],
        incidents=[],
        family=[],
        files=[],
        snoozes=[],
        titles={},
        replies=[],
        key="key",
    )
    return Sheet(part("act.html", visitor, filters=Filters(), case=view, refusal=None))
