"""Scripts of a repeated measurement in R (nlme) or Python (scipy): slopes, pairs, means by visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from mirodash.errors import UnusableQuestionError
from mirodash.export.code.baseline_steps import BaselineColumns
from mirodash.export.code.progression_statistics import (
    PYTHON_COLUMNS_OF_MEASURE,
    PYTHON_KEEP_KNOWN,
    PYTHON_MEASUREMENTS,
    PYTHON_STATISTICS,
    R_COLUMNS_OF_MEASURE,
    R_KEEP_KNOWN,
    R_MEASUREMENTS,
    R_STATISTICS,
)
from mirodash.export.code.python_script import write_python_choices, write_python_functions
from mirodash.export.code.r_script import write_r_choices, write_r_functions
from mirodash.export.code.recipe import (
    Recipe,
    list_values,
    plan_script,
    quote_number,
    quote_python_text,
    quote_r_text,
    write_header,
)
from mirodash.longitudinal.death_then_function import Rule
from mirodash.questions.progression.measured import progression
from mirodash.questions.talk.view_description import describe_exploratory_status
from mirodash.stratification.selection import Selection
from mirodash.text.ticks import DAYS, convert_time
from mirodash.trial.build import VISITS
from mirodash.trial.dictionary import Measure
from mirodash.trial.table import MeasureSource
from mirodash.trial.trial import Trial

R_MADE_WITH = "R 4.2 and nlme 3.1"
PYTHON_MADE_WITH = "Python 3.11, pandas 2.3 and scipy 1.17"
R_COLUMNS = '  people <- cbind(people, setNames(data, paste("column", names(data))))\n'
_ABOUT = "Slopes, pairs and means by visit of a repeated measurement, by arm and biomarker group."
_PRINTS = (
    "CSV with the numbers that 'mirodash progression' prints of the view, but not what allows",
    "for a search; empty where a number does not exist.",
)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a script of a view needs to know beyond who is in which group."""

    recipe: Recipe
    measure: Measure
    source: MeasureSource
    phases: tuple[str, ...]
    rule: Rule
    per: float
    horizon: float
    days_in: float

    @property
    def better(self) -> int:
        """1 where more is better, -1 where less is, 0 where nobody says."""
        return {"higher": 1, "lower": -1}.get(self.measure.direction, 0)

    @property
    def stretch(self) -> float:
        """What the file's times are multiplied by where their unit is said, and is not days."""
        unit = self.source.time_unit
        return DAYS[unit] if unit and not self.source.columns else 1.0

    @property
    def visits(self) -> tuple[float, ...]:
        """Planned days."""
        return tuple(convert_time(visit, self.measure.visits_unit, "days") for visit in self.measure.visits)


def progression_code(
    trial: Trial, selection: Selection, language: Literal["r", "python"], *, paths: tuple[str, ...] = ()
) -> str:
    """A script that reads the reader's own files and prints the numbers of ``mirodash progression``.

    It prints CSV, ``group,quantity,value``, as the scripts of survival do.

    Parameters
    ----------
    trial, selection
        The view.
    language : {"r", "python"}
    paths : tuple of str
        Where the script looks for the trial's files and then for the measurements when it is told nothing.

    Raises
    ------
    UnusableQuestionError
        When there are no repeated measurements, or the trial has no script.
    """
    plan = _plan(trial, selection, paths)
    standing = describe_exploratory_status(trial, selection)
    return (_write_r if language == "r" else _write_python)(plan, standing)


def _plan(trial: Trial, selection: Selection, paths: tuple[str, ...]) -> _Plan:
    answer = progression(trial, selection)
    if answer is None:
        raise UnusableQuestionError(
            f"{trial.title} has no repeated measurements, so there is no such script."
        )
    recipe = plan_script(trial, selection, beside_measurements=True)
    if recipe.entry or recipe.competing:
        what = "participants enter late" if recipe.entry else "another event competes with the endpoint"
        raise UnusableQuestionError(f"There is no such script where {what}.")
    source = next(
        (one for one in (trial.source.measured if trial.source else ()) if one.key == answer.measure.key),
        MeasureSource(answer.measure.key, answer.measure.key),
    )
    first = Path(recipe.paths[0])
    measured = () if source.columns else (str(first.with_name(f"{first.stem}{VISITS}.csv")),)
    recipe = replace(
        recipe,
        paths=paths if len(paths) > len(recipe.files) else (*(paths or recipe.paths), *measured),
        baseline=BaselineColumns("", (), (), ()),
        numbers=(),
        landmarks=(),
    )
    return _Plan(
        recipe=recipe,
        measure=answer.measure,
        source=source,
        phases=trial.series[answer.measure.key].phases,
        rule=answer.rule,
        per=DAYS[answer.per],
        horizon=answer.horizon,
        days_in=DAYS[answer.endpoint.unit],
    )


def _write_top(plan: _Plan, quoted: Callable[[str], str], standing: str, made_with: str, run: str) -> str:
    lines = write_header(
        plan.recipe, quoted, standing=standing, made_with=made_with, run=run, about=_ABOUT, prints=_PRINTS
    )
    return "\n".join(lines)


