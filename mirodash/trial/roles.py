"""Which columns of a file play which part, as options or a dictionary say it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import get_args

from mirodash.trial.dictionary import TimeUnit, why_no_horizon
from mirodash.trial.problem import Problem


@dataclass(frozen=True)
class Roles:
    """What a reader said about the columns and values of a file; None is "not said".

    Parameters
    ----------
    id, time, event, arm, biomarker, site, country : str or None
        Names of columns; an empty one of id, site or country says that no column plays this part.
    event_value : str or None
        The value of the event column that means the event happened.
    control, treated : str or None
        Values of the arm column.
    param : str or None
        Which ``PARAMCD`` of an ADaM time-to-event file.
    horizon : float or None
        In the unit of the time column.
    time_unit : {"days", "weeks", "months", "years"} or None
        The unit of the time column.
    """

    id: str | None = None
    time: str | None = None
    event: str | None = None
    event_value: str | None = None
    arm: str | None = None
    control: str | None = None
    treated: str | None = None
    biomarker: str | None = None
    site: str | None = None
    country: str | None = None
    param: str | None = None
    horizon: float | None = None
    time_unit: TimeUnit | None = None

    def over(self, other: Roles) -> Roles:
        """These roles, and where they say nothing, the other's.

        Examples
        --------
        >>> Roles(time="days").over(Roles(time="weeks", arm="arm")) == Roles(time="days", arm="arm")
        True
        """
        chosen = {f.name: getattr(self, f.name) for f in fields(self)}
        return Roles(**{k: getattr(other, k) if v is None else v for k, v in chosen.items()})


def possible(roles: Roles, problems: list[Problem]) -> Roles:
    """The options without those that cannot be; each of these is one of the ``problems``."""
    wrong = "" if roles.horizon is None else why_no_horizon(roles.horizon)
    if wrong:
        problems.append(Problem(wrong, part="horizon"))
        roles = replace(roles, horizon=None)
    if roles.time_unit is not None and roles.time_unit not in get_args(TimeUnit):
        what = f"'{roles.time_unit}' is no unit of time; known are {', '.join(get_args(TimeUnit))}."
        problems.append(Problem(what, part="unit"))
        roles = replace(roles, time_unit=None)
    return roles
