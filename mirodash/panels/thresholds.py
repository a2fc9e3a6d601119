"""The questions of the Thresholds page."""

from __future__ import annotations

from typing import Any

from mirodash.panels.panel import Panel, SteppedPanel

PANELS: tuple[Panel[Any] | SteppedPanel[Any], ...] = ()
