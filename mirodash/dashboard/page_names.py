"""The pages in the order in which the header names them, by address."""

from __future__ import annotations

EXPLORE = "/"
THRESHOLDS = "/thresholds"
SUBGROUPS = "/subgroups"
CREDIBILITY = "/credibility"
PRESENT = "/present"
DATA = "/data"

PAGE_NAMES = {
    EXPLORE: "Explore",
    THRESHOLDS: "Thresholds",
    SUBGROUPS: "Subgroups",
    CREDIBILITY: "Credibility",
    PRESENT: "Present",
    DATA: "Data",
}
