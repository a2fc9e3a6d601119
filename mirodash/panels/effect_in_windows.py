"""Whether the effect changes from window to window of participants along the biomarker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mirodash.analysis.effect_in_windows import SHARES
from mirodash.analysis.effect_in_windows import effect_in_windows as found_in_windows
from mirodash.analysis.time_units import converted
from mirodash.disclosure.curve_values import BiomarkerSpan, biomarker_span
from mirodash.errors import CannotComputeError
from mirodash.figures.effect_curve import MARGIN
from mirodash.figures.effect_in_windows import HEIGHT, effect_in_windows
from mirodash.figures.theme import Figure, Theme
from mirodash.panels.panel import SteppedPanel, among_few_enough
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import asked_endpoint, settled
from mirodash.survival.results import Design, EffectInWindows, NotEstimable
from mirodash.trial.dictionary import Endpoint
from mirodash.trial.trial import Trial
from mirodash.wording.arms import ArmNames, arm_names
from mirodash.wording.effect_in_windows import effect_in_windows as told_of_windows
from mirodash.wording.effect_in_windows import title
from mirodash.wording.explanation import Explanation
from mirodash.wording.numbers import duration


@dataclass(frozen=True, eq=False, slots=True)
class WindowsView:
    """The windows of one design, or why there are none, and what is needed to name and place them."""

    found: EffectInWindows | NotEstimable
    design: Design
    span: BiomarkerSpan
    names: ArmNames
    endpoint: Endpoint
    horizon: str
    confidence: float


def windows_panel(design: Design) -> SteppedPanel[WindowsView]:
    """The panel of one design of windows; the arms are drawn anew for it some thousand times."""

    def compute(trial: Trial, selection: Selection, step: int) -> WindowsView | None:
        chosen, span = settled(trial, selection), biomarker_span(trial, selection)
        if span is None:
            return None
        endpoint, horizon = asked_endpoint(trial, selection)
        return WindowsView(
            _with_something_known(found_in_windows(trial, selection, design, share=step)),
            design,
            span,
            arm_names(trial, selection),
            endpoint,
            duration(converted(horizon, endpoint.unit, chosen.unit), chosen.unit),
            chosen.confidence,
        )

    return SteppedPanel(
        f"windows-{design}",
        SHARES,
        among_few_enough(compute, "The effect in windows along the biomarker"),
        _explain,
        _draw,
        HEIGHT,
        moves_with_thresholds=False,
        along_biomarker=MARGIN,
    )


def _with_something_known(found: EffectInWindows | NotEstimable) -> EffectInWindows | NotEstimable:
    if isinstance(found, NotEstimable) or np.isfinite(found.hazard_ratio).any():
        return found
    return NotEstimable("In no window can the hazard ratio be estimated.")


def _explain(answer: WindowsView) -> Explanation:
    biomarker = answer.span.biomarker
    if isinstance(answer.found, NotEstimable):
        return Explanation(title(answer.design, biomarker), "", "")
    return told_of_windows(
        biomarker,
        answer.found,
        endpoint=answer.endpoint,
        horizon=answer.horizon,
        confidence=answer.confidence,
    )


def _draw(answer: WindowsView, theme: Theme) -> Figure:
    if isinstance(answer.found, NotEstimable):
        raise CannotComputeError(answer.found.why)
    return effect_in_windows(
        answer.span, answer.found, names=answer.names, theme=theme, confidence=answer.confidence
    )


SLIDING_WINDOWS, TAIL_WINDOWS = windows_panel("sliding"), windows_panel("tail")
