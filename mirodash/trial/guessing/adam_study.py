"""Recognises an ADaM study, lists its endpoints and takes death before the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mirodash.trial import adam
from mirodash.trial.dictionary import TimeUnit
from mirodash.trial.guessing.outcome import kind_of
from mirodash.trial.guessing.profile import Profile
from mirodash.trial.guessing.units import time_unit
from mirodash.trial.table import Table

_DEATH_CODES = frozenset({"OS", "DTH", "DEATH", "TTDE", "OSDUR", "TTDEATH"})


@dataclass(frozen=True, slots=True)
class AdamStudy:
    """The columns of ADSL with those of one endpoint of ADTTE beside them.

    The columns of the two files need not be equally long: they are looked at one by one.
    """

    table: Table
    parameters: tuple[tuple[str, str], ...]
    param: str | None
    label: str | None
    unit: TimeUnit
    unit_reason: str


def adam_study(tables: Sequence[Table], param: str | None) -> AdamStudy | None:
    """The study that one or two files hold, or None when they are not ADaM."""
    adtte = next((table for table in tables if adam.is_time_to_event(table)), None)
    if adtte is None:
        return None
    adsl = next((table for table in tables if table is not adtte and "USUBJID" in table.columns), None)
    parameters = _parameters(adtte)
    chosen = param if param in dict(parameters) else _first(parameters)
    rows = adtte
    if chosen is not None:
        codes = adtte.columns["PARAMCD"].cells
        rows = adtte.take([i for i, code in enumerate(codes) if code == chosen])
    time = Profile("AVAL", rows.columns["AVAL"])
    said = adam.roles_of(rows).time_unit
    unit, reason = (said, f"in {said}, as the file says") if said else time_unit(time)
    joined = rows if adsl is None else _beside(adsl, rows)
    return AdamStudy(joined, parameters, chosen, adam.endpoint_label(rows), unit, reason)


def _parameters(adtte: Table) -> tuple[tuple[str, str], ...]:
    if "PARAMCD" not in adtte.columns:
        return ()
    codes = adtte.columns["PARAMCD"].cells
    names = adtte.columns["PARAM"].cells if "PARAM" in adtte.columns else codes
    found: dict[str, str] = {}
    for code, name in zip(codes, names, strict=True):
        if code and not found.get(code):
            found[code] = name
    return tuple((code, name or code) for code, name in found.items())


def _first(parameters: Sequence[tuple[str, str]]) -> str | None:
    """Death or overall survival before the others, else the first."""
    for code, name in parameters:
        if code.upper() in _DEATH_CODES or kind_of(name) == "death":
            return code
    return parameters[0][0] if parameters else None


def _beside(adsl: Table, adtte: Table) -> Table:
    """The columns of both; those of ADSL count where both have one."""
    first = {name: replace(column, file=adsl.name) for name, column in adsl.columns.items()}
    later = {
        name: replace(column, file=adtte.name) for name, column in adtte.columns.items() if name not in first
    }
    return Table(adsl.name, first | later, files=adsl.files + adtte.files)
