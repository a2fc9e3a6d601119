"""The effect along the biomarker with a band for the curve as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.analysis.simultaneous_band import simultaneous_band
from mirodash.errors import CannotComputeError
from mirodash.figures.effect_curve import HEIGHT, MARGIN
from mirodash.figures.theme import Figure, Theme
from mirodash.panels.effect_by_biomarker import EFFECT_BY_BIOMARKER, EffectView, drawn
from mirodash.panels.panel import Panel
from mirodash.stratification.selection import Selection
from mirodash.survival.results import NotEstimable, SimultaneousBand
from mirodash.trial.trial import Trial
from mirodash.wording.explanation import Explanation
from mirodash.wording.simultaneous_band import curve_with_band


@dataclass(frozen=True, eq=False, slots=True)
class BandView:
    """The curve with everything that Explore shows of it, and its wider band."""

    effect: EffectView
    band: SimultaneousBand | NotEstimable


def _compute(trial: Trial, selection: Selection) -> BandView | None:
    effect = EFFECT_BY_BIOMARKER.compute(trial, selection)
    return None if effect is None else BandView(effect, simultaneous_band(trial, selection))


def _explain(answer: BandView) -> Explanation:
    told, effect = EFFECT_BY_BIOMARKER.explain(answer.effect), answer.effect.effect
    if (
        effect.biomarker is None
        or isinstance(effect.curve, NotEstimable)
        or isinstance(answer.band, NotEstimable)
    ):
        return told
    return curve_with_band(told, effect.biomarker, effect.curve, answer.band, effect.confidence)


def _draw(answer: BandView, theme: Theme) -> Figure:
    if isinstance(answer.band, NotEstimable):
        raise CannotComputeError(answer.band.why)
    return drawn(answer.effect, theme, simultaneous=answer.band)


EFFECT_SIMULTANEOUS = Panel(
    "effect-simultaneous",
    _compute,
    _explain,
    _draw,
    HEIGHT,
    moves_with_thresholds=False,
    along_biomarker=MARGIN,
)
