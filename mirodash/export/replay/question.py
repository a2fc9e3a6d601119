"""The question that a file of numbers answers, put to a trial again."""

from __future__ import annotations

from dataclasses import replace

from mirodash.errors import UnusableQuestionError
from mirodash.stratification.selection import LONGEST_QUERY, Selection, not_understood
from mirodash.stratification.validation import problems
from mirodash.text.labels import one_line
from mirodash.trial.trial import Trial

LONGEST_KEY = 60


def asked_in(query: str, trial: Trial) -> Selection:
    """The view that a query string holds, of the trial at hand whatever the file calls it.

    Raises
    ------
    UnusableQuestionError
        When it holds what means nothing, or does not fit the trial.
    """
    if len(query) > LONGEST_QUERY:
        raise UnusableQuestionError("The question in the file is longer than any view.")
    unknown = not_understood(query)
    if unknown:
        raise UnusableQuestionError(
            f"The question in the file holds '{one_line(key, LONGEST_KEY)}', which means nothing here."
            for key in unknown
        )
    selection = replace(Selection.from_query(query), trial="")
    found = problems(trial, selection)
    if found:
        raise UnusableQuestionError(f"The question in the file does not fit DATA. {one}" for one in found)
    return selection
