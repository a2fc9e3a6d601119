"""The numbers of a view as a page gives them away: with how much was looked at, by which program and when."""

from __future__ import annotations

from datetime import date
from typing import Any

from mirodash import __version__
from mirodash.export.analysis_json import analysis_json
from mirodash.export.search_json import looks_json
from mirodash.questions.report import analyze
from mirodash.questions.subgroup_credibility import Looks
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial

Json = dict[str, Any]


def numbers_json(trial: Trial, selection: Selection, *, looked: Looks, on: date) -> Json:
    """The analysis as `analysis_json` has it, and what belongs to the browser and the day.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    return {
        **analysis_json(analyze(trial, selection)),
        "looks": looks_json(looked),
        "made": {"program": "MiroDash", "version": __version__, "date": on.isoformat()},
    }
