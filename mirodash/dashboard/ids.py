"""Every id on the page, as constants: ``<area>-<thing>[-<part>]``."""

from __future__ import annotations

from dash import ALL

from mirodash.stratification.selection import MAX_THRESHOLDS

PROVIDER = "shell-provider"
STATUS = "shell-status"
THEME = "shell-theme"
THEME_TOGGLE = "shell-theme-toggle"
NOTICE = "shell-notice"

VISIT = "address-visit"
ADDRESS = "address-read"
FIRST_TRIAL = "address-first-trial"

TRIAL = "header-trial"
BADGE = "header-badge"
COPY_LINK = "header-copy-link"
COPY_SAID = "header-copy-said"
EXPORT_NUMBERS = "header-export-numbers"
EXPORT_FILE = "header-export-file"
PRINT = "header-print"
PRINTED = "header-printed"

PAGE = "page-content"
ESTIMAND = "page-estimand"
BANNER = "page-banner"

SELECTION = "selection-query"
SELECTION_SETTLED = "selection-settled"
POPULATION = "selection-population"
STOPS = "selection-stops"
WORDS_OF_SELECTION = "words-of-selection"
WORDS_OF_POPULATION = "words-of-population"
HANDLES_PLACED = "handles-placed"
TABLES = "words-tables"
TABLES_SHOWN = "words-tables-shown"
VIEW = "selection-view"

HISTOGRAM = "rail-histogram"
HISTOGRAM_SAID = "rail-histogram-said"
THRESHOLD_COUNT = "rail-threshold-count"
HORIZON = "rail-horizon"
UNIT = "rail-unit"
TREATED = "rail-treated"
CONTROL = "rail-control"
STRATA = "rail-strata"
RESET = "rail-reset"

THRESHOLD_SLOTS = tuple(range(1, MAX_THRESHOLDS + 1))


def threshold_row(slot: int) -> str:
    """The row of one threshold."""
    return f"rail-threshold-{slot}"


def threshold_slider(slot: int) -> str:
    """The slider of one threshold."""
    return f"rail-threshold-{slot}-slider"


def threshold_box(slot: int) -> str:
    """The number box of one threshold."""
    return f"rail-threshold-{slot}-box"


def chosen(control: str, key: str) -> dict[str, str]:
    """One of the controls that differ from trial to trial: a site, a level, a preset."""
    return {"control": control, "key": key}


def every(control: str) -> dict[str, object]:
    """All controls of that kind."""
    return {"control": control, "key": ALL}


def handle(slot: int) -> str:
    """The handle of one threshold on the effect curve."""
    return f"handle-threshold-{slot}"


def panel(key: str, part: str = "") -> str:
    """A panel, or a part of it: head, figure, plot, body, tables."""
    return f"panel-{key}-{part}" if part else f"panel-{key}"
