"""What sketches share is shared only by pictures that have it, and what they say is what the figure draws."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mirodash.plot.sketch import GRID, Looks, sketch_figure

LINE = {"width": 1, "color": "red"}
places = st.one_of(st.none(), st.floats(0, 1, allow_nan=False))


def axis(high: float = 1.0, **changes: Any) -> dict[str, Any]:
    """Return an axis from 0, with one tick."""
    ticks = {"tickvals": [0.0], "ticktext": ["0"], "tickfont": {"size": 10, "color": "grey"}}
    return {"range": [0, high], "linecolor": "grey", **ticks, **changes}


def layout(x: dict[str, Any], y: dict[str, Any], *notes: dict[str, Any]) -> dict[str, Any]:
    """Return a layout of two axes and some notes."""
    margin = {"l": 1, "r": 2, "t": 3, "b": 4, "pad": 0}
    return {"height": 100, "margin": margin, "xaxis": x, "yaxis": y, "annotations": notes}


def note(y: float) -> dict[str, Any]:
    """Return a note at a place of the upright axis."""
    font = {"size": 11, "color": "black"}
    return {"text": "IL-2", "x": 0, "xref": "paper", "y": y, "yref": "y", "xanchor": "left", "font": font}


def steps(x: list[Any], y: list[Any], **changes: Any) -> dict[str, Any]:
    """Return a line."""
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": LINE, **changes}


def test_pictures_on_the_same_axes_have_one_frame_and_others_their_own():
    looks, x, y = Looks(), axis(), axis()
    same = [sketch_figure({"data": [], "layout": layout(x, y)}, looks) for _ in range(2)]
    alike = sketch_figure({"data": [], "layout": layout(axis(), axis())}, looks)
    # the range is where places are, not what stands around them; a title does
    other = sketch_figure({"data": [], "layout": layout(x, axis(title={"text": "Alive"}))}, looks)
    lower = sketch_figure({"data": [], "layout": layout(x, y) | {"height": 90}}, looks)
    assert all(found is not None for found in (*same, alike, other, lower))
    frames = [found["frame"] for found in (*same, alike, other, lower) if found]
    assert frames[0] == frames[1] == frames[2]
    assert len(set(frames)) == 3
    assert [looks.listed()[place]["height"] for place in frames[2:]] == [100, 100, 90]


def test_one_note_in_two_pictures_stands_where_the_axes_of_each_put_it():
    looks, shared = Looks(), note(0.5)
    wide = sketch_figure({"data": [], "layout": layout(axis(), axis(2.0), shared)}, looks)
    usual = sketch_figure({"data": [], "layout": layout(axis(), axis(), shared)}, looks)
    assert wide is not None
    assert usual is not None
    assert wide["notes"][0][1:] == [0, GRID // 4]
    assert usual["notes"][0][1:] == [0, GRID // 2]


@given(st.lists(st.lists(st.tuples(places, places), min_size=1, max_size=6), min_size=1, max_size=4))
def test_differences_add_up_to_the_places_of_every_trace(drawn: list[list[tuple[Any, Any]]]):
    data = [steps([x for x, _ in points], [y for _, y in points]) for points in drawn]
    found = sketch_figure({"data": data, "layout": layout(axis(), axis(2.0))}, Looks())
    assert found is not None
    assert len(found["traces"]) == len(drawn)
    for (_, across, up), points in zip(found["traces"], drawn, strict=True):
        for differences, at, high in ((across, 0, 1), (up, 1, 2)):
            place, walked = 0, []
            for difference in differences:
                place += difference or 0
                walked.append(None if difference is None else place)
            wanted = [None if point[at] is None else round(point[at] / high * GRID) for point in points]
            assert walked == wanted
