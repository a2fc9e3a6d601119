"""Random trials with hardly any data, each compared with what R's survival says of it, at night."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import reference_cases
from tests.reference_cases import FOLDER
from tests.survival import test_comparison_reference as comparison

TRIALS, SEED = 200, 20261130
SCRIPTS = ("degenerate.R", "effects.R", "firth.R")
CHECKS = (
    comparison.test_curves_of_a_degenerate_set_equal_r,
    comparison.test_effects_of_a_degenerate_set_equal_r_or_are_refused,
)


def _make_trial(number: int, rng: np.random.Generator) -> dict[str, Any]:
    """Return 2 to 24 participants: ties, arms without events or nearly empty, biomarkers with few values."""
    n = int(rng.integers(2, 25))
    last = int(rng.choice([3, 12, 400]))
    biomarker = (
        rng.choice([0.5, 1.0, 2.0, 4.0, 8.0], n)
        if rng.random() < 0.5
        else np.round(rng.lognormal(1, 1, n) + 0.01, 2)
    )
    return {
        "name": f"random {number}",
        "time": rng.integers(1, last + 1, n).tolist(),
        "event": (rng.random(n) < rng.choice([0.05, 0.3, 0.6, 0.95])).astype(int).tolist(),
        "treated": (rng.random(n) < rng.choice([0.1, 0.5, 0.9])).astype(int).tolist(),
        "biomarker": biomarker.tolist(),
        "threshold": float(np.median(biomarker)),
        "horizon": int(rng.integers(1, last + 1)),
    }


@pytest.mark.r
@pytest.mark.nightly
def test_random_degenerate_trials_equal_r(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    rng = np.random.default_rng(SEED)
    trials = [_make_trial(number, rng) for number in range(TRIALS)]
    for script in SCRIPTS:
        shutil.copy(FOLDER / script, tmp_path)
    (tmp_path / "degenerate_cases.json").write_text(json.dumps(trials), encoding="utf-8")
    subprocess.run(
        ["Rscript", "--vanilla", "degenerate.R", "."], cwd=tmp_path, check=True, capture_output=True
    )
    monkeypatch.setattr(reference_cases, "FOLDER", tmp_path)
    checks = [check.looped for check in CHECKS]
    for trial in trials:
        with subtests.test(trial["name"]):
            for check in checks:
                check(trial["name"])
