"""The axis of a biomarker, with few and neat ticks, the same wherever the biomarker is shown."""

from __future__ import annotations

from mirodash.disclosure.curve_values import BiomarkerSpan
from mirodash.figures.text import escaped
from mirodash.figures.theme import Figure, Theme, axis
from mirodash.text.ticks import biomarker_ticks


def biomarker_axis(span: BiomarkerSpan, theme: Theme) -> Figure:
    """A linear axis in the span's own positions, labelled with values of the biomarker."""
    ticks = biomarker_ticks(span)
    return axis(
        theme,
        range=[span.position(span.low), span.position(span.high)],
        tickmode="array",
        tickvals=[span.position(tick) for tick, _ in ticks],
        ticktext=[text for _, text in ticks],
        ticks="outside",
        showline=True,
        tickangle=0,
    )


def titled_biomarker_axis(span: BiomarkerSpan, theme: Theme) -> Figure:
    """The same axis with the biomarker's name and unit under it."""
    biomarker = span.biomarker
    name = f"{biomarker.label}, {biomarker.unit}" if biomarker.unit else biomarker.label
    title = {"text": escaped(name), "font": {"size": 11.5, "color": theme.quiet}, "standoff": 6}
    return biomarker_axis(span, theme) | {"title": title}
