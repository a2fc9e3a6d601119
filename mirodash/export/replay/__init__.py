"""Whether a file's numbers come out again: the same question, put to the same data, compared bit for bit."""

from __future__ import annotations

from mirodash.export.replay.replaying import Replayed, read_kept, replayed

__all__ = ["Replayed", "read_kept", "replayed"]
