"""Words are as wide as in Arial, and numbers beside a picture as large as that allows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mirodash.export.deck.style import Run, count_lines
from mirodash.trial.store import sample
from tests.export.deck.taken_apart import made, shapes, slides
from tests.profiles import for_each

TEXTS = st.text("abc W%- 0123,.", max_size=200)


@for_each(
    ("text", "bold", "width"),
    # widths of Liberation Sans, which has those of Arial, in thousandths of the height
    [("Hazard ratio", False, 5501), ("95 % CI 0.33 to 0.97", False, 9116), ("63 % v 55 %", True, 5670)],
)
def test_a_text_takes_one_line_from_its_width_on(text: str, bold: bool, width: int):
    run = Run(text, 20, bold=bold)
    assert count_lines([run], 1.03 * 20 * width / 1000) == 1
    assert count_lines([run], 0.98 * 20 * width / 1000) == 2


@given(TEXTS)
def test_a_wider_room_never_takes_more_lines(text: str):
    lines = [count_lines([Run(text, 20)], width) for width in (50, 100, 200, 400, 800)]
    assert lines == sorted(lines, reverse=True)


@given(TEXTS, st.integers(0, 200))
def test_where_one_run_ends_and_the_next_begins_takes_no_room(text: str, place: int):
    parts = [Run(text[:place], 20), Run(text[place:], 20)]
    assert count_lines(parts, 150) == count_lines([Run(text, 20)], 150)


def test_five_numbers_beside_curves_are_still_read_from_the_back_row():
    (slide,) = slides(made(sample("mirocals"), "survival-1"))
    sizes = {
        run.font.size.pt
        for paragraph in shapes(slide)["Facts"].text_frame.paragraphs
        for run in paragraph.runs
    }
    assert min(sizes) >= 17
