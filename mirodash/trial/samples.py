"""The trials that come with the program."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from mirodash.errors import UnusableQuestionError
from mirodash.trial.reading import read_trial
from mirodash.trial.table import did_you_mean, in_words
from mirodash.trial.trial import Trial

_PACKAGE = Path(__file__).resolve().parents[1]
_FIRST = ("mirocals", "mirocals-prognostic", "mirocals-null", "gbsg2")


def sample_folder() -> Path:
    """Where the samples are: inside an installed package, or beside it in a checkout."""
    bundled = _PACKAGE / "_bundled" / "sample_data"
    return bundled if bundled.is_dir() else _PACKAGE.parent / "sample_data"


def names_in(folder: Path) -> tuple[str, ...]:
    """Trials in a folder: every CSV file with its dictionary beside it, MIROCALS first."""
    found = {path.stem for path in folder.glob("*.csv") if path.with_suffix(".toml").is_file()}
    return (*(name for name in _FIRST if name in found), *sorted(found - set(_FIRST)))


SAMPLES: tuple[str, ...] = names_in(sample_folder())
"""Names of the built-in trials, the one the program opens with first."""


@cache
def sample(name: str) -> Trial:
    """A built-in trial, read on first use.

    Raises
    ------
    UnusableQuestionError
        When no built-in trial has this name.
    """
    if name not in SAMPLES:
        hint = did_you_mean(name, SAMPLES) or "."
        raise UnusableQuestionError(
            f"There is no built-in trial '{name}'; there are {in_words(SAMPLES, most=12)}{hint}"
        )
    return read_trial([sample_folder() / f"{name}.csv"])


@cache
def sample_title(name: str) -> str:
    """The title of a built-in trial as menus show it, without reading its participants."""
    content = tomllib.loads((sample_folder() / f"{name}.toml").read_text(encoding="utf-8"))
    title = str(content.get("title", name))
    return f"{title} (SYNTHETIC)" if content.get("synthetic") else title
