"""The file of numbers says who made it and when, and changes nothing of the analysis."""

from __future__ import annotations

import json
from datetime import date

from mirodash import __version__
from mirodash.export.analysis_json import analysis_json, encode_numbers
from mirodash.questions.report import analyze
from mirodash.questions.subgroup_credibility import count_views
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample


def test_the_analysis_is_followed_by_looks_and_who_made_it():
    trial, chosen = sample("mirocals"), Selection(thresholds=(1000.0,))
    seen = count_views(trial, chosen, {trial.id: ["threshold=2000"]})
    told = encode_numbers(trial, chosen, looked=seen, on=date(2026, 11, 22))
    assert told.pop("made") == {"program": "MiroDash", "version": __version__, "date": "2026-11-22"}
    assert told.pop("looks")["selections"] == 2
    assert told == analysis_json(analyze(trial, chosen))
    json.dumps(told, allow_nan=False)
