"""Scripts know entry times, competing events, several values of an event and flags, as the analysis does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mirodash.export.code import LANGUAGES as BOTH
from mirodash.export.code import ScriptLanguage, code
from mirodash.stratification.selection import Selection
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from mirodash.trial.trial import Trial
from tests.export.code.same_numbers import LANGUAGES, check, is_left_to_the_night, wanted
from tests.profiles import NIGHTLY, for_each

ROLES: dict[str, Any] = {
    "time": "days",
    "event": "status",
    "event_value": "1",
    "arm": "arm",
    "control": "Placebo",
    "biomarker": "crp",
    "site": "centre",
    "time_unit": "days",
}
KINDS: dict[str, dict[str, Any]] = {
    "late": {"entry": "entered", "censored_values": ("2",)},
    "competing": {"competing": ("2",), "entry": ""},
    "late beside competing": {"entry": "entered", "competing": ("2",)},
    "several values": {"other_event_values": ("2",), "entry": ""},
    "words": {"event": "what", "event_value": "Died", "competing": ("Transplant",), "entry": ""},
    "flag": {"event": "died", "event_value": "Y", "entry": ""},
}
VIEWS = (
    "threshold=3&landmark=200&landmark=500",
    "threshold=2&threshold=5&horizon=365&up_to_horizon=1&statistic=weighted-logrank:0,1",
    "threshold=3&stratum=sex&adjust=age&confidence=0.9&horizon=2000",
    "threshold=&stratum=centre&adjust=crp&adjust=sex&landmark=",
    "threshold=0.2",
)
PAIRS = [
    (kind, view)
    for kind in KINDS
    for view in VIEWS
    if NIGHTLY or kind in ("late", "competing") or view == VIEWS[0]
]


def write(folder: Path, *, decimals: bool = False) -> Path:
    """Write 160 people, of whom some leave at the origin, with every way to say what became of them."""
    rng = np.random.default_rng(11)
    path = folder / "trial.csv"
    rows = ["patient,arm,days,entered,status,what,died,crp,sex,age,centre"]
    for k in range(160):
        status = int(rng.choice([0, 1, 1, 2]))
        days = 0 if k in (7, 60) else int(rng.integers(5, 900))
        late = 0 if k % 3 == 0 or not days else days * (k * 5 % 9) // 10
        time, entry = (f"{value / 30.4375:.4f}" if decimals else str(value) for value in (days, late))
        crp = "" if k % 13 == 0 else f"{np.exp(rng.normal(1, 0.8)):.1f}"
        what, died = ("Alive", "died", "Transplant")[status], "Y" if status == 1 else ""
        arm, sex = ("Placebo", "Drug")[k % 2], "fm"[int(rng.integers(0, 2))]
        rows.append(
            f"P{k},{arm},{time},{entry},{status},{what},{died},{crp},{sex},{rng.integers(30, 80)},{k % 4}"
        )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def read(path: Path, kind: str) -> Trial:
    return read_trial([path], Roles(**{**ROLES, **KINDS[kind]}))


@pytest.mark.parametrize("language", LANGUAGES)
@for_each(("kind", "view"), PAIRS)
def test_the_numbers_are_those_of_the_analysis(
    kind: str, view: str, language: ScriptLanguage, tmp_path: Path
):
    if is_left_to_the_night(language, PAIRS.index((kind, view))):
        return
    path = write(tmp_path)
    check(read(path, kind), Selection.from_query(view), language, tmp_path, path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_times_with_decimals_are_rounded_with_their_entries(language: ScriptLanguage, tmp_path: Path):
    path = write(tmp_path, decimals=True)
    check(read(path, "late beside competing"), Selection(thresholds=(3.0,)), language, tmp_path, path)


def test_what_is_compared_is_not_the_same_everywhere(tmp_path: Path):
    path = write(tmp_path)
    ratios = {
        kind: next(value for _, name, value in wanted(read(path, kind), Selection()) if name == "hr")
        for kind in KINDS
    }
    assert ratios["competing"] == ratios["words"] == ratios["flag"]
    assert len(set(ratios.values())) == 3


@for_each("language", BOTH)
def test_a_script_says_what_is_estimated(language: ScriptLanguage, tmp_path: Path):
    path = write(tmp_path)
    text = code(read(path, "late beside competing"), Selection(), language)
    for said in (
        'Estimand     cumulative incidence beside a competing event, "status = 2"',
        "cause-specific",
    ):
        assert said in text
    assert '(left truncation): "entered"' in text
    assert "Estimand" not in code(read(path, "flag"), Selection(), language)
