"""The participants of the synthetic trials look like those of an ALS trial."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.profiles import for_each

BASELINE = [
    "participant", "country", "site", "arm", "sex", "age", "onset", "el_escorial", "onset_months",
    "alsfrs_r", "alsfrs_slope", "svc", "csf_pnfh", "serum_nfl", "tregs",
]  # fmt: skip


@for_each("companion", ["mirocals-prognostic", "mirocals-null"])
def test_companions_share_the_participants(
    mirocals: pd.DataFrame, table_of: Callable[[str], pd.DataFrame], companion: str
):
    other = table_of(companion)
    pd.testing.assert_frame_equal(other[BASELINE], mirocals[BASELINE])
    assert not other["days"].equals(mirocals["days"])
    assert 80 <= other["died"].sum() <= 100
    assert (other.loc[other["died"] == 0, "days"] == 640).all()
    assert other.loc[other["died"] == 1, "days"].between(1, 639).all()


def test_identifiers_are_neutral_and_unique(mirocals: pd.DataFrame):
    assert list(mirocals["participant"]) == [f"S-{k:03d}" for k in range(1, 221)]


def test_sites(mirocals: pd.DataFrame):
    sizes = mirocals["site"].value_counts()
    assert sorted(sizes.index) == [f"FR-{k:02d}" for k in range(1, 11)] + [f"UK-{k:02d}" for k in range(1, 8)]
    assert (sizes.min(), sizes.max()) == (4, 30)
    assert mirocals["country"].value_counts().to_dict() == {"France": 128, "UK": 92}
    assert (mirocals["site"].str[:2] == mirocals["country"].map({"France": "FR", "UK": "UK"})).all()


def test_arms_are_balanced_within_country_and_onset(mirocals: pd.DataFrame):
    counts = pd.crosstab([mirocals["country"], mirocals["onset"]], mirocals["arm"])
    assert (counts["IL-2"] == counts["Placebo"]).all()


def test_sex_age_onset_and_category(mirocals: pd.DataFrame):
    assert mirocals["sex"].value_counts().to_dict() == {"M": 136, "F": 84}
    assert mirocals["age"].between(18, 76).all()
    assert mirocals["age"].median() == 60
    assert (mirocals["onset"] == "bulbar").mean() == pytest.approx(0.27, abs=0.01)
    assert mirocals["el_escorial"].value_counts()["possible"] == 25
    assert set(mirocals["el_escorial"]) == {"possible", "lab-supported probable", "probable", "definite"}


def test_pnfh_is_log_normal_down_to_the_floor(mirocals: pd.DataFrame):
    assert mirocals["below_floor"].sum() == 1
    assert mirocals["csf_pnfh"].notna().all()
    measured = np.log(mirocals.loc[~mirocals["below_floor"], "csf_pnfh"])
    assert measured.mean() == pytest.approx(7.617, abs=0.02)
    assert measured.std() == pytest.approx(0.743, abs=0.02)
    assert stats.shapiro(measured).pvalue > 0.2
    assert (mirocals["csf_pnfh"] <= 750).sum() == 20


def test_function_is_consistent(mirocals: pd.DataFrame):
    assert mirocals["alsfrs_r"].between(0, 48).all()
    assert mirocals["alsfrs_r"].dtype.kind == "i"
    slope = (48 - mirocals["alsfrs_r"]) / mirocals["onset_months"]
    assert (mirocals["alsfrs_slope"] - slope).abs().max() <= 0.005 + 1e-9
    run_in = np.array([12, 18]) * 7 / 30.4375
    assert mirocals["onset_months"].between(3 + run_in[0] - 0.1, 24 + run_in[1] + 0.1).all()
    assert mirocals["svc"].dropna().between(70, 140).all()


def test_correlations_with_pnfh(mirocals: pd.DataFrame):
    measured = mirocals.dropna(subset=["serum_nfl"])
    ln_pnfh = np.log(mirocals["csf_pnfh"])
    ln_nfl = np.log(measured["serum_nfl"])
    assert 0.6 <= np.corrcoef(ln_nfl, np.log(measured["csf_pnfh"]))[0, 1] <= 0.75
    assert stats.shapiro(ln_nfl).pvalue > 0.05
    assert 0.4 <= np.corrcoef(mirocals["alsfrs_slope"], ln_pnfh)[0, 1] <= 0.5


def test_only_a_few_secondary_values_are_missing(mirocals: pd.DataFrame):
    missing = mirocals.isna().sum()
    assert missing[missing > 0].to_dict() == {"svc": 3, "serum_nfl": 6, "tregs": 9}


@for_each(
    "column", ["age", "onset_months", "alsfrs_r", "alsfrs_slope", "svc", "csf_pnfh", "serum_nfl", "tregs"]
)
def test_measurements_are_balanced_between_arms(mirocals: pd.DataFrame, column: str):
    treated, control = (mirocals.loc[mirocals["arm"] == arm, column].dropna() for arm in ("IL-2", "Placebo"))
    assert stats.mannwhitneyu(treated, control).pvalue > 0.1


@for_each("column", ["sex", "el_escorial"])
def test_categories_are_balanced_between_arms(mirocals: pd.DataFrame, column: str):
    assert stats.chi2_contingency(pd.crosstab(mirocals[column], mirocals["arm"])).pvalue > 0.1