def _list_files(plan: _Plan) -> str:
    own = "ADSL ADTTE" if len(plan.recipe.files) > 1 else "FILE"
    return own if plan.source.columns else f"{own} MEASUREMENTS"


def _write_r(plan: _Plan, standing: str) -> str:
    limits = plan.measure.limits
    top = _write_top(plan, quote_r_text, standing, R_MADE_WITH, f"Rscript script.R {_list_files(plan)}")
    chosen = [
        *write_r_choices(plan.recipe),
        f"measure <- {quote_r_text(plan.source.name)}",
        *_write_r_columns(plan),
        f"phases <- c({', '.join(map(quote_r_text, plan.phases))})  # of a cycle",
        f"better <- {plan.better}  # 1: more is better",
        f"limits_of_measure <- c({', '.join(map(quote_number, limits)) if limits else '-Inf, Inf'})",
        f"visits <- c({', '.join(map(quote_number, plan.visits))})  # planned days",
        f"days_per <- {quote_number(plan.per)}  # of slopes",
        f"days_in <- {quote_number(plan.days_in)}  # of the unit of follow-up",
        f"horizon_days <- {quote_number(plan.horizon)}",
        f"rule <- {quote_r_text(plan.rule)}  # by which pairs are compared",
    ]
    functions = "".join(write_r_functions(plan.recipe))
    kept = "  people[kept, ]\n}"
    functions = functions.replace(kept, f"{R_COLUMNS}{kept}")
    measured = R_MEASUREMENTS.replace("FILE_NUMBER", str(len(plan.recipe.files) + 1))
    measured = R_KEEP_KNOWN + (R_COLUMNS_OF_MEASURE if plan.source.columns else measured)
    libraries = "library(nlme)\noptions(warn = 2)  # what is only warned of would be a wrong number here"
    return f"{top}\n\n{libraries}\n\n" + "\n".join(chosen) + f"\n\n{functions}{measured}{R_STATISTICS}"


def _write_r_columns(plan: _Plan) -> list[str]:
    """The columns of visits with their days, or what the file's times are multiplied by."""
    if not plan.source.columns:
        return [f"stretch_of_time <- {quote_number(plan.stretch)}  # of the file's times, to days"]
    days = [f"{quote_r_text(name)} = {quote_number(day)}" for name, day in plan.source.columns]
    return [list_values("columns_of_measure <- c(", days, ")")]


def _write_python_columns(plan: _Plan) -> list[str]:
    if not plan.source.columns:
        return [f"STRETCH_OF_TIME = {quote_number(plan.stretch)}  # of the file's times, to days"]
    days = [f"{quote_python_text(name)}: {quote_number(day)}" for name, day in plan.source.columns]
    return [list_values("COLUMNS_OF_MEASURE = {", days, "}")]


def _write_python(plan: _Plan, standing: str) -> str:
    limits = plan.measure.limits
    run = f"python script.py {_list_files(plan)}"
    top = _write_top(plan, quote_python_text, standing, PYTHON_MADE_WITH, run)
    ends = ", ".join(map(quote_number, limits)) if limits else 'float("-inf"), float("inf")'
    chosen = [
        *write_python_choices(plan.recipe),
        f"MEASURE = {quote_python_text(plan.source.name)}",
        *_write_python_columns(plan),
        f"PHASES = [{', '.join(map(quote_python_text, plan.phases))}]  # of a cycle",
        f"BETTER = {plan.better}  # 1: more is better",
        f"LIMITS_OF_MEASURE = ({ends})",
        f"VISITS = [{', '.join(map(quote_number, plan.visits))}]  # planned days",
        f"DAYS_PER = {quote_number(plan.per)}  # of slopes",
        f"DAYS_IN = {quote_number(plan.days_in)}  # of the unit of follow-up",
        f"HORIZON_DAYS = {quote_number(plan.horizon)}",
        f"RULE = {quote_python_text(plan.rule)}  # by which pairs are compared",
    ]
    measured = PYTHON_MEASUREMENTS.replace("FILE_NUMBER", str(len(plan.recipe.files)))
    measured = PYTHON_COLUMNS_OF_MEASURE if plan.source.columns else measured
    kept = "    return people[kept]\n"
    functions = [
        part.replace(kept, f"    people = pd.concat([people, data.add_prefix(OWN)], axis=1)\n{kept}").strip(
            "\n"
        )
        for part in (
            *write_python_functions(plan.recipe),
            PYTHON_KEEP_KNOWN,
            *measured.split("\n\n\n"),
            *PYTHON_STATISTICS.split("\n\n\n"),
        )
    ]
    sas = "import pyreadstat\n" if plan.recipe.kind in (".xpt", ".sas7bdat") else ""
    imports = (
        "import re\nimport sys\nfrom pathlib import Path\n\nimport numpy as np\nimport pandas as pd\n"
        f"{sas}from scipy.optimize import minimize\nfrom scipy.stats import norm, rankdata, t\n\n"
        'OWN = "column "  # before the names of the file\'s own columns'
    )
    return "\n\n".join((top, imports, "\n".join(chosen))) + "\n\n\n" + "\n\n\n".join(functions) + "\n"
