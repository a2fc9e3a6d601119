"""ADaM, the layout in which trials are submitted: which columns mean what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from mirodash.errors import UnusableDataError
from mirodash.trial.dictionary import TimeUnit
from mirodash.trial.problem import Problem
from mirodash.trial.roles import Roles
from mirodash.trial.table import Column, Table, did_you_mean, in_words

_ARMS = ("TRT01P", "TRTP", "TRT01A", "TRTA")
"""Planned before actual: everybody is analysed as randomised."""
_NAMED: Mapping[TimeUnit, re.Pattern[str]] = {
    "days": re.compile(r"\bdays?\b"),
    "weeks": re.compile(r"\bweeks?\b"),
    "months": re.compile(r"\bmonths?\b"),
    "years": re.compile(r"\byears?\b"),
}

_AFTER_BASELINE = re.compile(
    r"TRTDURD?|AVGDD|CUMDOSE|DOSE\w*|VISNUMEN|DTH\w*|D[CS]REAS\w*|DCDECOD|DISCONFL|DSRAEFL|COMP\w*FL"
    r"|EOS\w*|EOT\w*|RFEN\w*|TRT\w*|ARM|ARMCD|ACTARM|ACTARMCD"
    r"|PARAM\w*|AVAL\w*|CNSR\w*|EVNT\w*|CNSD\w*|SRC\w*|ADY|AVISIT\w*"
)
"""Columns known only after randomisation, telling of the endpoint or saying the arm: no baseline factors."""


def is_time_to_event(table: Table) -> bool:
    """True for an ADTTE file: one row per participant and parameter."""
    return {"USUBJID", "AVAL", "CNSR"} <= set(table.columns)


def roles_of(table: Table) -> Roles:
    """What the names of an ADaM file's columns say by themselves; nothing for other files."""
    if not is_time_to_event(table):
        return Roles()
    columns = table.columns
    return Roles(
        id="USUBJID",
        time="AVAL",
        event="CNSR",
        arm=next((name for name in _ARMS if name in columns), None),
        site="SITEID" if "SITEID" in columns else None,
        country="COUNTRY" if "COUNTRY" in columns else None,
        time_unit=_unit(columns),
    )


def _unit(columns: Mapping[str, Column]) -> TimeUnit | None:
    """The unit that ``AVALU``, ``PARAM`` or a label names, when they name one only."""
    words = [columns["AVAL"].label]
    words += [cell for key in ("AVALU", "PARAM") if key in columns for cell in columns[key].known()]
    said: set[TimeUnit] = {
        unit for text in set(words) for unit, named in _NAMED.items() if named.search(text.casefold())
    }
    return said.pop() if len(said) == 1 else None


def one_parameter(table: Table, param: str | None) -> Table:
    """The rows of one ``PARAMCD``: the one asked for, or the only one.

    Raises
    ------
    UnusableDataError
        When there are several and none was chosen, or the chosen one does not exist.
    """
    problem = parameter_problem(table, param)
    if problem:
        raise UnusableDataError(problem.sentence)
    codes = _parameters(table)
    wanted = param or "".join(dict.fromkeys(code for code in codes if code))
    if not wanted:
        return table
    files = tuple(replace(file, param=wanted) for file in table.files)
    return replace(table.take([i for i, code in enumerate(codes) if code == wanted]), files=files)


def parameter_problem(table: Table, param: str | None) -> Problem | None:
    """Why the file has not the one endpoint that is looked at, or None."""
    known = list(dict.fromkeys(code for code in _parameters(table) if code))
    typed = ""
    if param is None:
        if len(known) <= 1:
            return None
        what = f"'{table.name}' holds {len(known)} endpoints: {in_words(known, most=20)}. Which one?"
        typed = "Say it with --param."
    elif not is_time_to_event(table) or "PARAMCD" not in table.columns:
        what = f"'{table.name}' has no column PARAMCD in which to find '{param}'."
    elif param not in known:
        hint = did_you_mean(param, known) or "."
        what = f"'{table.name}' has no endpoint '{param}' (PARAMCD); it has {in_words(known, most=20)}{hint}"
    else:
        return None
    columns = ("PARAMCD",) if known else ()
    return Problem(what, typed=typed, chosen="Choose the endpoint.", columns=columns, part="param")


def _parameters(table: Table) -> tuple[str, ...]:
    """The codes of the endpoints, row by row; nothing where the file has no column for them."""
    if not is_time_to_event(table) or "PARAMCD" not in table.columns:
        return ()
    return table.columns["PARAMCD"].cells


def is_no_baseline(table: Table, name: str) -> bool:
    """True for columns of an ADaM file that describe nobody at baseline.

    These are what comes from ADTTE when ADSL stands beside it, what is known only after
    randomisation, and codes (``RACEN``) beside the column they number (``RACE``).
    """
    if not is_time_to_event(table):
        return False
    from_adtte = table.columns[name].file not in ("", table.name)
    is_code = name.endswith("N") and name[:-1] in table.columns
    return from_adtte or is_code or bool(_AFTER_BASELINE.fullmatch(name))


def is_flag(table: Table, name: str) -> bool:
    """True for ADaM's population flags (``ITTFL``), kept even when everybody has the same."""
    return is_time_to_event(table) and name.endswith("FL")


def endpoint_label(table: Table) -> str | None:
    """What ``PARAM`` calls the endpoint, when it says one thing only."""
    said = set(table.columns["PARAM"].known()) if "PARAM" in table.columns else set[str]()
    return said.pop() if len(said) == 1 else None


def study(table: Table) -> str | None:
    """The study's identifier, when the file has one only."""
    said = set(table.columns["STUDYID"].known()) if "STUDYID" in table.columns else set[str]()
    return said.pop() if len(said) == 1 else None
