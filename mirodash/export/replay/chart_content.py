"""The numbers and words in a chart of a slide, as they are drawn."""

from __future__ import annotations

import math
from typing import Any

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
MOST_POINTS = 100_000


def chart_content(chart: Any) -> dict[str, Any]:
    """Every series with its points, error bars and labels, and the titles of the axes.

    Numbers are those that are drawn; colours, sizes and the ends of the axes are the presenter's.
    """
    space = chart.part._element
    return {
        "series": [_series(one) for one in space.iter(f"{_C}ser")],
        "titles": [_words(title) for title in space.iter(f"{_C}title")],
    }


def _series(series: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"label": "".join(v.text or "" for v in series.findall(f"{_C}tx//{_C}v"))}
    for name, place in (("x", "xVal"), ("y", "yVal"), ("plus", "errBars/plus"), ("minus", "errBars/minus")):
        path = "/".join(f"{_C}{step}" for step in place.split("/"))
        if (values := series.find(path)) is not None:
            found[name] = _values(values)
    labels = [_words(label) for label in series.iter(f"{_C}dLbl")]
    return {**found, "labels": labels} if labels else found


def _values(values: Any) -> list[float | str | None]:
    """The points in their order; None is a gap, and what is no number stays the text that it is."""
    points = {int(point.get("idx")): point.findtext(f"{_C}v") or "" for point in values.iter(f"{_C}pt")}
    if points and not 0 <= min(points) <= max(points) < MOST_POINTS:
        raise ValueError("a chart has fewer points")
    return [_number(points.get(k)) for k in range(max(points, default=-1) + 1)]


def _number(text: str | None) -> float | str | None:
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def _words(element: Any) -> str:
    return "".join(run.text or "" for run in element.iter(f"{_A}t"))
