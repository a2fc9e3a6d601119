"""The table of a scan says what the scan found, line by line, and what the search is worth."""

from __future__ import annotations

import pytest

from mirodash.questions.report import scan_table
from mirodash.questions.thresholds.threshold_scan import evaluate_thresholds, search_thresholds
from mirodash.stratification.selection import Selection
from mirodash.survival.results import ThresholdScan
from mirodash.text.numbers import format_hazard_ratio, format_p_value, unify_spaces
from mirodash.trial.store import sample

TRIAL = sample("mirocals")
SELECTION = Selection(thresholds=(300.0, 3700.0))


@pytest.fixture(scope="module")
def scan() -> ThresholdScan:
    found = search_thresholds(TRIAL, SELECTION)
    assert isinstance(found, ThresholdScan)
    return found


@pytest.fixture(scope="module")
def lines(scan: ThresholdScan) -> list[str]:
    biomarker = TRIAL.dictionary.biomarkers[0]
    searched = evaluate_thresholds(TRIAL, SELECTION)
    text = scan_table(TRIAL, biomarker, scan, searched, 0.95)
    assert text.endswith("\n")
    return text.splitlines()


def test_every_threshold_has_a_line_with_its_numbers(scan: ThresholdScan, lines: list[str]):
    rows = lines[-scan.thresholds.size :]
    for k, row in enumerate(rows):
        cells = row.split()
        assert float(cells[0].replace(",", "")) == scan.thresholds[k]
        assert int(cells[1]) == scan.n_below[k]
        if scan.hazard_ratio_below[k] == scan.hazard_ratio_below[k]:
            assert cells[3] == format_hazard_ratio(scan.hazard_ratio_below[k])
        else:
            assert "not estimable" in row


def test_the_search_comes_first(scan: ThresholdScan, lines: list[str]):
    text = " ".join(" ".join(lines).split())
    assert scan.p_value_adjusted is not None
    assert f"Searching over thresholds {unify_spaces(format_p_value(scan.p_value_adjusted))}" in text
    assert "SYNTHETIC" in text
    assert "At 300 pg/mL not searched. One side of it holds 2 of the participants" in text
    assert "At 3,700 pg/mL allowing for the search, p" in text


def test_the_lines_fit_a_terminal(lines: list[str]):
    assert max(map(len, lines)) <= 110
