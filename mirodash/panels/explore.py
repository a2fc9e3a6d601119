"""The questions of the Explore page, in the order in which they stand."""

from __future__ import annotations

from typing import Any

from mirodash.panels.adjusted import ADJUSTED
from mirodash.panels.differing import DIFFERING
from mirodash.panels.effect_by_biomarker import EFFECT_BY_BIOMARKER
from mirodash.panels.flow import FLOW
from mirodash.panels.hazard_ratio_over_time import HAZARD_RATIO_OVER_TIME
from mirodash.panels.panel import Panel, SteppedPanel
from mirodash.panels.prognosis import PROGNOSIS
from mirodash.panels.searched import SEARCHED
from mirodash.panels.survival import SURVIVAL

PANELS: tuple[Panel[Any], ...] = (EFFECT_BY_BIOMARKER, DIFFERING, *SURVIVAL, FLOW)
"""Those that follow a drag."""

IN_STEPS: tuple[SteppedPanel[Any], ...] = (SEARCHED, ADJUSTED, PROGNOSIS, HAZARD_RATIO_OVER_TIME)
"""Those that are answered once the reader pauses."""
