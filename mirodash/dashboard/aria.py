"""Names and relations for screen readers, as keyword arguments of components."""

from __future__ import annotations

from typing import Any


def aria(**attributes: str) -> dict[str, Any]:
    """``aria(label="Sites")`` is ``{"aria-label": "Sites"}``, to be unpacked into a component."""
    return {f"aria-{name}": value for name, value in attributes.items()}
