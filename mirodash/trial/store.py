"""Every trial that can be looked at: the files given, and the built-in samples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from mirodash.errors import UnusableQuestionError
from mirodash.trial.samples import SAMPLES, sample, sample_title
from mirodash.trial.table import did_you_mean, in_words
from mirodash.trial.trial import Trial


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
        hint = did_you_mean(wanted[:100], self.ids()) or "."
        raise UnusableQuestionError(
            f"There is no trial '{wanted[:100]}'; there are {in_words(self.ids(), most=12)}{hint}"
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
