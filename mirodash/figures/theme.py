"""Colours by meaning, in light and in dark: an arm looks the same wherever it appears."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Figure = dict[str, Any]
"""A plotly figure as plain lists and dictionaries: three to five times faster to send than an object."""

ThemeName = Literal["light", "dark"]

FONT = "Inter Variable, Inter, system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class ArmStyle:
    """How one arm is drawn: colour and line style, so that either alone is enough.

    ``text`` is the line's colour, darker where letters need more contrast than lines do.
    """

    line: str
    text: str
    band: str
    bar: str
    dash: Literal["solid", "dash"]


@dataclass(frozen=True, slots=True)
class Theme:
    """Every colour of a figure, named after what it means."""

    ink: str
    quiet: str
    grid: str
    axis: str
    ground: str
    veil: str
    accent: str
    accent_band: str
    quiet_band: str
    on_accent: str
    treated: ArmStyle
    control: ArmStyle


LIGHT = Theme(
    ink="#16181d",
    quiet="#5a6270",
    grid="#eceef1",
    axis="#b9bfc8",
    ground="#ffffff",
    veil="rgba(255, 255, 255, 0.75)",
    accent="#4a3f9f",
    accent_band="rgba(74, 63, 159, 0.14)",
    quiet_band="rgba(90, 98, 112, 0.14)",
    on_accent="#ffffff",
    treated=ArmStyle("#0072B2", "#0072B2", "rgba(0, 114, 178, 0.13)", "#0072B2", "solid"),
    control=ArmStyle("#D55E00", "#B85100", "rgba(213, 94, 0, 0.13)", "#D55E00", "dash"),
)
DARK = Theme(
    ink="#eceef2",
    quiet="#a2aab8",
    grid="#272b33",
    axis="#4d5562",
    ground="#121419",
    veil="rgba(18, 20, 25, 0.75)",
    accent="#b3acf5",
    accent_band="rgba(179, 172, 245, 0.18)",
    quiet_band="rgba(162, 170, 184, 0.16)",
    on_accent="#16181d",
    treated=ArmStyle("#58aee6", "#58aee6", "rgba(88, 174, 230, 0.18)", "#3f93cc", "solid"),
    control=ArmStyle("#ff8b45", "#ff8b45", "rgba(255, 139, 69, 0.16)", "#d96f2c", "dash"),
)


def theme_named(name: str) -> Theme:
    """The theme of that name; anything but ``dark`` is light."""
    return DARK if name == "dark" else LIGHT


def base_layout(theme: Theme, *, height: int, margin: tuple[int, int, int, int]) -> Figure:
    """What all figures share; ``margin`` is left, right, top, bottom in pixels."""
    left, right, top, bottom = margin
    return {
        "height": height,
        "margin": {"l": left, "r": right, "t": top, "b": bottom, "pad": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": theme.ink},
        "showlegend": False,
        "hoverlabel": {
            "bgcolor": theme.ground,
            "bordercolor": theme.axis,
            "font": {"family": FONT, "size": 12, "color": theme.ink},
            "align": "left",
        },
        "dragmode": False,
    }


def axis(theme: Theme, **changes: Any) -> Figure:
    """A quiet axis that cannot be zoomed by accident; ``changes`` are plotly's own keys."""
    return {
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "linecolor": theme.axis,
        "tickcolor": theme.axis,
        "tickfont": {"size": 11.5, "color": theme.quiet},
        "ticklen": 4,
        **changes,
    }
