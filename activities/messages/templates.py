"""The templates of messages: `locale/messages/*.toml`, each in every language that the store writes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Formatter

from models.catalogues import LANGUAGES, Language, first_of, group_of, places_of, words
from models.values import Money

ALWAYS = frozenset({"store", "subject"})
"""Places that are filled without being asked."""
_NOTHING = (None, "", "-", "None")
"""What a procedure tells where there is nothing to tell."""
_AMOUNT = re.compile(r"(-?\d+\.\d\d) ([A-Z]{3})")
_PART = re.compile(r"\[([^\[\]]*)\]")
"""A part that vanishes where nothing fills its places."""
_HOME = Path(__file__).parents[2] / "locale" / "messages"


class TemplateError(ValueError):
    """A template that isn't there, or can't be used. The message names it."""


@dataclass(frozen=True)
class Words:
    """What a message says in one language."""

    title: str
    body: str


@dataclass(frozen=True)
class Template:
    """One message in all languages."""

    key: str
    words: Mapping[str, Words]
    places: frozenset[str]
    """What it must be told, `ALWAYS` apart."""
    named: Mapping[str, str] = field(default_factory=dict[str, str])
    """The places that are told a key and show its label, with what it is the key of: `choice`, `deadline`."""

    def write(self, locale: str, data: Mapping[str, str], procedure: str = "") -> Words:
        """The message in a language such as `zh_CN`. A place without data reads as a dash, and a part in square
        brackets vanishes with it; amounts are written as people write them, keys as the labels of their procedure.
        """
        language: Language = "zh" if locale.partition("_")[0] == "zh" else "en"
        said = {place: "" if data.get(place) in _NOTHING else data[place] for place in self.places | ALWAYS}
        shown = {place: self._shown(place, told, language, procedure) for place, told in said.items()}
        one = self.words[language]
        return Words(_filled(one.title, shown), _filled(one.body, shown))

    def _shown(self, place: str, told: str, language: Language, procedure: str) -> str:
        if told and place in self.named:
            if self.named[place] == "procedure":
                procedure = told
            places = places_of(self.named[place], words(told), procedure, group_of(procedure))
            return first_of(places, language) or words(told)
        amount = _AMOUNT.fullmatch(told)
        return Money(amount=Decimal(amount[1]), currency=amount[2]).read if amount else told


@cache
def templates() -> Mapping[str, Template]:
    """Every template by its key. TemplateError when one is broken or stands in two files."""
    found: dict[str, Template] = {}
    for file in sorted(_HOME.glob("*.toml")):
        for key, languages in tomllib.loads(file.read_text("utf-8")).items():
            if key in found:
                raise TemplateError(f"{file.name}: {key} stands in another file too")
            found[key] = _template(f"{file.name}: {key}", key, languages)
    return found


def template(key: str) -> Template:
    """The template of that name. TemplateError if there is none."""
    try:
        return templates()[key]
    except KeyError:
        raise TemplateError(f"no message is called {key}; the templates are in locale/messages/") from None


def _template(where: str, key: str, languages: Mapping[str, Mapping[str, str]]) -> Template:
    named = languages.get("named", {})
    languages = {language: texts for language, texts in languages.items() if language != "named"}
    if set(languages) != set(LANGUAGES):
        raise TemplateError(f"{where} must be in zh and en, and is in {', '.join(languages)}")
    said: dict[str, Words] = {}
    for language, texts in languages.items():
        if set(texts) != {"title", "body"}:
            raise TemplateError(f"{where}.{language} must have a title and a body, nothing else")
        said[language] = Words(texts["title"], texts["body"])
    places = {language: _places(where, text) for language, text in said.items()}
    if places["zh"] != places["en"]:
        differing = ", ".join(sorted(places["zh"] ^ places["en"]))
        raise TemplateError(f"{where} has different places in its languages: {differing}")
    if unknown := named.keys() - places["en"]:
        raise TemplateError(f"{where}.named names what no place shows: {', '.join(sorted(unknown))}")
    return Template(key, said, frozenset(places["en"] - ALWAYS), named)


def _filled(text: str, shown: Mapping[str, str]) -> str:
    """The text without the parts whose places are empty, and with what fills the others."""

    def kept(part: re.Match[str]) -> str:
        names = [name for _, name, _, _ in Formatter().parse(part[1]) if name]
        return part[1] if all(shown[name] for name in names) else ""

    return _PART.sub(kept, text).format_map({place: told or "–" for place, told in shown.items()})


def _places(where: str, words: Words) -> set[str]:
    """The names in braces. A plain name is all that is allowed: templates don't reach into objects."""
    places: set[str] = set()
    for text in (words.title, words.body):
        try:
            fields = [field for field in Formatter().parse(text) if field[1] is not None]
        except ValueError as error:
            raise TemplateError(f"{where}: {error}") from None
        for _, name, form, conversion in fields:
            if not (name or "").isidentifier() or form or conversion:
                raise TemplateError(f"{where}: {{{name}}} must be a plain name")
            places.add(str(name))
    return places
