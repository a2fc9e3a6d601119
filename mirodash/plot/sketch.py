"""Sketches: what a figure draws, small enough to be sent for every stop of a slider before it is moved."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from mirodash.plot.theme import Figure

GRID = 10_000
"""Steps of an axis: a sketch gives places as whole numbers, finer than a pixel of any screen."""
MARKED = ("line-ns-open",)
AXES = ("xaxis", "yaxis")
BREAK = re.compile(r"<br>")
RUN = re.compile(r"<b>(.*?)</b>|([^<]+)", re.DOTALL)

Sketch = dict[str, Any]
Flat = tuple[tuple[str, Any], ...]
"""Keys with values that can be hashed."""


class Looks:
    """What sketches share, each thing once: how lines and letters look, and what stands around them."""

    def __init__(self) -> None:
        self._places: dict[bytes, int] = {}
        self._known: dict[Flat, int] = {}
        self._frames: dict[Flat, tuple[int, Figure]] = {}
        self._notes: dict[tuple[int, ...], tuple[list[Any], Figure, Figure]] = {}

    def place(self, thing: Figure) -> int:
        """Return the place of a thing in `listed`, at which it is put if it is not there."""
        return self._places.setdefault(orjson.dumps(thing), len(self._places))

    def place_flat(self, thing: Flat) -> int:
        """Return the place of a thing whose parts are hashable, which is written only while it is new."""
        found = self._known.get(thing)
        if found is None:
            found = self._known[thing] = self.place(dict(thing))
        return found

    def place_frame(self, layout: Figure) -> int:
        """Return the place of what stands around the lines; many layouts share axes and lines across."""
        axes = [(name, id(layout[name])) for name in layout if name.startswith(AXES)]
        across = [("across", id(shape)) for shape in layout.get("shapes", ())]
        frame = (("height", layout["height"]), *layout["margin"].items(), *axes, *across)
        found = self._frames.get(frame)
        if found is None:
            # the layout is kept: nothing else can be where its axes are
            found = self._frames[frame] = (self.place(_sketch_frame(layout)), layout)
        return found[0]

    def sketch_note(self, note: Figure, layout: Figure) -> list[Any]:
        """Return an annotation without an arrow as a sketch; names of rows are the same in many layouts."""
        on = [note[which] for which in ("xref", "yref")]
        where = (id(note), *(0 if _is_whole(name) else id(_axis(layout, name)) for name in on))
        found = self._notes.get(where)
        if found is None:
            found = self._notes[where] = (_sketch_note(note, layout, self), note, layout)
        return found[0]

    def listed(self) -> list[Any]:
        """Return all things, in the order of their places."""
        return [orjson.loads(written) for written in self._places]


def sketch_figure(figure: Figure, looks: Looks, *, is_shaped: bool = False) -> Sketch | None:
    """Return a figure of lines, areas, ticks and letters as a sketch; None where it has anything else.

    Parameters
    ----------
    figure : dict
        A plotly figure whose axes have ranges.
    looks : Looks
        Of all sketches that are sent together; new looks are added.
    is_shaped : bool
        Whether the lines across move as well, as the thresholds on stage do.

    Returns
    -------
    dict or None
        ``traces``: each ``[look, x, y]``, of letters ``[look, x, y, texts]``; ``notes``: each
        ``[look, x, y]``; ``frame``: the place of margins, axes and lines across among the looks; with
        ``is_shaped`` ``shapes``: each ``[look, x0, x1, y0, y1]``. Places are on a grid of `GRID` steps along
        the axis, from left and from below; those of traces as differences from the place before, with null
        where a line is broken.
    """
    layout = figure["layout"]
    if any(not _can_sketch(trace) for trace in figure["data"]):
        return None
    traces = _sketch_traces([trace for trace in figure["data"] if len(trace["x"])], layout, looks)
    notes = [looks.sketch_note(note, layout) for note in layout.get("annotations", ())]
    if not is_shaped:
        return {"traces": traces, "notes": notes, "frame": looks.place_frame(layout)}
    shapes = [_sketch_shape(shape, layout, looks) for shape in layout.get("shapes", ())]
    return {
        "traces": traces,
        "notes": notes,
        "shapes": shapes,
        "frame": looks.place_frame({**layout, "shapes": ()}),
    }


def _can_sketch(trace: Figure) -> bool:
    if trace["type"] != "scatter" or "error_x" in trace or "error_y" in trace:
        return False
    if not len(trace["x"]):
        return True
    return trace["mode"] in ("lines", "text") or trace["marker"]["symbol"] in MARKED


def _sketch_traces(traces: Sequence[Figure], layout: Figure, looks: Looks) -> list[list[Any]]:
    """Traces of at least one place each, whose places are found all in one go."""
    sketched: list[list[Any]] = []
    for trace, places in zip(traces, _find_differences(traces, layout), strict=True):
        look = looks.place_flat(tuple(_describe_look(trace).items()))
        texts = [list(map(html.unescape, trace["text"]))] if trace["mode"] == "text" else []
        sketched.append([look, *places, *texts])
    return sketched


def _find_differences(traces: Sequence[Figure], layout: Figure) -> Iterator[tuple[list[int | None], ...]]:
    """Yield of each trace, across and up, each place on the grid as its difference from the one before."""
    if not traces:
        return
    places = [[*chain.from_iterable(trace[which] for trace in traces)] for which in "xy"]
    steps = np.array(places, dtype=np.float64)
    ends = list(accumulate(len(trace["x"]) for trace in traces))
    starts = [0, *ends[:-1]]
    for trace, start, end in zip(traces, starts, ends, strict=True):
        for line, which in zip(steps, "xy", strict=True):
            _scale(line[start:end], _axis(layout, trace.get(f"{which}axis", which)))
    if math.isfinite(steps.sum()):
        firsts = steps[:, starts]
        steps[:, 1:] -= steps[:, :-1].copy()
        steps[:, starts] = firsts
        across, up = steps.astype(np.int64).tolist()
        yield from ((across[start:end], up[start:end]) for start, end in zip(starts, ends, strict=True))
    else:
        for start, end in zip(starts, ends, strict=True):
            yield tuple(_differ_where_known(line[start:end]) for line in steps)


def _describe_look(trace: Figure) -> Figure:
    # nearly all are on the first axes, which is not said each time
    field = {"across": trace["xaxis"]} if "xaxis" in trace else {}
    opacity = trace.get("opacity", 1)
    if trace["mode"] == "text":
        font = trace["textfont"]
        on, size, colour = trace.get("yaxis", "y"), font["size"], font["color"]
        colour = colour if isinstance(colour, str) else tuple(colour)
        return {"kind": "letters", "on": on, "size": size, "colour": colour, **field}
    if trace["mode"] == "markers":
        marker = trace["marker"]
        size, width = marker["size"], marker["line"]["width"]
        look = {"kind": "ticks", "colour": marker["color"], "size": size, "width": width, "opacity": opacity}
        return look | field
    line = trace["line"]
    drawn = {"width": line["width"], "colour": line.get("color", ""), "dash": line.get("dash", "solid")}
    if trace.get("fill") == "toself":
        return {"kind": "area", "fill": trace["fillcolor"], **drawn, **field}
    kind = "steps" if line.get("shape") == "hv" else "line"
    return {"kind": kind, **drawn, "opacity": opacity, **field}


def _axis(layout: Figure, name: str) -> Figure:
    return layout[f"{name[0]}axis{name[1:]}"]


def _find_steps(values: Sequence[float | None], axis: Figure) -> NDArray[np.float64]:
    """Places on the grid of an axis, (places,); NaN where a line is broken."""
    known = np.array(values, dtype=np.float64)
    _scale(known, axis)
    return known


def _scale(places: NDArray[np.float64], axis: Figure) -> None:
    low, high = axis["range"]
    if axis.get("type") == "log":
        np.log10(places, out=places)
    places -= low
    places *= GRID / (high - low)
    np.rint(places, out=places)


def _on_grid(values: Sequence[float | None], axis: Figure) -> list[int | None]:
    if axis.get("type") != "log":
        low, high = axis["range"]
        size = GRID / (high - low)
        # of a few places numpy would take longer to begin
        return [None if at is None or math.isnan(at) else round((at - low) * size) for at in values]
    return [None if math.isnan(step) else int(step) for step in _find_steps(values, axis).tolist()]


def _differ_where_known(steps: NDArray[np.float64]) -> list[int | None]:
    """As differences, the first from 0; None where a line is broken."""
    is_known = ~np.isnan(steps)
    whole = steps[is_known].astype(np.int64)
    whole[1:] -= whole[:-1]
    given = iter(whole.tolist())
    return [next(given) if is_there else None for is_there in is_known.tolist()]


def _sketch_note(note: Figure, layout: Figure, looks: Looks) -> list[Any]:
    """An annotation without an arrow, its text as lines of plain and bold runs."""
    look = (
        ("lines", _split_runs(note["text"])),
        ("on", (note["xref"], note["yref"])),
        ("shift", (note.get("xshift", 0), note.get("yshift", 0))),
        ("anchor", (note["xanchor"], note.get("yanchor", "middle"))),
        ("size", note["font"]["size"]),
        ("colour", note["font"]["color"]),
        ("ground", note.get("bgcolor", "")),
    )
    return [looks.place_flat(look), _place_of(note, layout, "x"), _place_of(note, layout, "y")]


def _place_of(note: Figure, layout: Figure, which: str) -> int:
    reference: str = note[f"{which}ref"]
    if _is_whole(reference):
        return round(note[which] * GRID)
    axis = _axis(layout, reference)
    low, high = axis["range"]
    # a place on a logarithmic axis is given as its logarithm
    return round((note[which] - low) / (high - low) * GRID)


def _is_whole(reference: str) -> bool:
    """Whether places are shares of the picture, or of the stretch that an axis has of it."""
    return reference == "paper" or reference.endswith(" domain")


def _sketch_shape(shape: Figure, layout: Figure, looks: Looks) -> list[Any]:
    """A straight line; where it is so many pixels from an anchor, its ends are these pixels."""
    pixels = [shape.get(f"{which}sizemode") == "pixel" for which in "xy"]
    ends: list[int | float | None] = []
    for which, is_pixel in zip("xy", pixels, strict=True):
        pair = [shape[f"{which}0"], shape[f"{which}1"]]
        ends += pair if is_pixel else _on_grid(pair, _reference_axis(shape, layout, which))
    line = shape["line"]
    look = {
        "kind": "shape",
        "on": [shape["xref"], shape["yref"]],
        "pixels": pixels,
        "anchors": [
            _on_grid([shape[f"{which}anchor"]], _reference_axis(shape, layout, which))[0] if is_pixel else 0
            for which, is_pixel in zip("xy", pixels, strict=True)
        ],
        "width": line["width"],
        "colour": line["color"],
        "dash": line.get("dash", "solid"),
    }
    return [looks.place(look), *ends]


def _reference_axis(shape: Figure, layout: Figure, which: str) -> Figure:
    reference: str = shape[f"{which}ref"]
    return {"range": [0, 1]} if _is_whole(reference) else _axis(layout, reference)


@lru_cache(maxsize=1024)
def _split_runs(text: str) -> tuple[tuple[tuple[str, int], ...], ...]:
    """Lines of ``(text, bold)``; a bold run may go over several lines. Notes say the same at many stops.

    >>> _split_runs("<b>IL-2</b><br>&lt;10 %")
    ((('IL-2', 1),), (('<10 %', 0),))
    """
    lines: list[list[tuple[str, int]]] = [[]]
    for bold, plain in RUN.findall(text.replace("<br>", "\n")):
        first, *rest = (bold or plain).split("\n")
        lines[-1] += [(html.unescape(first), int(bool(bold)))] if first else []
        lines += [[(html.unescape(part), int(bool(bold)))] if part else [] for part in rest]
    return tuple(map(tuple, lines))


def _sketch_frame(layout: Figure) -> Figure:
    """What stands around the lines: size and margins, axes with their ticks, and lines across."""
    names = [key for key in layout if key.startswith(AXES)]
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
