"""What a presenter did to slides, in sentences: none of it is an error, and none of it is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mirodash.export.replay.slide_content import SlideContent
from mirodash.text.labels import one_line
from mirodash.text.numbers import count

LONGEST_NAME = 60
MOST_NAMED = 5


def done_by_hand(
    then: Sequence[SlideContent],
    now: Sequence[SlideContent],
    made_as: Mapping[int, SlideContent],
    *,
    of_other_data: int,
    same_data: bool,
) -> Iterator[str]:
    """Slides of other data, added, deleted and moved, and what was put on them or taken from them.

    Parameters
    ----------
    then, now
        The slides in the file, and as they are made now.
    made_as
        For each place in the file the slide that it was made as.
    of_other_data
        How many of the file's views are of other data, so that they cannot be made now.
    same_data
        Whether the slides now are made from the data of then; titles and workbooks differ otherwise.
    """
    if of_other_data:
        yield f"{_slides(of_other_data)} made from other data, so not compared."
    own = [str(slide.place) for slide in then if slide.place not in made_as]
    if len(own) > of_other_data:
        yield f"Not made from these data by MiroDash, so not compared: slide {', '.join(own)}."
    gone = len(now) - len({made.place for made in made_as.values()})
    if gone:
        yield f"{_slides(gone)} made by MiroDash and then deleted."
    order = [made_as[slide.place].place for slide in then if slide.place in made_as]
    if order != sorted(order):
        yield "The slides stand in another order than they were made in."
    for slide in then:
        if slide.place in made_as:
            yield from _on_slide(slide, made_as[slide.place])
            if same_data:
                yield from _not_compared(slide, made_as[slide.place])


def _slides(number: int) -> str:
    return f"{count(number)} {'slide was' if number == 1 else 'slides were'}"


def _on_slide(then: SlideContent, now: SlideContent) -> Iterator[str]:
    gone = [name for name in now.shapes if name not in then.shapes]
    added = [*(name for name in then.shapes if name not in now.shapes), *then.unnamed]
    if gone:
        yield f"Slide {then.place}: missing in the file, so not compared: {_quoted(gone)}."
    if added:
        yield f"Slide {then.place}: only in the file, so not compared: {_quoted(added)}."


def _not_compared(then: SlideContent, now: SlideContent) -> Iterator[str]:
    """What may hold other numbers than the slide does; silence would pass for a comparison."""
    if then.title != now.title:
        yield f"Slide {then.place}: its title is not the sentence that MiroDash proposes, so not compared."
    edited = [name for name, book in now.workbooks.items() if then.workbooks.get(name, book) != book]
    if edited:
        behind = f"the workbook behind {_quoted(edited)}"
        yield f"Slide {then.place}: not as it was written, so not compared: {behind}."


def _quoted(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{one_line(name, LONGEST_NAME)}'" for name in names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{shown} and {count(more)} more" if more > 0 else shown
