"""Rows of counts under a time axis, such as those at risk, at the positions of its ticks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mirodash.plot.theme import Figure, Theme, format_participants

LETTERS = 11
"""Size of the counts, in pixels."""


def draw_counts_under_axis(
    arms: Iterable[tuple[list[float], Sequence[Sequence[int]]]], theme: Theme
) -> Figure:
    """Draw counts as text at the ticks, on the second y axis: they cannot come out of line with the ticks.

    Parameters
    ----------
    arms : iterable of (list of float, sequence of sequences of int)
        For each arm the positions of its ticks, and its rows of counts, one for each tick. A line is left
        free above each arm for its name; its first row is in the colour of text, the others are quieter.
    theme : Theme
        Colours by meaning.

    Returns
    -------
    dict
        A plotly trace.
    """
    x: list[float] = []
    y: list[float] = []
    text: list[str] = []
    colours: list[str] = []
    for i, (at, rows) in enumerate(arms):
        for j, counts in enumerate(rows):
            x += at
            y += [(len(rows) + 1) * i + 1 + j] * len(at)
            text += map(format_participants, counts)
            colours += [theme.ink if j == 0 else theme.quiet] * len(at)
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "text": text,
        "yaxis": "y2",
        "mode": "text",
        "textfont": {"size": LETTERS, "color": colours},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def draw_row_label(text: str, row: float, colour: str, room: int) -> Figure:
    """Draw the name of a row of counts, or of several lines of them, left of the axis.

    Parameters
    ----------
    text : str
        Safe for plotly: escaped.
    row : float
        Where on the second y axis its middle is.
    colour : str
        Of the letters.
    room : int
        Pixels left of the axis.
    """
    return {
        "text": text,
        "x": 0,
        "xref": "paper",
        "xshift": 1 - room,
        "xanchor": "left",
        "y": row,
        "yref": "y2",
        "yanchor": "middle",
        "showarrow": False,
        "align": "left",
        "font": {"size": LETTERS, "color": colour},
    }
