"""What a place for uploaded trials must be able to do: keep bytes by reader, and forget them in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

FULL = "The place where uploaded trials are kept is full; delete a trial, or try again later."
SILENT = "The place where uploaded trials are kept does not answer; try again in a moment."


class Vault(Protocol):
    """Bytes by reader, trial and part, forgotten when their reader has not asked for a while.

    ``reader`` is the secret of a browser, ``trial`` the name of one of its trials; any text will do for
    them and for ``part``. Whatever is asked lets the reader's time begin anew. Every method raises
    `mirodash.errors.UnavailableError` when the place does not answer, and `UnusableDataError`
    when it is full.
    """

    def put(self, reader: str, trial: str, parts: Mapping[str, bytes]) -> None:
        """Keep these parts of a trial, all of them or none; other parts of it stay."""
        ...

    def get(self, reader: str, trial: str, part: str) -> bytes | None:
        """One part, or None when there is no such part, or not any more."""
        ...

    def trials(self, reader: str) -> tuple[str, ...]:
        """The reader's trials, in the order in which they came."""
        ...

    def delete(self, reader: str, trial: str) -> None:
        """Forget one trial; one that is not there is forgotten already."""
        ...

    def room(self) -> int | None:
        """Try whether something can be kept, and return for how many bytes more there is room.

        None where the place does not tell; nothing of any reader is touched.
        """
        ...
