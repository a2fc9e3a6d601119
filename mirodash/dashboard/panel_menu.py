"""The menu of what a reader takes from one panel: its picture in the size of a slide or a journal, its table.

The menu itself is written once by ``assets/panel_menu.js``, and a panel has one button that opens it:
every component of a page slows every move of a slider.
"""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from mirodash.dashboard import ids
from mirodash.dashboard.aria import aria, data

ASKED = "panel-menu-asked"
"""What was chosen: the panel's key, and ``picture`` or ``table``."""
TAKEN = "panel-menu-taken"
GIVEN = "data-taken"
"""Where the answer arrives as JSON: an attribute that ``assets/pictures.js`` watches."""
HISTOGRAM = "histogram"
SUBGROUPS = "subgroups"


def menu_button(key: str, *, pictured: bool, tabled: bool = True) -> Component:
    """The button of one panel; ``pictured`` and ``tabled`` tell what it has to give."""
    gives = " ".join(["picture"] * pictured + ["table"] * tabled)
    return html.Button(
        "⋯",
        id=ids.panel(key, "menu"),
        type="button",
        className="panel-menu",
        title="Take away",
        **aria(label="Take away this panel", haspopup="menu", expanded="false"),
        **data(key=key, gives=gives),
    )


def carriers() -> list[Component]:
    """What must be on a page for its panels to be asked for anything."""
    return [dcc.Store(id=ASKED), html.Div(id=TAKEN, hidden=True)]
