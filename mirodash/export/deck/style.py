"""Style of slides: colours, positions, text runs, widths of words and legible XML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

from pptx.dml.color import RGBColor
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.slide import Slide as PowerPointSlide
from pptx.util import Pt

from mirodash.text.labels import ArmNames, one_line

WIDTH, HEIGHT = 960.0, 540.0
MARGIN = 40.0
FONT = "Arial"
"""On every machine that shows slides, or one of the same widths."""

INK = "16181D"
QUIET = "454C58"
GRID = "E3E6EA"
AXIS = "8A919C"
ACCENT = "4A3F9F"
ACCENT_PALE = "A79FDC"
INK_PALE = "8A919C"
WHITE = "FFFFFF"
LOUD = "8C1D18"
"""Of the tag of a synthetic trial."""

Dash = Literal["solid", "sysDash", "sysDot"]


@dataclass(frozen=True, slots=True)
class ArmLook:
    """An arm's line, its letters (darker where they need more contrast), its interval and its dash."""

    line: str
    text: str
    pale: str
    dash: Dash


TREATED = ArmLook("0072B2", "005A8C", "7FB8D8", "solid")
CONTROL = ArmLook("D55E00", "933F00", "EAAE7F", "sysDash")


def style_arms(names: ArmNames) -> tuple[ArmLook, ArmLook]:
    """Return how the treated and the control arm are drawn: a look belongs to an arm, not to its part."""
    return (CONTROL, TREATED) if names.exchanged else (TREATED, CONTROL)


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide, in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height


TOP_LINE = Box(MARGIN, 12, 700, 20)
TAG = Box(WIDTH - MARGIN - 150, 8, 150, 25)
TITLE = Box(MARGIN, 35, WIDTH - 2 * MARGIN, 99)
CODE = Box(WIDTH - MARGIN - 99, 36, 99, 99)
"""Of the link, with its own light margin."""
BESIDE_CODE = Box(MARGIN, 35, CODE.left - MARGIN - 8, 99)
BODY = Box(MARGIN, 139, WIDTH - 2 * MARGIN, 343)
FOOTER = Box(MARGIN, 486, WIDTH - 2 * MARGIN, 32)
SOURCE = Box(MARGIN, 519, WIDTH - 2 * MARGIN, 18)

BESIDE = Box(BODY.right - 290, BODY.top, 290, BODY.height)
"""The numbers at the right of a chart."""
PICTURE = Box(BODY.left, BODY.top, BODY.width - BESIDE.width - 12, BODY.height)


def build_lines(text: str, size: float, width: float) -> int:
    """How many lines a text takes, somewhat more than it will: letters are about half as wide as high.

    >>> build_lines("Hazard ratio", 20, 268), build_lines("word " * 20, 20, 268)
    (1, 4)
    """
    room = max(1, int(width / (0.53 * size)))
    lines, used = 1, 0
    for word in text.split():
        if used and used + 1 + len(word) > room:
            lines, used = lines + 1, 0
        used += len(word) + (1 if used else 0)
        lines, used = lines + (used - 1) // room, (used - 1) % room + 1
    return lines


def truncate_text(text: str, size: float, width: float) -> str:
    """The text on one line, cut where it would run out of its room.

    >>> truncate_text("Placebo", 16, 100), truncate_text("interleukin-2 in a low dose", 16, 100)
    ('Placebo', 'interleuk…')
    """
    line = one_line(text)
    room = width / size
    if sum(map(_measure_width, line)) <= room:
        return line
    kept = ""
    for letter in line:
        room -= _measure_width(letter)
        if room < 1:
            break
        kept += letter
    return f"{kept.rstrip()}…"


def _measure_width(letter: str) -> float:
    """How wide a letter is for its height, rather too wide than too narrow."""
    if unicodedata.east_asian_width(letter) in "WF" or letter in "MW@%":
        return 1.0
    if letter.isspace() or letter in ".,:;|'()":
        return 0.33
    return 0.72 if letter.isupper() else 0.56


DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0 has no place for other control characters, nor for halves of a surrogate pair."""


def strip_illegal_xml(text: str) -> str:
    r"""The text with what no XML file may contain replaced by the sign for an unreadable character.

    >>> strip_illegal_xml("a\x00b\x1b"), strip_illegal_xml("pNFH ≤ 3,700")
    ('a�b�', 'pNFH ≤ 3,700')
    """
    return _ILLEGAL.sub("\ufffd", text)


def write_xml(text: str) -> str:
    """A text between two tags."""
    return escape(strip_illegal_xml(text))


def build_tag(name: str, /, *content: str, **attributes: str | float) -> str:
    """An element with content that is XML already; attributes are texts or numbers.

    >>> build_tag("c:max", val=1.5), build_tag("a:p", build_tag("a:r")), build_tag("c:tx", write_xml("<b>"))
    ('<c:max val="1.5"/>', '<a:p><a:r/></a:p>', '<c:tx>&lt;b&gt;</c:tx>')
    """
    opening = name + "".join(
        f" {key}={quoteattr(strip_illegal_xml(_build_text(value)))}" for key, value in attributes.items()
    )
    inner = "".join(content)
    return f"<{opening}>{inner}</{name}>" if inner else f"<{opening}/>"


def number(value: float) -> str:
    """A number to its last bit.

    >>> number(0.1 + 0.2), number(3.0), number(1e-9)
    ('0.30000000000000004', '3', '1e-09')
    """
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _build_text(value: str | float) -> str:
    return value if isinstance(value, str) else number(value)


ALIGNED = {"left": PP_ALIGN.LEFT, "centre": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}


@dataclass(frozen=True, slots=True)
class Run:
    """Words that are set alike; size in points."""

    text: str
    size: float
    colour: str = INK
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs in a row, with room above them in points."""

    runs: tuple[Run, ...]
    above: float = 0.0


