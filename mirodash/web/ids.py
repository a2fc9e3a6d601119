"""Ids of all components on the pages, as constants: ``<area>-<thing>[-<part>]``."""

from __future__ import annotations

from dash import ALL

from mirodash.stratification.selection import MAX_THRESHOLDS

OPENED = "data-opened"
ASKED = "data-asked"
ANSWERED = "data-answered"
ANSWER_SHOWN = "data-answer-shown"
ORDERED = "data-ordered"
DONE = "data-done"
DONE_SHOWN = "data-done-shown"

DROP = "data-drop"
FILE_PLACE = "data-file-place"
PROMISE = "data-promise"
PROGRESS = "data-progress"
SAID = "data-said"
REFUSED = "data-refused"
TEMPLATE_CSV = "data-template-csv"
TEMPLATE_TOML = "data-template-toml"

OWN = "data-own"
FORGET = "data-forget"
MAPPING = "data-mapping"
LOADED = "data-loaded"


PROVIDER = "shell-provider"
STATUS = "shell-status"
THEME = "shell-theme"
HELP = "shell-help"
THRESHOLD_NOTE = "rail-threshold-note"
"""Where it is said that a threshold parts nobody from anybody."""
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
HANDLES_PLACED = "handles-placed"
STEPS_STARTED = "steps-started"
PACK_WANTED = "pack-wanted"
PACK = "pack"
VIEW = "selection-view"

LOOKS = "looks-seen"
LOOKS_COUNTED = "looks-counted"
LOOKS_SAID = "looks-said"

HISTOGRAM = "rail-histogram"
HISTOGRAM_SAID = "rail-histogram-said"
THRESHOLD_COUNT = "rail-threshold-count"
HORIZON = "rail-horizon"
UNIT = "rail-unit"
TREATED = "rail-treated"
CONTROL = "rail-control"
STRATA = "rail-strata"
ADJUST = "rail-adjust"
CURVES = "rail-curves"
EQUAL_ABOVE = "rail-equal-above"
DEFAULT_STRATA = "rail-default-strata"
LANDMARKS = "rail-landmarks"
STATISTICS = "rail-statistics"
UP_TO_HORIZON = "rail-up-to-horizon"
DECLARED = "rail-declared"
RESET = "rail-reset"

THRESHOLD_SLOTS = tuple(range(1, MAX_THRESHOLDS + 1))


def words_of(page: str, follows: str) -> str:
    """Where the words of a page's panels arrive that follow the selection, or the population alone."""
    return f"words-of-{page}-{follows}"


def tables_of(page: str) -> str:
    """Where the tables behind a page's pictures arrive."""
    return f"tables-of-{page}"


def tables_shown(page: str) -> str:
    """When they were last written."""
    return f"tables-of-{page}-shown"


def threshold_row(slot: int) -> str:
    """The row of one threshold."""
    return f"rail-threshold-{slot}"


def threshold_slider(slot: int) -> str:
    """The slider of one threshold."""
    return f"rail-threshold-{slot}-slider"


def threshold_box(slot: int) -> str:
    """The number box of one threshold."""
    return f"rail-threshold-{slot}-box"


def identify_choice(control: str, key: str) -> dict[str, str]:
    """One of the controls that differ from trial to trial: a site, a level, a preset."""
    return {"control": control, "key": key}


def match_all(control: str) -> dict[str, object]:
    """All controls of that kind."""
    return {"control": control, "key": ALL}


def panel(key: str, part: str = "") -> str:
    """A panel, or a part of it: head, figure, body, tables; step and words of one that takes steps."""
    return f"panel-{key}-{part}" if part else f"panel-{key}"
