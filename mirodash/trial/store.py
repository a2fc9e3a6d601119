"""Trials on offer: built-in samples, files and folders given at the start, and a template."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from mirodash.errors import UnusableDataError, UnusableQuestionError
from mirodash.trial.build import read_trial, visits_beside
from mirodash.trial.joining import MAX_FILES
from mirodash.trial.table import join_list, suggest_name
from mirodash.trial.trial import Trial

SUFFIXES = (
    ".csv", ".tsv", ".txt", ".xlsx", ".xpt", ".sas7bdat", ".sav", ".zsav", ".dta", ".ndjson", ".parquet",
)  # fmt: skip
"""How the names of files end that can hold a trial; what else lies in a folder is not its business."""

_PEOPLE = re.compile("adsl", re.IGNORECASE)
_ENDPOINTS = "adtte"
_MEASUREMENTS = "ad[a-z0-9]{1,6}"
"""How files of ADaM are called: ADLB, ADVS, ADQS."""


@dataclass(frozen=True, slots=True)
class FolderOfTrials:
    """What is in a folder: its trials by name, and a sentence for every file that is none."""

    trials: tuple[Trial, ...]
    problems: tuple[str, ...]


def list_trials(folder: Path) -> FolderOfTrials:
    """Read every trial in a folder; what cannot be read is told and left out.

    Raises
    ------
    UnusableDataError
        When the folder cannot be looked into, or holds nothing that can be read as a trial.
    """
    trials: list[Trial] = []
    problems: list[str] = []
    for paths in _together(_files(folder)):
        try:
            trials.append(read_trial(paths))
        except UnusableDataError as error:
            problems += (f"'{paths[0].name}' is left out: {problem}" for problem in error.problems)
    if not trials:
        empty = f"The folder '{folder.name}' holds no trial: no {', '.join(SUFFIXES)} file can be read."
        raise UnusableDataError([empty, *problems])
    return FolderOfTrials(tuple(trials), tuple(problems))


def _files(folder: Path) -> list[Path]:
    try:
        inside = sorted(folder.iterdir())
        return [path for path in inside if _is_visible(path) and path.suffix.lower() in SUFFIXES]
    except OSError as error:
        raise UnusableDataError(
            f"The folder '{folder.name}' cannot be looked into; name one that is there and can be read."
        ) from error


def _is_visible(path: Path) -> bool:
    """Editors and Excel leave files of their own beside an open one (``~$trial.xlsx``)."""
    return path.is_file() and not path.name.startswith((".", "~$"))


def _together(files: Iterable[Path]) -> Iterator[list[Path]]:
    """The files of each trial: ADSL, ADTTE and the measurements whose names differ in that alone, or one.

    Files of measurements beside another are read with it.
    """
    found = list(files)
    measured = {beside for path in found if (beside := visits_beside(path)) is not None}
    left = {path.name.casefold(): path for path in found if path not in measured}
    for name, path in list(left.items()):
        if not _PEOPLE.search(name) or _PEOPLE.sub(_ENDPOINTS, name) not in left:
            continue
        pattern = re.compile(_MEASUREMENTS.join(map(re.escape, _PEOPLE.split(name))))
        beside = [other for other in left if other != name and pattern.fullmatch(other)]
        yield [path, *(left[other] for other in beside)][:MAX_FILES]
        for other in (name, *beside):
            del left[other]
    yield from ([path] for path in left.values())


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
        hint = suggest_name(name, SAMPLES) or "."
        raise UnusableQuestionError(
            f"There is no built-in trial '{name}'; there are {join_list(SAMPLES, most=12)}{hint}"
        )
    return read_trial([sample_folder() / f"{name}.csv"])


@cache
def sample_title(name: str) -> str:
    """The title of a built-in trial as menus show it, without reading its participants."""
    content = tomllib.loads((sample_folder() / f"{name}.toml").read_text(encoding="utf-8"))
    title = str(content.get("title", name))
    return f"{title} (SYNTHETIC)" if content.get("synthetic") else title


class TrialStore:
    """Trials by the name they have in links. Nothing in it ever changes.

    Parameters
    ----------
    trials : iterable of Trial
        Already read; the first one is what the program opens with. A second trial of the same name
        gets a number (``trial-2``).
    samples : sequence of str
        Names of built-in trials to offer after them, read when somebody looks. A given trial of the
        same name takes its place.
    min_cell : int
        Every trial is given out with it: fewer participants than this are never told apart.
    """

    def __init__(
        self, trials: Iterable[Trial] = (), samples: Sequence[str] = SAMPLES, *, min_cell: int = 0
    ) -> None:
        given: dict[str, Trial] = {}
        for trial in trials:
            name = _free_name(trial.id, given)
            least = max(min_cell, trial.min_cell)
            same = (trial.id, trial.min_cell) == (name, least)
            given[name] = trial if same else replace(trial, id=name, min_cell=least)
        self._given = given
        self._min_cell = min_cell
        self._samples = tuple(name for name in samples if name not in given)

    def __len__(self) -> int:
        return len(self._given) + len(self._samples)

    def __contains__(self, trial_id: object) -> bool:
        return trial_id in self._given or trial_id in self._samples

    @property
    def is_built_in(self) -> bool:
        """Whether it holds nothing but built-in trials, which are public."""
        return not self._given

    def ids(self) -> tuple[str, ...]:
        """The names of all trials, the default one first."""
        return (*self._given, *self._samples)

    def names(self) -> tuple[tuple[str, str], ...]:
        """``(id, title)`` of all trials, the default one first; synthetic ones say so."""
        given = ((name, trial.title) for name, trial in self._given.items())
        return (*given, *((name, sample_title(name)) for name in self._samples))

    def get(self, trial_id: str = "") -> Trial:
        """The trial of this name; ``""`` is the default one.

        Raises
        ------
        UnusableQuestionError
            When there is no trial of this name.
        """
        if not len(self):
            raise UnusableQuestionError("There is no trial to look at.")
        wanted = trial_id or self.ids()[0]
        if wanted in self._given:
            return self._given[wanted]
        if wanted in self._samples:
            return _sample(wanted, self._min_cell)
        hint = suggest_name(wanted[:100], self.ids()) or "."
        raise UnusableQuestionError(
            f"There is no trial '{wanted[:100]}'; there are {join_list(self.ids(), most=12)}{hint}"
        )


@cache
def _sample(name: str, min_cell: int) -> Trial:
    trial = sample(name)
    return replace(trial, min_cell=min_cell) if min_cell else trial


def _free_name(name: str, taken: Iterable[str]) -> str:
    names = set(taken)
    candidate, number = name, 2
    while candidate in names:
        candidate, number = f"{name}-{number}", number + 1
    return candidate


_CSV = """\
patient,arm,days,died,csf_pnfh_pg_ml,site,country,age,sex,alsfrs_m0,alsfrs_m3
MADE-UP-1,placebo,120,1,3950,FR-01,France,61,F,44,39
MADE-UP-2,drug,640,0,812.5,FR-01,France,58,M,41,40
MADE-UP-3,placebo,365,1,2210,FR-02,France,66,M,38,
MADE-UP-4,drug,410,1,5120,FR-02,France,70,F,46,45
MADE-UP-5,placebo,640,0,<15.6,UK-01,UK,49,F,40,37
MADE-UP-6,drug,640,0,1475,UK-01,UK,55,M,43,42
MADE-UP-7,placebo,288,1,,UK-02,UK,63,M,35,31
MADE-UP-8,drug,502,0,930,UK-02,UK,52,F,45,44
"""

_TOML = """\
# THIS TRIAL IS MADE UP. Nobody in it exists. Replace both files with your own data.
#
# The dictionary of the file beside it: template.toml says what the columns of template.csv mean.
# Only the arm, the time and the event are necessary; leave out every line you do not need.

