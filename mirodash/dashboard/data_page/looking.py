"""Lets a child process look at an upload and its mapping: no cell of it is read in the server's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any

from mirodash.dashboard.data_page.draft_words import checked, mapped, opened
from mirodash.dashboard.data_page.mapping import chosen_param
from mirodash.errors import UnusableDataError
from mirodash.trial.dictionary import Draft
from mirodash.trial.dictionary_toml import dictionary_in, dictionary_text
from mirodash.trial.infer.infer_dictionary import Guess, guess
from mirodash.uploads import reader_process
from mirodash.uploads.intake import FILE, TABLES, whole
from mirodash.uploads.reader_process import Allowance, Work
from mirodash.uploads.serialisation import from_plain, sealed, table_from, to_plain, unsealed
from mirodash.uploads.uploads import Uploads

Data = dict[str, Any]
CONFIRMED = "dictionary.toml"
_WORDS, _PROPOSAL = "words", "proposal"
LARGEST_WORDS = 20_000_000
"""In bytes; of two thousand columns it is half a million."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of an upload: the words of the page, and the dictionary that its mapping stands for."""

    words: Data
    dictionary: str
    name: str


class Looking:
    """Looks at uploads for their readers.

    Parameters
    ----------
    uploads : Uploads
        Where they are kept.
    allowed : Allowance
        What a look may take.
    """

    def __init__(self, uploads: Uploads, allowed: Allowance) -> None:
        self._uploads = uploads
        self._allowed = allowed

    def look(self, who: str, upload: str, form: object, *, opens: bool = False) -> Looked:
        """Look at an upload as it is mapped.

        Parameters
        ----------
        who, upload : str
            The reader, and the name of the upload.
        form : object
            What the browser sent as the mapping; None is the proposal itself.
        opens : bool
            Whether what does not change while a reader maps is wanted as well.

        Raises
        ------
        GoneError
            When there is no such upload of this reader.
        UnusableDataError
            When the child could not look at it.
        """
        contents = self._uploads.contents(who, upload)
        confirmed = self._uploads.dictionary(who, upload)
        proposal = self._uploads.proposed(who, upload)
        about = {"tables": len(contents), "form": form, "confirmed": confirmed, "opens": opens}
        files = {**dict(zip(TABLES, contents, strict=False)), _PROPOSAL: proposal}
        results = (_WORDS, _PROPOSAL, reader_process.PROBLEMS)
        with reader_process.in_words(FILE):
            answer = reader_process.run(
                Work(f"{__name__}:look", FILE, results, about, files), self._allowed, reader_process.LOOKING
            )
        looked = _looked(whole(answer, _WORDS, FILE))
        found = answer.get(_PROPOSAL, b"")
        if found != proposal and len(found) <= LARGEST_WORDS:
            self._uploads.propose(who, upload, found)
        return looked


def _looked(content: bytes) -> Looked:
    """What a child saw, of the kinds that a page is given."""
    try:
        if len(content) > LARGEST_WORDS:
            raise ValueError("too much")
        told = json.loads(unsealed(content))
        words = {str(key): value for key, value in told["words"].items()}
        return Looked(words, str(told["dictionary"]), str(told["name"]))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise UnusableDataError("This upload cannot be looked at; upload the file again.") from error


def look(about: Mapping[str, Any]) -> None:
    """Look at the upload in this folder; what a child does."""
    tables = [table_from(Path(name).read_bytes()) for name in TABLES[: about["tables"]]]
    param = chosen_param(about["form"])
    proposal = _kept_proposal(Path(_PROPOSAL).read_bytes(), param)
    if proposal is None:
        proposal = guess(tables, param)
        Path(_PROPOSAL).write_bytes(sealed(json.dumps([param, _plain(proposal)]).encode()))
    confirmed = dictionary_in(about["confirmed"], CONFIRMED) if about["confirmed"] else None
    upload = mapped(tables, about["form"], proposal, confirmed)
    once = opened(upload) if about["opens"] else {}
    words, _ = checked(upload)
    told = {
        "words": {**once, **words},
        "dictionary": dictionary_text(upload.draft),
        "name": PurePath(tables[0].name).stem,
    }
    Path(_WORDS).write_bytes(sealed(json.dumps(told).encode()))


def _plain(proposal: Guess) -> Data:
    return {
        "draft": to_plain(proposal.draft),
        "reasons": dict(proposal.reasons),
        "parameters": proposal.parameters,
    }


def _kept_proposal(content: bytes, param: str | None) -> Guess | None:
    """What was proposed for this endpoint before; None when another version kept it, or nothing is kept."""
    try:
        of, plain = json.loads(unsealed(content))
        reasons = MappingProxyType({str(part): str(why) for part, why in plain["reasons"].items()})
        parameters = tuple((str(code), str(name)) for code, name in plain["parameters"])
        return Guess(from_plain(Draft, plain["draft"]), reasons, parameters) if of == param else None
    except (UnusableDataError, ValueError, LookupError, TypeError, AttributeError):
        return None
