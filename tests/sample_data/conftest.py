"""The files of ``sample_data`` as plain tables, read without the product's own reader."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"


def read_table(name: str) -> pd.DataFrame:
    """A synthetic trial with numbers only: pNFH below the assay's floor stands at the floor."""
    table = pd.read_csv(SAMPLE_DATA / f"{name}.csv", dtype={"csf_pnfh": str})
    table["below_floor"] = table["csf_pnfh"].str.startswith("<")
    table["csf_pnfh"] = table["csf_pnfh"].str.removeprefix("<").astype(float)
    table["treated"] = (table["arm"] == "IL-2").astype(int)
    return table


@pytest.fixture(scope="session")
def sample_data() -> Path:
    return SAMPLE_DATA


@pytest.fixture(scope="session")
def table_of() -> Callable[[str], pd.DataFrame]:
    return read_table


@pytest.fixture(scope="session")
def dictionary_of() -> Callable[[str], dict[str, Any]]:
    return lambda name: tomllib.loads((SAMPLE_DATA / f"{name}.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def mirocals() -> pd.DataFrame:
    return read_table("mirocals")
