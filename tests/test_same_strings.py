"""One view's numbers are the same strings on the screen, in captions, slides, tables and JSON."""

from __future__ import annotations

import io
import re
from datetime import date
from functools import cache
from typing import Any

from pptx import Presentation

from mirodash.export.analysis_json import analysis_json
from mirodash.export.csv_tables import write_table
from mirodash.export.deck import Slide, deck
from mirodash.plot.theme import LIGHT
from mirodash.questions.panel_words import describe_panel_words
from mirodash.questions.report import analysis_tables, analyze
from mirodash.questions.survival_cards import SURVIVAL
from mirodash.questions.talk.stage_view import describe_slide
from mirodash.stratification.saved_view import SavedView
from mirodash.stratification.selection import Selection
from mirodash.text.numbers import unify_spaces
from mirodash.trial.store import sample
from mirodash.web.panel_host import show_panel
from mirodash.web.view import View
from tests.profiles import for_each

TRIAL = sample("mirocals")
QUERY = "threshold=3700"
VIEW = Selection.from_query(QUERY)
DAY = date(2026, 5, 9)
GROUPS = (0, 1, 2)


@cache
def numbers() -> list[dict[str, Any]]:
    """Every group as ``analyze --json`` has it."""
    return analysis_json(analyze(TRIAL, VIEW))["groups"]


def kept(place: int) -> SavedView:
    return SavedView(QUERY, f"survival-{place}")


def on_slide(place: int) -> str:
    facts = describe_slide(TRIAL, VIEW, kept(place), on=DAY).facts
    return unify_spaces(" ".join(f"{fact.label} {fact.value} {fact.detail}" for fact in facts))


def on_screen(place: int) -> str:
    """The words of a card, which are also those of its caption when its picture is saved."""
    words = describe_panel_words(show_panel(SURVIVAL[place], View(TRIAL, VIEW), LIGHT))
    assert words is not None
    return unify_spaces(" ".join(f"{one['label']} {one['value']} {one['detail']}" for one in words["facts"]))


@cache
def presented() -> Any:
    file = deck([Slide(TRIAL, VIEW, kept(place)) for place in GROUPS], on=DAY)
    return Presentation(io.BytesIO(file))


def in_powerpoint(place: int) -> str:
    (facts,) = (one for one in presented().slides[place].shapes if one.name == "Facts")
    return unify_spaces(" ".join(re.split(r"[\n\v]", facts.text_frame.text)))


def in_powerpoint_title(place: int) -> str:
    return unify_spaces(presented().slides[place].shapes.title.text_frame.text)


def in_terminal(place: int) -> str:
    """The part of what ``analyze`` prints that is about one group: from its heading to the next."""
    _, *parts = re.split(r"\n(?=.*: n = )", unify_spaces(analysis_tables(analyze(TRIAL, VIEW))))
    assert parts[place].startswith(numbers()[place]["label"])
    return re.sub(r"\s+", " ", parts[place])


def in_spreadsheet(place: int) -> str:
    answer = show_panel(SURVIVAL[place], View(TRIAL, VIEW), LIGHT)
    assert answer is not None
    return unify_spaces(write_table(answer.explanation.tables))


def written_by_hand(place: int) -> dict[str, str]:
    """The strings, written by other means than the program's from the full digits."""
    group = numbers()[place]
    control, treated = (100 * arm["survival_at"]["estimate"] for arm in group["arms"])
    low, high = group["cox"]["ci"]
    apart, ends = group["survival_difference"]["estimate"], group["survival_difference"]["ci"]
    signed = [f"{100 * value:+.0f}".replace("-", "−") for value in (apart, *ends)]
    return {
        "hazard ratio": f"{group['cox']['hr']:.2f}",
        "its interval": f"95 % CI {low:.2f} to {high:.2f}",
        "survival": f"{treated:.0f} % v {control:.0f} %",
        "difference": f"{signed[0]} points (95 % CI {signed[1]} to {signed[2]})",
    }


@for_each("place", GROUPS)
@for_each("medium", [on_screen, on_slide, in_powerpoint])
def test_every_medium_writes_the_numbers_of_a_group_alike(medium: Any, place: int):
    text = medium(place)
    missing = {what: string for what, string in written_by_hand(place).items() if string not in text}
    assert missing == {}, text


@for_each("place", GROUPS)
def test_a_slide_in_powerpoint_says_what_the_stage_says(place: int):
    words = describe_slide(TRIAL, VIEW, kept(place), on=DAY)
    assert in_powerpoint_title(place) == unify_spaces(words.title)
    for fact in words.facts:
        for part in (fact.label, fact.value, fact.detail):
            assert unify_spaces(part) in in_powerpoint(place)


@for_each("place", GROUPS)
def test_shares_in_a_sentence_and_in_a_spreadsheet_are_those_of_the_card(place: int):
    treated, control = written_by_hand(place)["survival"].split(" v ")
    assert f"{treated} were alive at 640 days on IL-2 and {control} on placebo" in in_powerpoint_title(place)
    rows = {
        line.partition(",")[0]: line for line in in_spreadsheet(place).splitlines() if "% (95 % CI" in line
    }
    assert f",{treated} (95 % CI " in rows["IL-2"]
    assert f",{control} (95 % CI " in rows["Placebo"]


@for_each("place", GROUPS)
def test_the_command_line_prints_the_same_hazard_ratio_and_difference(place: int):
    wanted = written_by_hand(place)
    printed = in_terminal(place)
    assert f"{wanted['hazard ratio']} ({wanted['its interval']})" in printed
    assert wanted["difference"] in printed
