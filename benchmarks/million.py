"""Run as a program: how long the scan of very many participants takes, and its largest memory."""

from __future__ import annotations

import json
import resource
import sys
from functools import partial
from statistics import median

from benchmarks.laps import lap
from benchmarks.many_thresholds import THRESHOLDS, scan
from benchmarks.people import crowd

KIBIBYTE = 1024


def main() -> None:
    """Print ``{"seconds", "bytes"}`` for as many participants as the first argument says."""
    people = crowd(int(sys.argv[1]))
    work = partial(scan, people, people.lines(THRESHOLDS))
    seconds = median(lap(work).seconds for _ in range(3))
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE
    sys.stdout.write(json.dumps({"seconds": seconds, "bytes": largest}))


if __name__ == "__main__":
    main()
