"""What can go wrong, each with sentences a clinician can act on.

::

    MirodashError
    ├── UnusableDataError       the file cannot be read as a trial as it stands
    ├── UnusableQuestionError   the question does not fit the trial (unknown site, same arm twice)
    ├── CannotComputeError      the quantity does not exist for these participants (no deaths, one arm)
    ├── OverBudgetError         the answer takes more computing than one request may take
    ├── GoneError               the trial is not this reader's, or is not kept any more
    └── UnavailableError        the place where uploaded trials are kept does not answer
"""

from __future__ import annotations

from collections.abc import Iterable


class MirodashError(Exception):
    """The root of every expected failure.

    Parameters
    ----------
    problems : iterable of str
        Plain sentences, one per problem, each saying what is wrong and where.
    """

    def __init__(self, problems: Iterable[str] | str) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class UnusableDataError(MirodashError):
    """The file cannot be read as a trial as it stands."""


class UnusableQuestionError(MirodashError):
    """The question does not fit the trial."""


class CannotComputeError(MirodashError):
    """The quantity does not exist for these participants."""


class OverBudgetError(MirodashError):
    """The answer exists, but takes more computing than one request may take."""


class GoneError(MirodashError):
    """The trial is not this reader's, or is not kept any more; nobody can tell which of the two."""


class UnavailableError(MirodashError):
    """The place where uploaded trials are kept does not answer."""
