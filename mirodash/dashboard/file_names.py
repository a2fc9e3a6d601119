"""What files are called that a reader takes away, and what a browser is told they are."""

from __future__ import annotations

import re

from mirodash.trial.trial import Trial
from mirodash.uploads.uploads import is_own

LONGEST = 60
POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def file_name(trial: Trial, what: str, ending: str) -> str:
    """``mirodash-<trial>-<what>-SYNTHETIC.<ending>``, with nothing in it that a disk refuses.

    The loud word is part of the name when the trial is synthetic: files travel without their page.
    """
    return f"{file_stem(trial, what)}.{ending}"


def file_stem(trial: Trial, what: str) -> str:
    """The name without its ending, for files of which there are several sizes.

    An uploaded trial is called by its title: the name in its link says nothing to whoever finds the file.
    """
    parts = ["mirodash", _safe(trial), what, "SYNTHETIC" if trial.dictionary.synthetic else ""]
    return "-".join(filter(None, parts))


def _safe(trial: Trial) -> str:
    if not is_own(trial.id):
        return _written(trial.id)[:LONGEST]
    return re.sub("-+", "-", _written(trial.dictionary.title))[:LONGEST].strip("-")


def _written(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in name)
