"""Every dictionary names columns and values that its file has, and the README repeats what the files say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd
from lifelines import CoxPHFitter

from tests.profiles import for_each

TRIALS = ("mirocals", "mirocals-prognostic", "mirocals-null", "gbsg2")
DictionaryOf = Callable[[str], dict[str, Any]]


def table(sample_data: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(sample_data / f"{name}.csv", dtype=str, keep_default_na=False)


def numbers(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column[column != ""].str.lstrip("<"))


def test_every_trial_has_both_files(sample_data: Path):
    found = {path.stem for path in sample_data.glob("*.csv")}
    assert {name for name in found if not name.endswith(".visits")} == set(TRIALS)
    assert {name.removesuffix(".visits") for name in found if name.endswith(".visits")} < set(TRIALS)
    assert {path.stem for path in sample_data.glob("*.toml")} == set(TRIALS)


@for_each("name", TRIALS)
def test_columns_exist_and_participants_are_unique(sample_data: Path, dictionary_of: DictionaryOf, name: str):
    rows, dictionary = table(sample_data, name), dictionary_of(name)
    endpoints = dictionary["endpoints"].values()
    wanted = (
        set(dictionary["columns"].values())
        | {endpoint[role] for endpoint in endpoints for role in ("time", "event")}
        | set(dictionary["biomarkers"])
        | set(dictionary["factors"])
        | set(dictionary.get("randomisation", {}).get("within", []))
    )
    assert wanted == set(rows.columns)
    assert rows[dictionary["columns"]["participant"]].is_unique
    assert (rows[dictionary["columns"]["participant"]] != "").all()


@for_each("name", TRIALS)
def test_values_are_those_the_dictionary_names(sample_data: Path, dictionary_of: DictionaryOf, name: str):
    rows, dictionary = table(sample_data, name), dictionary_of(name)
    arms = dictionary["arms"]
    assert set(rows[dictionary["columns"]["arm"]]) == {arms["control"], arms["treated"]}
    for endpoint in dictionary["endpoints"].values():
        assert str(endpoint["event_value"]) in set(rows[endpoint["event"]])
        assert 0 < endpoint["horizon"] <= numbers(rows[endpoint["time"]]).max()
    for column, factor in dictionary["factors"].items():
        if "levels" in factor:
            assert set(factor["levels"]) == set(rows[column]), column
        else:
            assert numbers(rows[column]).min() <= factor["cut"] < numbers(rows[column]).max(), column


@for_each("name", TRIALS)
def test_biomarkers_suit_their_scale_and_thresholds(
    sample_data: Path, dictionary_of: DictionaryOf, name: str
):
    rows, dictionary = table(sample_data, name), dictionary_of(name)
    for column, biomarker in dictionary["biomarkers"].items():
        values = numbers(rows[column])
        offered = [biomarker["default_thresholds"], *(p["thresholds"] for p in biomarker.get("presets", []))]
        assert biomarker["scale"] == "linear" or values.min() > 0, column
        for threshold in chain.from_iterable(offered):
            assert values.min() <= threshold < values.max(), column
        if "lower_limit" in biomarker:
            assert values.min() == biomarker["lower_limit"]


def test_synthetic_trials_say_so(dictionary_of: DictionaryOf):
    assert {name: dictionary_of(name)["synthetic"] for name in TRIALS} == {
        "mirocals": True,
        "mirocals-prognostic": True,
        "mirocals-null": True,
        "gbsg2": False,
    }


@for_each("companion", ["mirocals-prognostic", "mirocals-null"])
def test_companions_differ_in_words_only(dictionary_of: DictionaryOf, companion: str):
    words = ("title", "description")
    first, other = dictionary_of("mirocals"), dictionary_of(companion)
    assert all(first[key] != other[key] for key in words)
    assert {k: v for k, v in first.items() if k not in words} == {
        k: v for k, v in other.items() if k not in words
    }


def printed_hazard_ratio(rows: pd.DataFrame) -> str:
    fit = CoxPHFitter().fit(rows[["days", "died", "treated"]].astype(float), "days", "died")
    estimate, low, high = fit.summary.loc[
        "treated", ["exp(coef)", "exp(coef) lower 95%", "exp(coef) upper 95%"]
    ]
    return f"{estimate:.2f} ({low:.2f}–{high:.2f})"


def test_readme_repeats_the_hazard_ratios_of_the_file(sample_data: Path, mirocals: pd.DataFrame):
    pnfh = mirocals["csf_pnfh"]
    rows = {
        "hazard ratio, everybody": mirocals,
        "pNFH ≤ 3,700 pg/mL": mirocals[pnfh <= 3700],
        "pNFH 750–3,700 pg/mL": mirocals[(pnfh > 750) & (pnfh <= 3700)],
        "pNFH > 3,700 pg/mL": mirocals[pnfh > 3700],
    }
    readme = (sample_data / "README.md").read_text(encoding="utf-8").splitlines()
    for start, members in rows.items():
        (line,) = [line for line in readme if line.startswith(f"| {start} ")]
        assert printed_hazard_ratio(members) in line.split("|")[3]


@for_each(
    ("name", "threshold", "found"),
    [("mirocals-prognostic", 4628, {False: "0.25"}), ("mirocals-null", 1984, {True: "0.44"})],
)
def test_readme_tells_what_dragging_finds(
    sample_data: Path,
    table_of: Callable[[str], pd.DataFrame],
    name: str,
    threshold: float,
    found: dict[bool, str],
):
    ((below, ratio),) = found.items()
    rows = table_of(name)
    assert printed_hazard_ratio(rows[(rows["csf_pnfh"] <= threshold) == below]).startswith(ratio)
    readme = (sample_data / "README.md").read_text(encoding="utf-8")
    assert f"{threshold:,} pg/mL" in readme
    assert f"hazard ratio {ratio}" in readme


@for_each("name", ["mirocals-prognostic", "mirocals-null"])
def test_readme_counts_the_deaths(sample_data: Path, table_of: Callable[[str], pd.DataFrame], name: str):
    readme = (sample_data / "README.md").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in readme if line.startswith(f"| `{name}` |")]
    assert f"| {table_of(name)['died'].sum()} deaths |" in line


@for_each("name", TRIALS)
def test_what_is_said_in_french_is_said_of_a_text_of_the_dictionary(name: str, dictionary_of: DictionaryOf):
    dictionary = dictionary_of(name)
    french = dictionary.pop("french")
    assert set(french) <= set(_texts(dictionary))


def _texts(content: Any) -> Iterator[str]:
    """Every text in a dictionary, whatever it is the text of."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        for item in content.values() if isinstance(content, dict) else content:
            yield from _texts(item)
