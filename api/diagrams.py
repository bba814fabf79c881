"""State diagrams, drawn by D2 from the declaration. The same text is drawn once."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import sysconfig
from collections import OrderedDict
from pathlib import Path

from api.labels import Language, label
from api.problems import unavailable
from api.rendering import Walked
from workflows.language.procedure import Procedure
from workflows.language.stages import Entry

_KEPT = 500
_DRAW_WITHIN = 20.0
_drawn: OrderedDict[str, bytes] = OrderedDict()
_one_at_a_time = asyncio.Semaphore(2)

_CLASSES = """
direction: down
classes: {
  start: { shape: circle; width: 24; height: 24; label: ""; style.fill: "#1f2937" }
  stage: { style: { border-radius: 8; fill: "#eef2ff"; stroke: "#4f46e5"; font-color: "#111827" } }
  end: { style: { border-radius: 8; fill: "#f3f4f6"; stroke: "#6b7280"; font-color: "#111827"; double-border: true } }
  been: { style: { fill: "#dcfce7"; stroke: "#15803d"; stroke-width: 2 } }
  now: { style: { fill: "#fde68a"; stroke: "#b45309"; stroke-width: 4; bold: true } }
  by_hand: { style: { stroke: "#64748b"; font-size: 14 } }
  by_itself: { style: { stroke: "#94a3b8"; stroke-dash: 4; font-size: 14 } }
  taken: { style: { stroke: "#15803d"; stroke-width: 3; font-size: 14 } }
}
"""


async def diagram(procedure: type[Procedure], language: Language, marks: Walked | None) -> bytes:
    """The diagram as SVG. Raises Problem `unavailable` where D2 can't draw it."""
    return await drawn(d2_source(procedure, language, marks))


async def drawn(source: str) -> bytes:
    """D2's text as SVG. Raises Problem `unavailable` where D2 can't draw it."""
    name = hashlib.sha256(source.encode()).hexdigest()
    if name not in _drawn:
        async with _one_at_a_time:
            if name not in _drawn:
                _drawn[name] = await _draw(source)
                if len(_drawn) > _KEPT:
                    _drawn.popitem(last=False)
    _drawn.move_to_end(name)
    return _drawn[name]


def d2_source(procedure: type[Procedure], language: Language, marks: Walked | None = None) -> str:
    """The diagram as D2's text."""
    lines = [_CLASSES]
    for stage in procedure.declaration.stages.values():
        if isinstance(stage, Entry):
            kinds = ["start", "now"] if marks is not None and stage.id in marks.now else ["start"]
            lines.append(f"{stage.id}: {{ class: [{'; '.join(kinds)}] }}")
            continue
        kinds = ["end" if stage.final else "stage"]
        if marks is not None:
            kinds += ["now"] if stage.id in marks.now else ["been"] if stage.id in marks.been else []
        text = quoted(label("stage", stage.id, language, procedure.key))
        lines.append(f"{stage.id}: {text} {{ class: [{'; '.join(kinds)}] }}")
    arrows: dict[tuple[str, str, str], list[str]] = {}
    for event, moves in procedure.declaration.transitions.items():
        for move in moves:
            if move.source.id == move.goes_to:
                continue  # records are listed beside the diagram: as loops they would hide it
            source = "" if move.is_start else move.source.id
            if marks is not None and ((source, event, move.goes_to) in marks.arrows or (
                move.is_start and move.goes_to in marks.been | marks.now
            )):  # fmt: skip
                kind = "taken"
            else:
                kind = "by_hand" if any(role.is_person for role in move.who) else "by_itself"
            arrows.setdefault((move.source.id, move.goes_to, kind), []).append(event)
    for (source, target, kind), events in arrows.items():
        text = quoted("\\n".join(label("action", event, language, procedure.key) for event in events))
        lines.append(f"{source} -> {target}: {text} {{ class: {kind} }}")
    return "\n".join(lines)


def quoted(text: str) -> str:
    """A label as D2 takes it."""
    return '"' + text.replace('"', "'") + '"'


async def _draw(source: str) -> bytes:
    binary = Path(sysconfig.get_path("scripts")) / "d2"
    program = str(binary) if binary.exists() else shutil.which("d2")
    if program is None:
        raise unavailable("The program that draws diagrams, d2, is not installed.", retry_after=3600)
    process = await asyncio.create_subprocess_exec(
        program, "--layout", "dagre", "--pad", "20", "-", "-",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        drawn, complaint = await asyncio.wait_for(process.communicate(source.encode()), _DRAW_WITHIN)
    except TimeoutError as error:
        process.kill()
        raise unavailable("The diagram took too long to draw.") from error
    if process.returncode != 0:
        raise unavailable(
            f"The diagram could not be drawn: {complaint.decode(errors='replace').strip()[:300]}"
        )
    return drawn
