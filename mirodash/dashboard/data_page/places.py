"""Every id on the Data page, as constants."""

from __future__ import annotations

OPENED = "data-opened"
ASKED = "data-asked"
ANSWERED = "data-answered"
ANSWER_SHOWN = "data-answer-shown"
ORDERED = "data-ordered"
DONE = "data-done"
DONE_SHOWN = "data-done-shown"

DROP = "data-drop"
FILE_PLACE = "data-file-place"
PROMISE = "data-promise"
PROGRESS = "data-progress"
SAID = "data-said"
REFUSED = "data-refused"
TEMPLATE_CSV = "data-template-csv"
TEMPLATE_TOML = "data-template-toml"

OWN = "data-own"
FORGET = "data-forget"
MAPPING = "data-mapping"
LOADED = "data-loaded"
