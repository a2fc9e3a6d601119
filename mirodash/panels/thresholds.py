"""The questions of the Thresholds page, in the order in which they stand."""

from __future__ import annotations

from typing import Any

from mirodash.panels.best_thresholds import BEST_THRESHOLDS
from mirodash.panels.effect_in_windows import SLIDING_WINDOWS, TAIL_WINDOWS
from mirodash.panels.effect_simultaneous import EFFECT_SIMULTANEOUS
from mirodash.panels.interaction_statistic import INTERACTION_STATISTIC
from mirodash.panels.panel import Panel, SteppedPanel
from mirodash.panels.searched import SEARCHED
from mirodash.panels.threshold_scan import THRESHOLD_SCAN

PANELS: tuple[Panel[Any] | SteppedPanel[Any], ...] = (
    THRESHOLD_SCAN,
    SEARCHED,
    INTERACTION_STATISTIC,
    BEST_THRESHOLDS,
    EFFECT_SIMULTANEOUS,
    SLIDING_WINDOWS,
    TAIL_WINDOWS,
)
"""Pictures first of what shows, then of how far to trust it, then without any threshold."""
