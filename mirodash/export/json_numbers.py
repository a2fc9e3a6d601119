"""Numbers as JSON can say them."""

from __future__ import annotations

import math


def json_number(value: float | None) -> float | None:
    """A plain float, or None for what no JSON number can say."""
    return None if value is None or not math.isfinite(value) else float(value)
