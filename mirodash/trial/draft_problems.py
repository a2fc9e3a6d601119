"""What a mapping says that cannot be, whatever the file holds: a horizon of 0, limits the wrong way round."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from mirodash.trial.dictionary import why_no_horizon
from mirodash.trial.draft import BiomarkerDraft, Draft, EndpointDraft
from mirodash.trial.problem import Problem


def impossible(draft: Draft) -> Iterator[Problem]:
    """A problem for everything that no dictionary file could say either."""
    for endpoint in draft.endpoints:
        yield from _of_endpoint(endpoint)
    for biomarker in draft.biomarkers:
        yield from _of_biomarker(biomarker)
    names = {
        "endpoint": [endpoint.key for endpoint in draft.endpoints],
        "biomarker": [biomarker.column for biomarker in draft.biomarkers],
        "factor": [factor.column for factor in draft.factors],
    }
    for part, given in names.items():
        for name, count in Counter(given).items():
            if count > 1:
                what = f"The {part} '{name}' is described {count} times; once is enough."
                yield Problem(what, part="time" if part == "endpoint" else part)


def _of_endpoint(endpoint: EndpointDraft) -> Iterator[Problem]:
    what = "" if endpoint.horizon is None else why_no_horizon(endpoint.horizon)
    if what:
        yield Problem(what, columns=(endpoint.time,), part="horizon")


def _of_biomarker(biomarker: BiomarkerDraft) -> Iterator[Problem]:
    own, low, high = (biomarker.column,), biomarker.lower_limit, biomarker.upper_limit
    if not all(math.isfinite(limit) for limit in (low, high) if limit is not None):
        yield Problem("The limits of the assay must be numbers.", columns=own, part="biomarker")
    elif low is not None and high is not None and low >= high:
        what = "The lower limit of the assay must lie below the upper one."
        yield Problem(what, columns=own, part="biomarker")
    if len(set(biomarker.default_thresholds)) > 3:
        what = f"{len(biomarker.default_thresholds)} thresholds are given; at most three can be set."
        yield Problem(what, columns=own, part="biomarker")
