"""Logs a reader out of the Data page: every upload of theirs is deleted, and their cookie taken back."""

from __future__ import annotations

from typing import Any

from mirodash.dashboard.reader import forget_reader, reader
from mirodash.text.data_sentences import forgotten
from mirodash.trial.store import TrialStore
from mirodash.uploads.uploads import Uploads


def forget_trials(store: TrialStore, uploads: Uploads) -> dict[str, Any]:
    """Delete all that the reader who asks has uploaded, and forget the reader; say how much that was.

    The cookie goes last: when the vault does not answer, the reader is still known and can ask again.

    Raises
    ------
    UnavailableError
        When the place where uploads are kept does not answer.
    """
    deleted = uploads.forget(reader())
    forget_reader()
    names = [{"value": name, "label": label} for name, label in store.names()]
    return {"said": forgotten(deleted), "trials": names, "own": []}
