"""How surprising a trial is beside trials in which arms were dealt anew and chance alone was at work."""

from __future__ import annotations

import numpy as np

from mirodash.survival.results import Numbers

ROUNDING = 1e-9  # a resample may be the trial itself, and must then not fall short of it by rounding


def adjusted_p(score: Numbers, maxima: Numbers) -> Numbers:
    """How often chance alone finds a threshold at least as impressive, for each score; NaN for NaN.

    ``(1 + resamples with a maximum >= |score|) / (1 + resamples)``: the trial counts as one of them, so
    that the p-value is never 0 and the test never too liberal for a small number of resamples.

    Source: Phipson and Smyth, Stat Appl Genet Mol Biol 9 (2010) 39.
    """
    ordered = np.sort(maxima)
    short = ordered.searchsorted(np.abs(score) * (1 - ROUNDING), side="left")
    p = (1 + ordered.size - short) / (1 + ordered.size)
    return np.where(np.isnan(score), np.nan, p)


def most_impressive(score: Numbers) -> int | None:
    """Which of the scores (thresholds,) is farthest from 0, to either side; None when all are NaN."""
    size = np.abs(score)
    return None if np.isnan(size).all() else int(np.nanargmax(size))


def envelope(maxima: Numbers, confidence: float = 0.95) -> float | None:
    """What ``|score|`` must exceed for an adjusted p of at most ``1 - confidence``; None when nothing can."""
    allowed = int(np.floor((1 - confidence) * (maxima.size + 1) + ROUNDING))
    return float(np.sort(maxima)[-allowed]) if 0 < allowed <= maxima.size else None
