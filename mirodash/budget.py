"""Budget of processor time for one request: long computations check it between blocks and stop in time."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import thread_time

from mirodash.errors import OverBudgetError


@dataclass(frozen=True, slots=True)
class Budget:
    """Processor time that the computing of one request may take.

    Parameters
    ----------
    seconds : float
    clock : () -> float
        Seconds of processor time of this thread: neither a busy machine nor other readers use up a budget.
    started : float
        What the clock said when the request came.
    """

    seconds: float
    clock: Callable[[], float]
    started: float

    @property
    def spent(self) -> float:
        """Seconds used so far."""
        return self.clock() - self.started

    def check(self) -> None:
        """Stop a computation that has used up its time.

        Raises
        ------
        OverBudgetError
            With what to do about it.
        """
        if self.spent > self.seconds:
            raise OverBudgetError(
                f"This takes longer than the {self.seconds:g} seconds of computing that a request may take, "
                "so it was stopped. Ask it of fewer participants, or on the command line, which has no limit."
            )


_CURRENT: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextmanager
def limit_computing(seconds: float, *, clock: Callable[[], float] = thread_time) -> Generator[Budget]:
    """Give what is computed inside so many seconds of processor time; then the former budget counts again.

    >>> with limit_computing(10) as budget:
    ...     check_budget()
    >>> budget.seconds
    10
    """
    budget = Budget(seconds, clock, clock())
    token = _CURRENT.set(budget)
    try:
        yield budget
    finally:
        _CURRENT.reset(token)


def check_budget() -> None:
    """Stop here when the request being answered has used up its time; to be called between blocks of work.

    Raises
    ------
    OverBudgetError
        Which no result may be made of: whatever is memoised must hold for every reader.
    """
    budget = _CURRENT.get()
    if budget is not None:
        budget.check()
