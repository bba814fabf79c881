"""The templates of messages: `locale/messages/*.toml`, each in every language that the store writes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

LANGUAGES = ("zh", "en")
ALWAYS = frozenset({"store", "subject"})
"""Places that are filled without being asked."""
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

    def write(self, locale: str, data: Mapping[str, str]) -> Words:
        """The message in a language such as `zh_CN`. A place without data reads as a dash."""
        words = self.words.get(locale.partition("_")[0], self.words["en"])
        fields = {place: data.get(place) or "–" for place in self.places | ALWAYS}
        return Words(words.title.format_map(fields), words.body.format_map(fields))


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
    if set(languages) != set(LANGUAGES):
        raise TemplateError(f"{where} must be in {' and '.join(LANGUAGES)}, and is in {', '.join(languages)}")
    words: dict[str, Words] = {}
    for language, texts in languages.items():
        if set(texts) != {"title", "body"}:
            raise TemplateError(f"{where}.{language} must have a title and a body, nothing else")
        words[language] = Words(texts["title"], texts["body"])
    places = {language: _places(where, text) for language, text in words.items()}
    if places["zh"] != places["en"]:
        differing = ", ".join(sorted(places["zh"] ^ places["en"]))
        raise TemplateError(f"{where} has different places in its languages: {differing}")
    return Template(key, words, frozenset(places["en"] - ALWAYS))


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
