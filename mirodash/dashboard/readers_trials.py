"""Every trial that the reader who asks can look at: those of everybody, and those the reader uploaded."""

from __future__ import annotations

from mirodash.dashboard.reader import reader
from mirodash.errors import GoneError, UnavailableError, UnusableDataError
from mirodash.settings import KEPT_SECONDS
from mirodash.text.data_sentences import span
from mirodash.trial.store import TrialStore
from mirodash.trial.trial import Trial
from mirodash.uploads.uploads import GONE, OWN, Uploads, is_own

YOURS = "(yours)"


class ReadersTrials(TrialStore):
    """What is served, seen by whoever asks; outside a request it holds the trials of everybody alone.

    The name of an uploaded trial is no secret: it stands in links and in exported files, and opens nothing
    without the cookie of the browser that uploaded it.

    Parameters
    ----------
    shared : TrialStore
        The trials of everybody; the default one is the first of them, for every reader.
    uploads : Uploads
        The trials of readers.
    kept_seconds : int
        How long an upload is kept when nobody looks at it; said to whoever comes too late.
    """

    def __init__(self, shared: TrialStore, uploads: Uploads, *, kept_seconds: int = KEPT_SECONDS) -> None:
        super().__init__(samples=())
        self._shared = shared
        self._uploads = uploads
        self._gone = gone_sentence(kept_seconds)

    def __len__(self) -> int:
        return len(self.ids())

    def __contains__(self, trial_id: object) -> bool:
        return trial_id in self._shared or trial_id in dict(self._own())

    def ids(self) -> tuple[str, ...]:
        """The names of all trials that the reader can open, the default one first."""
        return (*self._shared.ids(), *dict(self._own()))

    def names(self) -> tuple[tuple[str, str], ...]:
        """``(id, title)``; the reader's own say so, and come last."""
        return (*self._shared.names(), *((name, f"{title} {YOURS}") for name, title in self._own()))

    def get(self, trial_id: str = "") -> Trial:
        """The trial of this name; ``""`` is the default one, which is everybody's.

        Raises
        ------
        GoneError
            When it was uploaded, and not by the reader who asks, or is not kept any more.
        UnavailableError
            When the place where uploads are kept does not answer.
        UnusableQuestionError
            When there is no trial of this name.
        """
        if trial_id in self._shared or not trial_id.startswith(OWN):
            return self._shared.get(trial_id)
        known = reader()
        # what is no name of ours must not reach the place where names are looked up
        if not known or not is_own(trial_id):
            raise GoneError(self._gone)
        try:
            return self._uploads.trial(known, trial_id)
        except GoneError as error:
            # what is said to the owner alone, who has not finished, stays
            raise GoneError(self._gone if error.problems == (GONE,) else error.problems) from error
        except UnusableDataError as error:
            # kept by another version of the program, which read it otherwise
            raise GoneError(error.problems) from error

    def refuse_unless_drafted(self, trial_id: str) -> None:
        """Raise `GoneError` when the reader who asks uploaded nothing of this name, confirmed or not."""
        known = reader()
        if not known or not is_own(trial_id):
            raise GoneError(self._gone)
        self._uploads.dictionary(known, trial_id)

    def _own(self) -> tuple[tuple[str, str], ...]:
        """The reader's own; none are offered while nobody can say which there are."""
        try:
            known = reader()
            return self._uploads.names(known) if known else ()
        except UnavailableError:
            return ()


def gone_sentence(kept_seconds: int) -> str:
    """What is said of an uploaded trial that does not open, whatever the reason: nobody can tell which."""
    return (
        "This link is to a trial that somebody uploaded; it opens only for them, in the browser they used, "
        f"and is forgotten when nobody has looked at it for {span(kept_seconds)}."
    )
