"""Verdict on effect modification: how far several tests together support that an effect has a modifier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ALPHA = 0.05
"""Of every test that the verdict rests on."""

Level = Literal["not estimable", "not established", "inconclusive", "suggestive", "consistent"]
LEVELS: tuple[Level, ...] = ("not estimable", "not established", "inconclusive", "suggestive", "consistent")
"""From the weakest to the strongest."""

Confirmation = Literal["search", "declared", "pending", "left out", "impossible"]
"""What a threshold is tested by: the search over all of them, or by itself where it was declared. The search
may still be computed, be left out among very many participants, or be impossible among very few."""


@dataclass(frozen=True, slots=True)
class ModificationEvidence:
    """The tests behind a verdict, in the order in which they count.

    Attributes
    ----------
    whole_range : float or None
        p-value of treatment × biomarker over the whole range, without any threshold; corrected for the choice
        of the biomarker where it was chosen. None where it cannot be estimated.
    confirmed_by : str
        Which test of a threshold stands beside it.
    threshold : float or None
        The p-value of that test: corrected for the search, or a declared threshold's own.
    constant_fits : bool or None
        Whether one hazard ratio for everybody fits into the simultaneous band of the effect curve; None where
        there is no band.
    """

    whole_range: float | None
    confirmed_by: Confirmation
    threshold: float | None
    constant_fits: bool | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far to believe that the effect depends on the biomarker.

    ``reasons`` are codes, in the order of the evidence: ``whole range`` or ``no whole range``; ``threshold``,
    ``no threshold``, ``pending``, ``left out`` or ``impossible``; ``no constant`` or ``constant``.
    """

    level: Level
    reasons: tuple[str, ...]

    @property
    def is_suggestive(self) -> bool:
        """Whether the verdict is "suggestive" or more."""
        return LEVELS.index(self.level) >= LEVELS.index("suggestive")


def judge_effect_modification(evidence: ModificationEvidence) -> Verdict:
    """Reconcile the tests by a fixed table, in which no single test is enough for "suggestive".

    ====================  =====================  ===================  ===============
    whole range           threshold, corrected   constant effect      verdict
    ====================  =====================  ===================  ===============
    not estimable         any                    any                  not estimable
    p >= 0.05             p >= 0.05, or none     any                  not established
    p >= 0.05             p < 0.05               any                  inconclusive
    p < 0.05              p >= 0.05, or none     any                  inconclusive
    p < 0.05              p < 0.05               fits, or no band     suggestive
    p < 0.05              p < 0.05               does not fit         consistent
    ====================  =====================  ===================  ===============

    The whole range comes first, as it needs no threshold. Two tests that must both be significant are so
    together in fewer trials than either alone: on trials in which the effect does not depend on the biomarker
    "suggestive" or more is said in fewer than 5 %; ``benchmarks/calibration.py`` measures it.

    Examples
    --------
    >>> judge_effect_modification(ModificationEvidence(0.009, "search", 0.035, constant_fits=True)).level
    'suggestive'
    >>> judge_effect_modification(ModificationEvidence(0.009, "pending", None, constant_fits=None)).level
    'inconclusive'
    """
    if evidence.whole_range is None:
        return Verdict("not estimable", ())
    along = evidence.whole_range < ALPHA
    confirmed = evidence.threshold is not None and evidence.threshold < ALPHA
    band = {None: (), True: ("constant",), False: ("no constant",)}[evidence.constant_fits]
    reasons = (
        "whole range" if along else "no whole range",
        _describe_confirmation(evidence, confirmed=confirmed),
        *band,
    )
    if along and confirmed:
        return Verdict("consistent" if evidence.constant_fits is False else "suggestive", reasons)
    return Verdict("inconclusive" if along or confirmed else "not established", reasons)


def _describe_confirmation(evidence: ModificationEvidence, *, confirmed: bool) -> str:
    if evidence.threshold is None:
        return "impossible" if evidence.confirmed_by in ("search", "declared") else evidence.confirmed_by
    return "threshold" if confirmed else "no threshold"
