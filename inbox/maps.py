"""A case on the map: where it is, the way it took, and where it can still get to.

The full diagram has every way with its name; this one has the ways forward, and no names: it fits on a screen.
"""

from __future__ import annotations

import re

from api.diagrams import drawn, quoted
from api.labels import Language, label
from api.rendering import Walked
from workflows.language.procedure import Procedure
from workflows.language.stages import Entry

_FARTHEST = 6
"""A way that leaps over more stages is a short cut, and left out: they would hide the others."""
_CLASSES = """
direction: right
classes: {
  stage: { style: { border-radius: 10; fill: "#f6f5f3"; stroke: "#c9c6bf"; font-color: "#3b3935"; font-size: 32 } }
  end: { style: { border-radius: 30; fill: "#ffffff"; stroke: "#a9a59c"; font-color: "#55524c"; font-size: 30 } }
  been: { style: { fill: "#e2f3e8"; stroke: "#15803d"; font-color: "#14572f"; stroke-width: 3 } }
  now: { style: { fill: "#3f51c7"; stroke: "#2f3f9f"; font-color: "#ffffff"; bold: true } }
  open: { style: { stroke: "#bcb8af"; stroke-width: 2 } }
  taken: { style: { stroke: "#15803d"; stroke-width: 5 } }
}
"""


async def case_map(procedure: type[Procedure], language: Language, walked: Walked) -> bytes:
    """The map as SVG. Raises Problem `unavailable` where it can't be drawn."""
    return _sized(await drawn(map_source(procedure, language, walked)))


def forward(procedure: type[Procedure]) -> list[tuple[str, str]]:
    """The ways on, each once: to a stage that is declared later. Ends that undo all are no way on."""
    stages = procedure.declaration.stages
    place = {key: number for number, key in enumerate(stages)}
    ways: dict[tuple[str, str], int] = {}
    for moves in procedure.declaration.transitions.values():
        for move in moves:
            leap = place[move.goes_to] - place[move.source.id]
            if leap > 0 and not isinstance(move.source, Entry) and not stages[move.goes_to].undo:
                ways[move.source.id, move.goes_to] = leap
    nearest: dict[str, int] = {}
    for (_, target), leap in ways.items():
        nearest[target] = min(leap, nearest.get(target, leap))
    return [(source, to) for (source, to), leap in ways.items() if leap <= max(_FARTHEST, nearest[to])]


def map_source(procedure: type[Procedure], language: Language, walked: Walked) -> str:
    """The map as D2's text."""
    stages = procedure.declaration.stages
    taken = {
        (source, target)
        for source, _, target in walked.arrows
        if source != target
        and source in stages
        and target in stages
        and not isinstance(stages[source], Entry)
    }
    ways = list(dict.fromkeys([*forward(procedure), *sorted(taken)]))
    shown = {key for way in ways for key in way} | walked.been | walked.now
    lines = [_CLASSES]
    for stage in stages.values():
        if stage.id not in shown or isinstance(stage, Entry):
            continue
        kinds = ["end" if stage.final else "stage"]
        kinds += ["now"] if stage.id in walked.now else ["been"] if stage.id in walked.been else []
        text = quoted(label("stage", stage.id, language, procedure.key))
        lines.append(f"{stage.id}: {text} {{ class: [{'; '.join(kinds)}] }}")
    lines += [f"{a} -> {b}: {{ class: {'taken' if (a, b) in taken else 'open'} }}" for a, b in ways]
    return "\n".join(lines)


def _sized(drawing: bytes) -> bytes:
    """With a size of its own: without one, a page that shows it would guess."""
    found = re.search(rb'viewBox="0 0 (\d+) (\d+)"', drawing)
    if found is None:
        return drawing
    return drawing.replace(b"<svg ", b'<svg width="%s" height="%s" ' % (found[1], found[2]), 1)