title = "MADE-UP trial, to be replaced by your own"

# true shows a loud SYNTHETIC badge on every page and slide. Write false for real participants.
synthetic = true

# Who is analysed, in a word: randomised, enrolled, per protocol.
population = "randomised"

description = "Eight invented participants that show how a file is written. Not evidence for anything."
source = "Made up. Write here where your data come from."

# Columns whose impossible cells may be left out, by your own decision. Times and events: these
# participants count as unusable. Biomarkers and factors: the cell is missing. The identifier: rows
# without one, and later rows of the same participant, are dropped. All are counted and shown.
# For example leave_out = ["days", "csf_pnfh_pg_ml"]
leave_out = []

# Columns that play no part, and about which nothing is asked: ignore = ["entry_days"]
ignore = []

# Which column holds what. The names must be those of the first row of the file.
[columns]
participant = "patient"   # never shown and never exported
arm = "arm"
site = "site"
country = "country"
# parameter = "OS"        # only for ADaM: which PARAMCD of ADTTE

# The values of the arm column.
[arms]
control = "placebo"
treated = "drug"

# How arms are called on screen.
[arms.labels]
placebo = "Placebo"
drug = "Drug"

# An endpoint; its key (here: death) stands in links. There can be several.
[endpoints.death]
label = "Death from any cause"
time = "days"             # a number from randomisation to the event or the end of follow-up, no date
event = "died"
event_value = 1           # which value of 'died' means that it happened
other_event_values = []   # further values that mean it
censored_values = []      # values that count as censored although they may be another event
unit = "days"             # days, weeks, months or years
horizon = 600             # how far curves are shown, in that unit
origin = "randomisation"  # what time 0 is
singular = "death"
plural = "deaths"
event_free = "alive"
# entry = "entered"       # only where some came under observation after time 0: when, in that unit
# competing = [2]         # values of 'died' that mean another event, after which this one can no longer come
# competing_word = "transplant"

