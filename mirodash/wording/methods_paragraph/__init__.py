"""A paragraph on what was asked and how it was answered, ready for an abstract, without the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from mirodash.analysis.looks import Looks
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial
from mirodash.wording.methods_paragraph.english import paragraph_in_english
from mirodash.wording.methods_paragraph.french import paragraph_in_french
from mirodash.wording.methods_paragraph.question import question_of
from mirodash.wording.methods_paragraph.software import versions_here

Language = Literal["en", "fr"]

__all__ = ["Language", "methods_paragraph", "versions_here"]


def methods_paragraph(
    trial: Trial,
    selection: Selection,
    *,
    language: Language,
    looks: Looks | None,
    versions: Mapping[str, str],
) -> str:
    """Trial, endpoint, groups, tests, what was pre-specified, how much was looked at, and by which software.

    Parameters
    ----------
    trial, selection
        The view that the paragraph is about.
    language : {"en", "fr"}
        Terms that the trial's dictionary does not give in French stay between « ».
    looks : Looks or None
        What was looked at in a browser; None where nobody counted.
    versions : mapping of str to str
        Programs and their versions; see `versions_here`.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    asked = question_of(trial, selection)
    write = paragraph_in_french if language == "fr" else paragraph_in_english
    return write(asked, looks, versions)
