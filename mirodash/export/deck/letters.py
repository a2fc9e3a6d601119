"""How wide words are in Arial, so that numbers can be as large as the room beside a picture allows."""

from __future__ import annotations

from collections.abc import Sequence

from mirodash.export.deck.texts import Run

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
_WIDEST = 1.02
"""Of a letter that is not in the tables, for its height."""
_ROOM = 1.02
"""Programs round letters up to what they can draw."""


def lines_set(runs: Sequence[Run], width: float) -> int:
    """How many lines runs take that stand behind each other, broken at spaces and after hyphens.

    >>> lines_set([Run("Ratio of hazard ratios ", 18), Run("2.53", 21, bold=True)], 290)
    1
    >>> lines_set([Run("difference +15 points (95 % CI +1 to +29)", 18)], 290)
    2
    """
    lines, used, word = 1, 0.0, 0.0
    for run in runs:
        for letter in run.text:
            breadth = _WIDTHS[run.bold].get(letter, _WIDEST) * run.size * _ROOM
            if word + breadth > width:  # a word that is wider than its room is broken anywhere
                lines, used, word = lines + 1, 0.0, 0.0
            word += breadth
            # a space may stand beyond the end of its line, a letter may not
            if used + word > width and letter != " ":
                lines, used = lines + 1, 0.0
            if letter in " -":
                used, word = used + word, 0.0
    return lines
