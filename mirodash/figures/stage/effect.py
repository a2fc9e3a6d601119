"""The treatment effect along the biomarker for a room: one curve, its band, no effect, the thresholds."""

from __future__ import annotations

from mirodash.analysis.pictured import EffectPicture
from mirodash.figures.effect_curve import pointwise_band
from mirodash.figures.hazard_ratio_axis import drawable, free_edge
from mirodash.figures.stage.along import along_layout
from mirodash.figures.stage.frame import CURVE
from mirodash.figures.theme import Figure, Theme
from mirodash.survival.results import NotEstimable
from mirodash.wording.arms import ArmNames
from mirodash.wording.ratio_ticks import reach_of


def effect(answer: EffectPicture, names: ArmNames, theme: Theme) -> Figure:
    """Draw the hazard ratio against the biomarker."""
    curve, span = answer.effect.curve, answer.span
    if isinstance(curve, NotEstimable):
        return {"data": [], "layout": {}}
    x = [span.position(value) for value in curve.biomarker.tolist()]
    line = {
        "type": "scatter",
        "x": x,
        "y": drawable(curve.hazard_ratio),
        "mode": "lines",
        "line": {"color": theme.accent, "width": CURVE},
        "hoverinfo": "skip",
    }
    layout = along_layout(
        span,
        answer.thresholds,
        reach=reach_of(curve.hazard_ratio),
        names=names,
        theme=theme,
        side=free_edge(x, span),
    )
    return {"data": [pointwise_band(x, curve, theme), line], "layout": layout}
