"""Which slide of a file shows which view, after a presenter has moved, copied, added and deleted some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from mirodash.export.replay.slide_content import SlideContent

SOURCE = "Source"
Likeness = tuple[bool, bool, int, bool]


def matched(then: Sequence[SlideContent], now: Sequence[SlideContent]) -> dict[int, SlideContent]:
    """For each slide of a file, by its place, the slide that it was made as; none for a presenter's own.

    Slides are known by the query in their source, or by the number that PowerPoint keeps for them; of several
    with one query by their picture, and by how much of it is the same. A copy is the slide that it copies.
    """
    pairs = [
        (likeness, old, new) for old in then for new in now if (likeness := _likeness(old, new)) is not None
    ]
    pairs.sort(key=lambda pair: pair[0], reverse=True)
    found: dict[int, SlideContent] = {}
    taken: set[int] = set()
    for _, old, new in pairs:
        if old.place not in found and new.place not in taken:
            found[old.place] = new
            taken.add(new.place)
    for likeness, old, new in pairs:
        if old.place not in found and likeness[0] and likeness[1]:
            found[old.place] = new
    return found


def _likeness(old: SlideContent, new: SlideContent) -> Likeness | None:
    """How much two slides have in common, None for too little to be the same one."""
    shared = old.shapes.keys() & new.shapes.keys()
    source = _query(old) == _query(new) is not None
    number = old.identity == new.identity
    if not shared or not (source or number):
        return None
    same = sum(old.shapes[name] == new.shapes[name] for name in shared)
    return source, _pictures(old) == _pictures(new), same, number


def _query(slide: SlideContent) -> str | None:
    """The query in the source of a slide, whatever data it was made from."""
    source = slide.shapes.get(SOURCE)
    if not isinstance(source, list) or not source:
        return None
    return str(cast("list[Any]", source)[0]).rpartition(" · ")[0]


def _pictures(slide: SlideContent) -> frozenset[str]:
    return frozenset(name for name, content in slide.shapes.items() if isinstance(content, dict))
