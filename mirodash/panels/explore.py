"""The questions of the Explore page, in the order in which they stand."""

from __future__ import annotations

from typing import Any

from mirodash.panels.differing import DIFFERING
from mirodash.panels.effect_by_biomarker import EFFECT_BY_BIOMARKER
from mirodash.panels.flow import FLOW
from mirodash.panels.panel import Panel
from mirodash.panels.survival import SURVIVAL

PANELS: tuple[Panel[Any], ...] = (EFFECT_BY_BIOMARKER, DIFFERING, *SURVIVAL, FLOW)
