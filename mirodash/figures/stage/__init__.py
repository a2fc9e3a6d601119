"""Pictures for a room: one of a view's answers drawn so that the back row can read it."""

from __future__ import annotations

from mirodash.analysis.pictured import EffectPicture, ForestPicture, Pictured, SearchPicture, SurvivalPicture
from mirodash.figures.stage.effect import effect
from mirodash.figures.stage.forest import forest
from mirodash.figures.stage.frame import stage_theme
from mirodash.figures.stage.search import search
from mirodash.figures.stage.survival import survival
from mirodash.figures.theme import Figure, Theme
from mirodash.wording.arms import ArmNames

__all__ = ["stage_figure"]


def stage_figure(answer: Pictured, *, names: ArmNames, theme: Theme) -> Figure:
    """Draw what one slide is about, for a slide of 960 by 540 px.

    Parameters
    ----------
    answer : Pictured
        See `mirodash.analysis.pictured`.
    names : ArmNames
        What the arms are called.
    theme : Theme
        Light or dark; letters get more contrast here than on a page.

    Returns
    -------
    dict
        A plotly figure with its own width and height; empty where there is nothing to draw.
    """
    colours = stage_theme(theme)
    if isinstance(answer, SurvivalPicture):
        return survival(answer, names, colours)
    if isinstance(answer, EffectPicture):
        return effect(answer, names, colours)
    if isinstance(answer, SearchPicture):
        return search(answer, names, colours)
    if isinstance(answer, ForestPicture):
        return forest(answer, names, colours)
    return {"data": [], "layout": {}}
