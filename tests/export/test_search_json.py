"""A declaration and a search travel with the numbers, and say what they are about."""

from __future__ import annotations

import json

from mirodash.export.analysis_json import analysis_json, encode_looks
from mirodash.questions.report import MAX_SEARCHED, analyze
from mirodash.questions.subgroup_credibility import count_views
from mirodash.questions.thresholds.threshold_scan import search_thresholds
from mirodash.stratification.selection import Selection
from mirodash.survival.results import ThresholdScan
from mirodash.trial.store import sample
from tests.panels.views import of_size
from tests.profiles import for_each

TRIAL = sample("mirocals")
DECLARED = "prespecified=3700&prespecified-in=SAP+2.1&prespecified-on=2017-04-12"


def _told(query: str) -> dict[str, object]:
    return json.loads(json.dumps(analysis_json(analyze(TRIAL, Selection.from_query(query))), allow_nan=False))


def test_the_search_is_that_of_the_scan():
    told = _told("threshold=3700&threshold=100")["search"]
    scan = search_thresholds(TRIAL, Selection())
    assert isinstance(scan, ThresholdScan)
    assert isinstance(told, dict)
    assert told["p_value_adjusted"] == scan.p_value_adjusted
    assert told["thresholds_searched"] == scan.candidate.sum()
    outside, inside = told["at"]
    assert outside["p_value_adjusted"] is None
    assert "needs at least" in outside["why_not"]
    same_groups = scan.thresholds[scan.thresholds <= 3700].max()
    assert scan.p_value_adjusted_at is not None
    assert inside["p_value_adjusted"] == scan.p_value_adjusted_at[scan.thresholds == same_groups]


@for_each(("moved", "there"), [("", True), ("threshold=1000&", False)])
def test_a_declaration_says_whether_the_view_still_stands_there(moved: str, there: bool):
    assert _told(moved + DECLARED)["declared"] == {
        "thresholds": [3700.0],
        "document": "SAP 2.1",
        "date": "2017-04-12",
        "still_there": there,
    }


def test_nothing_is_said_of_a_search_without_thresholds_or_of_a_declaration_without_one():
    assert not {"search", "declared"} & set(_told("threshold="))


def test_a_large_trial_is_searched_by_the_scan_alone():
    large = of_size(MAX_SEARCHED + 2)
    assert analyze(large, Selection(thresholds=(3000.0,))).searched is None


def test_looks_are_counted_for_the_export():
    seen = {"mirocals": {"keep.sex=F": 1, "unit=months": 1}}
    told = encode_looks(count_views(TRIAL, Selection(), seen))
    assert told == {
        "selections": 2,
        "thresholds": 1,
        "every_threshold": False,
        "every_factor": False,
        "modifiers": ["csf_pnfh", "sex"],
    }
