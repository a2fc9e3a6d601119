"""Holds what `analyze --json` prints to what R said of the same question."""

from __future__ import annotations

from typing import Any

import pytest


def same(ours: Any, theirs: Any, tolerance: float) -> None:
    """Numbers, pairs and dictionaries alike, within a tolerance; R may say more than we print."""
    if isinstance(ours, dict):
        for key, value in ours.items():
            if key != "flags":  # R has none
                same(value, theirs[key], tolerance)
    elif isinstance(ours, list):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            same(one, other, tolerance)
    elif theirs is None or isinstance(ours, str):
        assert ours == theirs
    else:
        assert ours == pytest.approx(theirs, rel=tolerance, abs=tolerance)


def same_group(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """One group of an analysis against what ``effects.R`` says of it."""
    assert (ours["n"], ours["events"]) == (theirs["n"], theirs["events"])
    for arm, wanted in zip(ours["arms"], theirs["arms"], strict=True):
        assert (arm["n"], arm["events"]) == (wanted["n"], wanted["events"])
        assert (arm["median"], arm["median_ci"]) == (wanted["median"], wanted["median_ci"])
        same(arm["survival_at"], wanted["survival_at"], 1e-12)
        same(arm["rmst"], wanted["rmst"], 1e-10)
        if "curve" in wanted:
            same(arm["curve"], wanted["curve"], 1e-12)
    same(ours["logrank"], theirs["logrank"], 1e-12)
    same(ours["cox"], theirs["cox"], 1e-8)
    same(ours["ph_test"], theirs["ph_test"], 1e-8)
    mean = dict(ours["rmst_difference"])
    same({"time": mean.pop("tau"), **mean}, theirs["rmst_difference"], 1e-10)
    if theirs["survival_difference"]["se"] is None:
        apart = {key: value for key, value in ours["survival_difference"].items() if key != "flags"}
        assert apart == {"time": None, "estimate": None, "se": None, "ci": [None, None]}
        return
    same(ours["survival_difference"], theirs["survival_difference"], 1e-10)
