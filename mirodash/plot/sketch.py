"""Sketches: what a figure draws, small enough to be sent for every stop of a slider before it is moved."""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mirodash.plot.theme import Figure

GRID = 10_000
"""Steps of an axis: a sketch gives places as whole numbers, finer than a pixel of any screen."""
MARKED = ("line-ns-open",)
BREAK = re.compile(r"<br>")
RUN = re.compile(r"<b>(.*?)</b>|([^<]+)", re.DOTALL)

Sketch = dict[str, Any]


class Looks:
    """What sketches share, each thing once: how lines and letters look, and what stands around them."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, thing: object) -> int:
        """Return the place of a thing in `listed`, at which it is put if it is not there."""
        return self._places.setdefault(
            json.dumps(thing, ensure_ascii=False, allow_nan=False), len(self._places)
        )

    def listed(self) -> list[Any]:
        """Return all things, in the order of their places."""
        return [json.loads(text) for text in self._places]


def sketch_figure(figure: Figure, looks: Looks) -> Sketch | None:
    """Return a figure of lines, areas, ticks and letters as a sketch; None where it has anything else.

    Parameters
    ----------
    figure : dict
        A plotly figure whose axes have ranges.
    looks : Looks
        Of all sketches that are sent together; new looks are added.

    Returns
    -------
    dict or None
        ``traces``: each ``[look, x, y]``, of letters ``[look, x, y, texts]``; ``notes``: each
        ``[look, x, y]``; ``frame``: the place of margins, axes and lines across among the looks. Places
        are on a grid of `GRID` steps along the axis, from left and from below; those of traces as differences
        from the place before, with null where a line is broken.
    """
    layout = figure["layout"]
    if any(not _can_sketch(trace) for trace in figure["data"]):
        return None
    return {
        "traces": [_sketch_trace(trace, layout, looks) for trace in figure["data"]],
        "notes": [_sketch_note(note, layout, looks) for note in layout.get("annotations", ())],
        "frame": looks.place(_sketch_frame(layout)),
    }


def _can_sketch(trace: Figure) -> bool:
    if trace["type"] != "scatter":
        return False
    return trace["mode"] != "markers" or trace["marker"]["symbol"] in MARKED


def _sketch_trace(trace: Figure, layout: Figure, looks: Looks) -> list[Any]:
    across, up = _axis(layout, "x"), _axis(layout, trace.get("yaxis", "y"))
    places = [_differences(_on_grid(trace["x"], across)), _differences(_on_grid(trace["y"], up))]
    look = looks.place(_describe_look(trace))
    return (
        [look, *places, list(map(html.unescape, trace["text"]))]
        if trace["mode"] == "text"
        else [look, *places]
    )


def _describe_look(trace: Figure) -> Figure:
    opacity = trace.get("opacity", 1)
    if trace["mode"] == "text":
        font = trace["textfont"]
        return {
            "kind": "letters",
            "on": trace.get("yaxis", "y"),
            "size": font["size"],
            "colour": font["color"],
        }
    if trace["mode"] == "markers":
        marker = trace["marker"]
        size, width = marker["size"], marker["line"]["width"]
        return {"kind": "ticks", "colour": marker["color"], "size": size, "width": width, "opacity": opacity}
    line = trace["line"]
    drawn = {"width": line["width"], "colour": line.get("color", ""), "dash": line.get("dash", "solid")}
    if trace.get("fill") == "toself":
        return {"kind": "area", "fill": trace["fillcolor"], **drawn}
    return {"kind": "steps" if line.get("shape") == "hv" else "line", **drawn, "opacity": opacity}


def _axis(layout: Figure, name: str) -> Figure:
    return layout[f"{name[0]}axis{name[1:]}"]


def _on_grid(values: Sequence[float | None], axis: Figure) -> list[int | None]:
    low, high = axis["range"]
    known = np.array([math.nan if value is None else value for value in values], dtype=np.float64)
    if axis.get("type") == "log":
        known = np.log10(known)
    steps: NDArray[np.float64] = np.rint((known - low) * (GRID / (high - low)))
    return [None if math.isnan(step) else int(step) for step in steps.tolist()]


def _differences(places: Sequence[int | None]) -> list[int | None]:
    made: list[int | None] = []
    before = 0
    for at in places:
        made.append(None if at is None else at - before)
        before = before if at is None else at
    return made


def _sketch_note(note: Figure, layout: Figure, looks: Looks) -> list[Any]:
    """An annotation without an arrow, its text as lines of plain and bold runs."""
    look = {
        "lines": _split_runs(note["text"]),
        "on": [note["xref"], note["yref"]],
        "shift": [note.get("xshift", 0), note.get("yshift", 0)],
        "anchor": [note["xanchor"], note.get("yanchor", "middle")],
        "size": note["font"]["size"],
        "colour": note["font"]["color"],
        "ground": note.get("bgcolor", ""),
    }
    return [looks.place(look), *(_place_of(note, layout, which) for which in ("x", "y"))]


def _place_of(note: Figure, layout: Figure, which: str) -> int:
    reference: str = note[f"{which}ref"]
    if reference == "paper":
        return round(note[which] * GRID)
    axis = _axis(layout, reference)
    low, high = axis["range"]
    # a place on a logarithmic axis is given as its logarithm
    return round((note[which] - low) / (high - low) * GRID)


def _split_runs(text: str) -> list[list[list[Any]]]:
    """Lines of ``[text, bold]``; a bold run may go over several lines.

    >>> _split_runs("<b>IL-2</b><br>&lt;10 %")
    [[['IL-2', 1]], [['<10 %', 0]]]
    """
    lines: list[list[list[Any]]] = [[]]
    for bold, plain in RUN.findall(text.replace("<br>", "\n")):
        first, *rest = (bold or plain).split("\n")
        lines[-1] += [[html.unescape(first), int(bool(bold))]] if first else []
        lines += [[[html.unescape(part), int(bool(bold))]] if part else [] for part in rest]
    return lines


def _sketch_frame(layout: Figure) -> Figure:
    """What stands around the lines: size and margins, axes with their ticks, and lines across."""
    names = [key for key in layout if key.startswith(("xaxis", "yaxis"))]
    return {
        "height": layout["height"],
        "margin": {key: layout["margin"][key] for key in "lrtb"},
        "axes": {name.replace("axis", ""): _sketch_axis(layout[name]) for name in names},
        "across": [_sketch_line(shape, layout) for shape in layout.get("shapes", ())],
    }


def _sketch_axis(axis: Figure) -> Figure:
    found: Figure = {"domain": axis.get("domain", [0, 1]), "shown": axis.get("visible", True)}
    if not found["shown"]:
        return found
    title = axis.get("title", {})
    values = _on_grid(axis["tickvals"], axis)
    kept = [k for k, at in enumerate(values) if at is not None and 0 <= at <= GRID]
    return found | {
        "ticks": [values[k] for k in kept],
        "texts": [html.unescape(axis["ticktext"][k]) for k in kept],
        "size": axis["tickfont"]["size"],
        "colour": axis["tickfont"]["color"],
        "line": axis["linecolor"] if axis.get("showline") else "",
        "grid": axis["gridcolor"] if axis.get("showgrid") else "",
        "title": html.unescape(title.get("text", "")),
        "title_size": title.get("font", {}).get("size", 0),
    }


def _sketch_line(shape: Figure, layout: Figure) -> Figure:
    """A straight line between two places, each of its axis or of the whole width or height."""
    ends: dict[str, list[int | None]] = {}
    for which in "xy":
        reference, pair = shape[f"{which}ref"], [shape[f"{which}0"], shape[f"{which}1"]]
        whole = {"range": [0, 1]}
        ends[which] = _on_grid(pair, whole if reference == "paper" else _axis(layout, reference))
    line = shape["line"]
    look = {"colour": line["color"], "width": line["width"], "dash": line.get("dash", "solid")}
    return {**ends, "on": shape["yref"], **look}