# A biomarker: a number measured at or before randomisation. Cells like <15.6 are beyond the limit of the
# assay; cells like <LLOQ need lower_limit.
[biomarkers.csf_pnfh_pg_ml]
label = "CSF pNFH"
short = "pNFH"
unit = "pg/mL"
scale = "log"             # log or linear
decimals = 0
lower_limit = 15.6
upper_limit = 20000
note = "Invented: when and how it was measured"
default_thresholds = [2000]
equal_above = true        # a value equal to a threshold is in the group above it
presets = [{ name = "2,000 invented", thresholds = [2000], source = "Invented: who published it" }]

# Factors: what else is known at randomisation, to filter and to compare subgroups.
[factors.age]
label = "Age"
kind = "numeric"          # numeric or category
unit = "years"
decimals = 0
cut = 60                  # where subgroup tables split it

[factors.sex]
label = "Sex"
kind = "category"
levels = { F = "female", M = "male" }

# Something measured again and again. Here every visit has a column of its own; a file of measurements
# (participant, day, measure, value) that is given beside this one needs no columns.
[measurements.alsfrs_r]
label = "ALSFRS-R"
short = "ALSFRS-R"
unit = "points"
decimals = 1
direction = "higher"      # which values are better: higher or lower
limits = [0, 48]          # values beyond these are left out and counted
visits = [0, 3]           # scheduled times from randomisation
visits_unit = "months"    # days, weeks, months or years
kind = "function"         # function, or biology: what the treatment acts on
note = "Invented: who rated it"
columns = { alsfrs_m0 = 0, alsfrs_m3 = 3 }
# source = "ALSFRSR"      # what a file of measurements calls it, where that is not the key
# time_unit = "days"      # of the times in that file, where its column is not called by it
# used = false            # leaves it out

# Randomisation was balanced within these columns; tests can be stratified by them.
[randomisation]
within = ["country"]
strata = ["country"]

# Numbers that stand for "not known", by column; an empty list says that all are values.
[missing]
age = [-999]

# Rows that are read: those with one of these values. For example ANL01FL = ["Y"]
[keep]

# Any of the texts above in French.
[french]
"Death from any cause" = "décès toutes causes"
death = "décès"
deaths = "décès"
"""


def template_csv() -> str:
    """Eight made-up participants with every kind of column; ``template.csv``."""
    return _CSV


def template_toml() -> str:
    """The dictionary of the made-up trial, with every key it can have explained; ``template.toml``."""
    return _TOML
