"""Scripts in R or Python that make the numbers of a view again, without MiroDash."""

from __future__ import annotations

from typing import Literal

from mirodash.export.code.progression_script import progression_code
from mirodash.export.code.python_script import write_python_script
from mirodash.export.code.r_script import write_r_script
from mirodash.export.code.recipe import plan_script
from mirodash.questions.talk.view_description import describe_exploratory_status
from mirodash.stratification.selection import Selection
from mirodash.trial.trial import Trial

ScriptLanguage = Literal["r", "python"]
__all__ = ["LANGUAGES", "ScriptLanguage", "code", "progression_code"]

LANGUAGES: tuple[ScriptLanguage, ...] = ("r", "python")


def code(trial: Trial, selection: Selection, language: ScriptLanguage, *, paths: tuple[str, ...] = ()) -> str:
    """A script that reads the reader's own file, makes the same groups and prints the same numbers.

    It prints CSV, ``group,quantity,value``: what ``mirodash analyze --json`` tells of every group, and the
    p-value of the interaction; empty where a number does not exist.

    Parameters
    ----------
    trial, selection
        The view.
    language : {"r", "python"}
    paths : tuple of str
        Where the script looks for the files when it is told nothing; by default their names, beside it.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial, the trial was read from no file, or one of its names
        cannot be written in the language.
    """
    made = plan_script(trial, selection, paths=paths)
    write = write_r_script if language == "r" else write_python_script
    return write(made, standing=describe_exploratory_status(trial, selection))