def add_text(
    slide: PowerPointSlide,
    box: Box,
    paragraphs: Sequence[Paragraph],
    *,
    name: str,
    align: Literal["left", "centre", "right"] = "left",
    middle: bool = False,
    shrinks: bool = False,
) -> Any:
    """Add a box of words under a name by which it can be found again."""
    shape = slide.shapes.add_textbox(Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height))
    shape.name = name
    set_text(shape, paragraphs, align=align, middle=middle, shrinks=shrinks)
    return shape


def set_text(
    shape: Any,
    paragraphs: Sequence[Paragraph],
    *,
    align: Literal["left", "centre", "right"] = "left",
    middle: bool = False,
    shrinks: bool = False,
) -> None:
    """Write paragraphs into a shape, without margins.

    Their letters are as large as the box has room for in our typeface. Where a machine lacks it and takes a
    wider one, those that may shrink do, in place of running over what is below.
    """
    frame = shape.text_frame
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.TEXT_TO_FIT_SHAPE if shrinks else MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP
    for k, paragraph in enumerate(paragraphs):
        placed = frame.add_paragraph() if k else frame.paragraphs[0]
        placed.alignment, placed.space_before = ALIGNED[align], Pt(paragraph.above)
        placed.line_spacing = 1.0
        set_runs(placed, paragraph.runs)


def set_runs(paragraph: Any, runs: Sequence[Run]) -> None:
    """Write runs into a paragraph of python-pptx, which is as high as they are even where they are empty."""
    for one in runs:
        run = paragraph.add_run()
        run.text = _space(one.text)
        font = run.font
        font.size, font.bold, font.name = Pt(one.size), one.bold, FONT
        font.color.rgb = RGBColor.from_string(one.colour)
        font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK
    if runs:
        end = paragraph._p.get_or_add_endParaRPr()
        end.set("lang", "en-GB")
        end.set("sz", str(round(100 * runs[-1].size)))


def describe(shape: Any, alt: str) -> None:
    """Give a picture its description in words."""
    (properties,) = shape.element.xpath("./*/p:cNvPr")
    properties.set("descr", strip_illegal_xml(alt))


def _space(text: str) -> str:
    """One legible line; a space at either end parts the words from those of the next run."""
    before, after = " " * text.startswith(" "), " " * text.endswith(" ")
    return f"{before}{strip_illegal_xml(one_line(text))}{after}"


_REGULAR = {
    222: "'ijl|",
    278: " !,./:;I[\\]ft\u00a0\u202f",
    333: '()-`r{}"*',
    500: "Jcksvxyz^",
    556: "#$0123456789?L_abdeghnopqu\u2013\u2264\u2265",
    584: "+<=>~\u2212\u00d7",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
}
_BOLD = {
    278: " ,./I\\ijl|'\u00a0\u202f",
    333: "!()-:;[]`ft",
    389: "*r{}",
    500: 'z"',
    556: "#$0123456789J_aceksvxy\u2013\u2264\u2265",
    584: "+<=>^~\u2212\u00d7",
    611: "?FLTZbdghnopqu",
    667: "EPSVXY",
    722: "&ABCDHKNRU",
    778: "GOQw",
    833: "M",
    889: "%m",
}
_WIDTHS = {
    bold: {letter: width / 1000 for width, letters in table.items() for letter in letters}
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}
_MAX_LETTER_WIDTH = 1.02
"""Of a letter that is not in the tables, for its height."""
_ROOM = 1.02
"""Programs round letters up to what they can draw."""


def count_lines(runs: Sequence[Run], width: float) -> int:
    """How many lines runs take that stand behind each other, broken at spaces and after hyphens.

    >>> count_lines([Run("Ratio of hazard ratios ", 18), Run("2.53", 21, bold=True)], 290)
    1
    >>> count_lines([Run("difference +15 points (95 % CI +1 to +29)", 18)], 290)
    2
    """
    lines, used, word = 1, 0.0, 0.0
    for run in runs:
        for letter in run.text:
            breadth = _WIDTHS[run.bold].get(letter, _MAX_LETTER_WIDTH) * run.size * _ROOM
            if word + breadth > width:  # a word that is wider than its room is broken anywhere
                lines, used, word = lines + 1, 0.0, 0.0
            word += breadth
            # a space may stand beyond the end of its line, a letter may not
            if used + word > width and letter != " ":
                lines, used = lines + 1, 0.0
            if letter in " -":
                used, word = used + word, 0.0
    return lines
