"""Live page: one HTML file of a view whose threshold can be dragged, without a server and offline."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import zlib
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from mirodash import __version__
from mirodash.disclosure.curve_values import biomarker_span
from mirodash.errors import UnusableDataError
from mirodash.export.analysis_json import encode_numbers
from mirodash.plot.theme import LIGHT, pair_colours
from mirodash.questions.effect_along_biomarker import EFFECT_BY_BIOMARKER
from mirodash.questions.finding import FINDING, are_few_enough_to_search
from mirodash.questions.subgroup_credibility import count_views
from mirodash.questions.talk.methods_paragraph import methods_paragraph
from mirodash.questions.talk.view_description import describe_footer, describe_source
from mirodash.questions.threshold_pack import pack_view
from mirodash.settings import assets_folder
from mirodash.stratification.selection import Selection
from mirodash.text.methods import describe_method, describe_software_versions
from mirodash.trial.trial import Trial

SCRIPTS = ("query.js", "sketch.js", "live/live_parts.js", "live/live_page.js")
STYLES = ("tokens.css", "live/live_page.css")
NUMBERS = re.compile(r'<script type="text/plain" id="numbers">([A-Za-z0-9+/=]*)</script>')
MAX_UNPACKED = 50_000_000
NOT_LIVE = "This file is no live page of MiroDash, or it was changed."
BEGINNING = "<!doctype html>"


def write_live_page(trial: Trial, selection: Selection, *, on: date) -> str:
    """Write a view as one HTML file that asks for nothing: its threshold moves as on Explore.

    Parameters
    ----------
    trial : Trial
    selection : Selection
        A valid one; each of its thresholds can be dragged, while the others are where they are in it.
    on : date
        The day it is made.

    Raises
    ------
    UnusableQuestionError
        When the selection does not fit the trial.
    """
    if are_few_enough_to_search(trial, selection):
        # with the search at hand, the finding of every stop is the whole one
        FINDING.compute(trial, selection, FINDING.steps)
    pack = pack_view(trial, selection, LIGHT)
    _leave_out_rug(pack)
    pack |= {"axis": _describe_axis(trial, selection), "dark": pair_colours()}
    looked = count_views(trial, selection, None)
    numbers = encode_numbers(trial, selection, looked=looked, on=on)
    script, style = (_join(names) for names in (SCRIPTS, STYLES))
    title = f"{trial.title} – MiroDash"
    policy = f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; base-uri 'none'"
    badge = '<span class="synthetic">SYNTHETIC</span>' if trial.dictionary.synthetic else ""
    methods = methods_paragraph(
        trial, selection, language="en", looks=looked, versions=describe_software_versions()
    )
    foot = (
        describe_footer(trial, selection, method=describe_method("explore"), on=on),
        describe_source(trial, selection),
    )
    return f"""{BEGINNING}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="MiroDash {__version__}">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
<header><span class="brand">Miro<b>Dash</b></span> <span>{escape(trial.title)}</span> {badge}</header>
<main id="view"><noscript>This page moves with JavaScript, which is switched off here.</noscript></main>
<details class="methods"><summary>Methods</summary><p>{escape(methods)}</p></details>
<footer>{"".join(f"<p>{escape(line)}</p>" for line in foot)}</footer>
<script type="text/plain" id="numbers">{_pack(numbers)}</script>
<script type="text/plain" id="pack">{_pack(pack)}</script>
<script>{script}</script>
</body>
</html>
"""


def read_live_numbers(text: str) -> str:
    """Return the numbers in a live page as the JSON file that Export writes of them.

    Raises
    ------
    UnusableDataError
        When it is no live page, or was damaged.
    """
    found = NUMBERS.search(text)
    if found is None:
        raise UnusableDataError(NOT_LIVE)
    try:
        unpacking = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        numbers = unpacking.decompress(base64.b64decode(found[1], validate=True), MAX_UNPACKED)
        return numbers.decode("utf-8")
    except (ValueError, zlib.error) as error:
        raise UnusableDataError(NOT_LIVE) from error


def _leave_out_rug(pack: dict[str, Any]) -> None:
    """No file holds everybody's biomarker: of the marks under the effect curve each is of one participant."""
    sketch = pack["still"]["sketches"].get(EFFECT_BY_BIOMARKER.key)
    if sketch is not None:
        sketch["traces"] = [trace for trace in sketch["traces"] if pack["looks"][trace[0]]["kind"] != "ticks"]


def _describe_axis(trial: Trial, selection: Selection) -> dict[str, Any] | None:
    span = biomarker_span(trial, selection)
    if span is None:
        return None
    named = {"name": span.biomarker.short, "unit": span.biomarker.unit}
    return {**span.describe(), **named}


def _join(names: tuple[str, ...]) -> str:
    folder: Path = assets_folder()
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _pack(thing: object) -> str:
    text = json.dumps(thing, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # without the time at which it was packed: the same view makes the same file
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
