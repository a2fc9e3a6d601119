"""Standardised survival as two steps with bands, in front of thin lines for what was observed."""

from __future__ import annotations

import numpy as np

from mirodash.analysis.step_lines import CARD, Steps, drawn, every_step, outline
from mirodash.analysis.survival_by_group import SurvivalByGroup
from mirodash.figures.arm_curve import arm_band, arm_lines
from mirodash.figures.text import escaped
from mirodash.figures.theme import ArmStyle, Figure
from mirodash.survival.adjusted import StandardisedCurve, StandardisedSurvival
from mirodash.survival.results import ArmSummary
from mirodash.wording.numbers import confidence_level, percents

Arms = list[tuple[str, ArmSummary, ArmStyle]]
"""Name, numbers and style of each arm, treated first."""


def standardised_lines(
    arms: Arms, standardised: StandardisedSurvival, result: SurvivalByGroup, scale: float
) -> list[Figure]:
    """Bands, then Kaplan–Meier's thin lines, then the standardised curves on top.

    Parameters
    ----------
    arms : list of (name, ArmSummary, ArmStyle)
        Treated first.
    standardised : StandardisedSurvival
    result : SurvivalByGroup
        The whole view: horizon, endpoint and confidence.
    scale : float
        What a time of the file is multiplied by to be in the reader's unit.
    """
    lines = [
        (name, style, _corners(curve, result.horizon))
        for (name, _, style), curve in zip(arms, (standardised.treated, standardised.control), strict=True)
    ]
    data = [arm_band(*outline(line, CARD), style, scale) for _, style, line in lines]
    data += [_observed(arm, style, result.horizon, scale) for _, arm, style in arms]
    for name, style, line in lines:
        shown = drawn(line, CARD)
        told = line.only(shown.told)
        data += arm_lines(name, shown, told, _hover(told, result), style, unit=result.unit, scale=scale)
    return data


def _corners(curve: StandardisedCurve, horizon: float) -> Steps:
    last = np.array([horizon])
    return Steps(
        time=np.concatenate((curve.time, last)),
        estimate=np.append(curve.estimate, curve.estimate[-1]),
        lower=np.append(curve.lower, curve.lower[-1]),
        upper=np.append(curve.upper, curve.upper[-1]),
        at_risk=np.zeros(curve.time.size + 1, dtype=np.int64),
    )


def _observed(arm: ArmSummary, style: ArmStyle, horizon: float, scale: float) -> Figure:
    line = drawn(every_step(arm.curve, horizon), CARD)
    return {
        "type": "scatter",
        "x": (line.time * scale).tolist(),
        "y": line.height.tolist(),
        "mode": "lines",
        "line": {"color": style.line, "width": 1, "dash": style.dash, "shape": line.shape},
        "opacity": 0.55,
        "hoverinfo": "skip",
    }


def _hover(line: Steps, result: SurvivalByGroup) -> list[str]:
    free, level = escaped(result.endpoint.event_free), confidence_level(result.confidence)
    texts = (percents(values.tolist()) for values in (line.estimate, line.lower, line.upper))
    return [
        f"{share} {free}, standardised{'' if unknown else f' ({level} {low} to {high})'}"
        for share, low, high, unknown in zip(*texts, np.isnan(line.lower).tolist(), strict=True)
    ]
