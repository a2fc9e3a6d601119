"""Contrast of two colours as the Web Content Accessibility Guidelines define it (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re

Colour = tuple[float, float, float]


def colour(text: str, ground: str = "#ffffff") -> Colour:
    """Return red, green and blue between 0 and 1; what is see-through is laid on the ground first."""
    if text.startswith("#"):
        return tuple(int(text[k : k + 2], 16) / 255 for k in (1, 3, 5))  # type: ignore[return-value]
    numbers = [float(n) for n in re.findall(r"[\d.]+", text)]
    share = numbers[3] if len(numbers) > 3 else 1.0
    under = colour(ground)
    return tuple(share * n / 255 + (1 - share) * u for n, u in zip(numbers[:3], under, strict=True))  # type: ignore[return-value]


def luminance(shown: Colour) -> float:
    """Return the relative luminance."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shown)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, *, ground: str = "#ffffff") -> float:
    """Return the contrast ratio, from 1 to 21."""
    high, low = sorted((luminance(colour(one, ground)), luminance(colour(other, ground))), reverse=True)
    return (high + 0.05) / (low + 0.05)
