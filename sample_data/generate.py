"""Writes the three synthetic trials and their visits; every participant in them is invented.

Usage: ``python sample_data/generate.py [--check] [--into FOLDER]``.

No individual data of MIROCALS are public. ``mirocals`` is therefore drawn from a model and then
*conditioned* on what was published (see ``outcome.py``; the participants come from ``baseline.py``), and
nothing about a real person is in it. ``mirocals-prognostic`` and ``mirocals-null`` have the same
participants with one plain draw of outcomes each, whatever it shows.

How the seeds were chosen
-------------------------
``PROGNOSTIC_SEED`` and ``NULL_SEED`` were set before anything was drawn. ``BASELINE_SEED`` is one with
which the arms are alike and the correlations with pNFH lie in the intended ranges. ``MIROCALS_SEED``
was picked among some 800 tried, of which six passed, because besides the published figures the trial
then looks ordinary in everything that is not published: hazards proportional, no factor but pNFH
modifying the effect, the effect rising smoothly with pNFH and vanishing near 3,700 pg/mL, an interaction at
3,700 pg/mL with p < 0.05. ``tests/sample_data`` checks all of it.

Only uniform random numbers are used and every value is rounded when written, so that the files come out
the same bit for bit whatever the machine or the number of threads.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import Any

from baseline import ASSAY_FLOOR, PARTICIPANTS, Floats, Table, draw_baseline, hide_some
from outcome import HORIZON, NO_EFFECT, PROGNOSTIC, draw_mirocals, draw_outcome
from visits import NOTHING, PREDICTIVE, draw_visits
from visits import PROGNOSTIC as PROGNOSTIC_COURSE

BASELINE_SEED = 108
MIROCALS_SEED = 270
PROGNOSTIC_SEED = 2
NULL_SEED = 3
MISSING_SEED = 4
VISIT_SEEDS = {"mirocals": 5, "mirocals-prognostic": 6, "mirocals-null": 7}
COURSES = {"mirocals": PREDICTIVE, "mirocals-prognostic": PROGNOSTIC_COURSE, "mirocals-null": NOTHING}

COLUMNS = (
    "country", "site", "arm", "sex", "age", "onset", "el_escorial", "onset_months",
    "alsfrs_r", "alsfrs_slope", "svc", "csf_pnfh", "serum_nfl", "tregs",
)  # fmt: skip
DECIMALS = {"onset_months": 1, "alsfrs_slope": 2, "serum_nfl": 1, "tregs": 1}


def cell(name: str, value: Any) -> str:
    """One value as it stands in the file; empty when missing."""
    if isinstance(value, str):
        return str(value)
    if math.isnan(value):
        return ""
    if name == "csf_pnfh" and value <= ASSAY_FLOOR:
        return f"<{ASSAY_FLOOR:g}"
    return f"{value:.{DECIMALS.get(name, 0)}f}"


def as_csv(table: Table, days: Floats) -> str:
    """The trial as the text of its file, one line per participant in order of enrolment."""
    columns = {name: table[name] for name in COLUMNS} | {"days": days, "died": (days < HORIZON) * 1.0}
    lines = [",".join(["participant", *columns])]
    lines += [
        ",".join([f"S-{k + 1:03d}", *(cell(name, column[k]) for name, column in columns.items())])
        for k in range(PARTICIPANTS)
    ]
    return "\n".join(lines) + "\n"


def trials() -> dict[str, str]:
    """File name and text of the three synthetic trials, and of their visits."""
    baseline = draw_baseline(BASELINE_SEED)
    shown = hide_some(MISSING_SEED, baseline)
    days = {
        "mirocals": draw_mirocals(MIROCALS_SEED, baseline),
        "mirocals-prognostic": draw_outcome(PROGNOSTIC_SEED, baseline, PROGNOSTIC),
        "mirocals-null": draw_outcome(NULL_SEED, baseline, NO_EFFECT),
    }
    files = {f"{name}.csv": as_csv(shown, values) for name, values in days.items()}
    for name, values in days.items():
        drawn = draw_visits(VISIT_SEEDS[name], baseline, values, COURSES[name])
        files[f"{name}.visits.csv"] = hide_missing(drawn, shown)
    return files


def hide_missing(text: str, shown: Table) -> str:
    """The visits without the baseline values that the trial's file lacks as well."""
    hidden = {
        f"S-{k + 1:03d},{name},0,,"
        for name in ("svc", "tregs")
        for k, value in enumerate(shown[name])
        if math.isnan(value)
    }
    kept = [line for line in text.splitlines() if line.rpartition(",")[0] + "," not in hidden]
    return "\n".join(kept) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write the files, or compare them with what is there; 1 when a file differs."""
    parser = argparse.ArgumentParser(description="Write the synthetic trials.")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent, help="folder (default: this one)")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    options = parser.parse_args(arguments)
    differing = 0
    for name, text in trials().items():
        path = options.into / name
        if not options.check:
            path.write_bytes(text.encode())
        elif not path.is_file() or path.read_bytes() != text.encode():
            differing += 1
            sys.stderr.write(f"{path} is not what generate.py makes; run python sample_data/generate.py.\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
