"""Names for screen readers and marks for scripts, as keyword arguments of components."""

from __future__ import annotations

from typing import Any


def aria(**attributes: str) -> dict[str, Any]:
    """``aria(label="Sites")`` is ``{"aria-label": "Sites"}``, to be unpacked into a component."""
    return {f"aria-{name}": value for name, value in attributes.items()}


def data(**attributes: str) -> dict[str, Any]:
    """``data(first_trial="x")`` is ``{"data-first-trial": "x"}``, read by the scripts in ``assets``."""
    return {f"data-{name.replace('_', '-')}": value for name, value in attributes.items()}
