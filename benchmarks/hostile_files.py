"""How long each hostile file is looked at before it is refused, and what that costs the server in memory."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from subprocess import run
from typing import Any

from benchmarks.comparison_table import Row, in_words
from benchmarks.hostile_kinds import HOSTILE
from benchmarks.laps import lap
from mirodash.errors import UnusableDataError
from mirodash.uploads import reader_process
from mirodash.uploads.intake import tables_of

LONGEST = 2.0
"""Seconds until a reader has the sentence."""
MOST_GROWTH = 50
"""Mebibytes by which the server may grow."""
KIBIBYTES = 1024


def measure(folder: Path, *, rounds: int) -> Iterator[Row]:
    """A row for each kind of file, with the median time and the largest memory of all rounds."""
    for what, (name, make) in HOSTILE.items():
        path = folder / "hostile"
        path.write_bytes(make())
        asked = json.dumps({"path": str(path), "name": name})
        refused = [_in_a_server(asked) for _ in range(rounds)]
        seconds = median(one["seconds"] for one in refused)
        growth, child = (max(one[key] for one in refused) for key in ("growth", "child"))
        said = all(one["sentences"] for one in refused)
        yield Row(
            f"refusing {what} ({path.stat().st_size / 1e6:.1f} MB {Path(name).suffix})",
            in_words(seconds),
            theirs=f"+{growth:.0f} MiB",
            ratio=f"child {child:.0f} MiB",
            goal=f"≤ {LONGEST:g} s, ≤ {MOST_GROWTH} MiB",
            met=said and seconds <= LONGEST and growth <= MOST_GROWTH,
        )


def _in_a_server(asked: str) -> dict[str, Any]:
    """What a process that did nothing before says of one refusal."""
    ended = run([sys.executable, "-m", __name__], input=asked, capture_output=True, text=True, check=True)
    return json.loads(ended.stdout)


def main() -> None:
    """Refuse one file in a process that did nothing before, and print what it took."""
    asked = json.load(sys.stdin)
    # a child of its own for each file: what a copy of one that stays took is not told to us
    reader_process.STAYING = False
    _refusal("warm.csv", b"id\n1\n")
    before = _largest(resource.RUSAGE_SELF)
    sentences: list[str] = []

    def refuse() -> float:
        sentences.extend(_sentences(asked["name"], Path(asked["path"])))
        return float(len(sentences))

    seconds = lap(refuse).seconds
    growth = _largest(resource.RUSAGE_SELF) - before
    child = _largest(resource.RUSAGE_CHILDREN)
    json.dump({"seconds": seconds, "growth": growth, "child": child, "sentences": sentences}, sys.stdout)


def _refusal(name: str, content: bytes) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "0"
        path.write_bytes(content)
        return _sentences(name, path)


def _sentences(name: str, path: Path) -> list[str]:
    try:
        tables_of([(name, path)])
    except UnusableDataError as error:
        return list(error.problems)
    return []


def _largest(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / KIBIBYTES


if __name__ == "__main__":
    main()
