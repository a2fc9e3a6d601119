"""Credibility page: the form of a subgroup claim, its answers, facts and the highest grade."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from mirodash.errors import UnusableDataError
from mirodash.export.saved_json import (
    CREDIBILITY_JSON_TEXTS,
    MAX_NOTE_LENGTH,
    encode_credibility,
    encode_form,
    is_day,
    read_assessment,
    read_credibility,
)
from mirodash.questions.credibility_text import (
    ANSWER_LABELS,
    CITATION,
    CONSEQUENCES,
    GRADE_LABELS,
    HOW_TO_USE,
    INSTRUMENT,
    LEANINGS,
    OTHER_QUESTION,
    QUESTION_WORDS,
    SCENARIO_SOURCE,
    describe_ceiling,
    describe_claim,
    describe_claim_facts,
    describe_question_facts,
    describe_scenario,
    describe_scope,
    flag_answer,
    flag_grade,
    limit_in_words,
)
from mirodash.questions.group_effects import (
    absolute_effects,
    describe_absolute_effect,
    describe_caution,
    describe_estimand,
)
from mirodash.questions.subgroup_credibility import (
    GRADES,
    OTHER,
    Answer,
    Assessment,
    Credibility,
    ViewHistory,
    answers_above,
    ceiling,
    count_views,
    credibility,
    highest_answers,
    is_open,
    overall,
)
from mirodash.questions.subgroup_credibility import QUESTIONS as SUBGROUP_CREDIBILITY_QUESTIONS
from mirodash.questions.survival_curves import survival_by_group
from mirodash.stratification.saved_view import claim_of
from mirodash.stratification.validation import reduce_to_canonical
from mirodash.text.facts import Fact
from mirodash.text.labels import format_arm_names
from mirodash.trial.store import TrialStore
from mirodash.web import ids
from mirodash.web.components import build_aria_attributes, build_file_name
from mirodash.web.panel_host import build_disclosure_line, build_page_footer, build_still_finding
from mirodash.web.strip import link_back_to_explore
from mirodash.web.view import View, read_view

Data = dict[str, Any]


def describe_form(view: View) -> Data:
    """What the form asks, in words; ``key`` is the claim's, under which the browser keeps the answers."""
    return {
        "key": claim_of(view.trial, view.selection).key,
        "questions": [
            {
                "key": question.key,
                "number": str(place),
                "heading": question.heading,
                "text": question.text,
                "answers": [
                    {"value": answer.value, "label": ANSWER_LABELS[answer], "meaning": meaning}
                    for answer, meaning in question.meanings.items()
                ],
            }
            for place, question in enumerate(QUESTION_WORDS, start=1)
        ],
        "other": {
            "key": OTHER,
            "text": OTHER_QUESTION,
            "answers": [{"value": value, "label": label, "meaning": ""} for value, label in LEANINGS.items()],
        },
        "grades": [
            {"value": grade.value, "label": GRADE_LABELS[grade], "meaning": CONSEQUENCES[grade]}
            for grade in GRADES
        ],
        "longest": {"note": MAX_NOTE_LENGTH, **CREDIBILITY_JSON_TEXTS},
    }


def describe_judgement(view: View, assessment: Assessment, seen: object) -> Data:
    """What the facts and the answers leave open; a grade is only ever ruled out, never chosen.

    Answers and a grade that are not open any more stay as they were given, and are in ``flags`` with a
    sentence that says so: the facts may belong to another view than the one that was judged.
    """
    found = credibility(view.trial, view.selection)
    looked = count_views(view.trial, view.selection, seen)
    highest = highest_answers(found)
    above = answers_above(assessment.answers, highest)
    if not _may_be_left_out(found) and assessment.answers.get("cut") is Answer.NOT_APPLICABLE:
        above = (*above, "cut")
    kept = {question: answer for question, answer in assessment.answers.items() if question not in above}
    limit = ceiling(kept)
    flags = {question: flag_answer(assessment.answers[question]) for question in above}
    if assessment.grade and not limit.allows(assessment.grade):
        flags["grade"] = flag_grade(assessment.grade)
    return {
        "key": found.claim.key,
        "scope": list(describe_scope(view.trial, found)),
        "questions": {
            question: _open(question, view, looked, highest[question], flags.get(question, ""))
            for question in SUBGROUP_CREDIBILITY_QUESTIONS
        },
        "grades": {
            "allowed": [grade.value for grade in GRADES if limit.allows(grade)],
            "said": " ".join(filter(None, (describe_ceiling(limit), flags.get("grade")))),
        },
        "day": "" if not assessment.day or is_day(assessment.day) else "The day is written as 2026-05-09.",
        "flags": flags,
    }


def describe_facts(view: View, seen: object) -> dict[str, tuple[str, ...]]:
    """The locked sentences beside each question."""
    found = credibility(view.trial, view.selection)
    looked = count_views(view.trial, view.selection, seen)
    return {
        q: describe_question_facts(q, view.trial, view.selection, found, looked)
        for q in SUBGROUP_CREDIBILITY_QUESTIONS
    }


def _may_be_left_out(found: Credibility) -> bool:
    """Whether the question about the cut need not be answered: there is no scale to cut."""
    return not found.continuous


def _open(question: str, view: View, looked: ViewHistory, highest: Answer, flag: str) -> Data:
    found = credibility(view.trial, view.selection)
    meanings = next(words.meanings for words in QUESTION_WORDS if words.key == question)
    allowed = [
        answer.value
        for answer in meanings
        if (_may_be_left_out(found) if answer is Answer.NOT_APPLICABLE else is_open(answer, highest))
    ]
    return {
        "facts": list(describe_question_facts(question, view.trial, view.selection, found, looked)),
        "limit": " ".join(filter(None, (limit_in_words(highest, found), flag))),
        "allowed": allowed,
    }


FORM = "credibility-form"
"""The control whose key is the claim's: the browser keeps one form for each claim."""
NOW = "credibility-now"
"""The same form for the server, which answers requests with plain ids only."""
DESCRIPTION = "credibility-description"
JUDGEMENT = "credibility-judgement"
SHOWN = "credibility-shown"
QUESTIONS = "credibility-questions"
GRADE = "credibility-grade"
SAID = "credibility-said"
EXPORT = "credibility-export"
EXPORTED = "credibility-exported"
CLEAR = "credibility-clear"
LOAD = "credibility-load"
FILE = "credibility-file"
LOADED = "credibility-loaded"
TAKEN = "credibility-taken"
SCOPE = "credibility-scope"
LOADED_WORDS = "The form was loaded."
SEARCHING = "Searching over thresholds …"


def build_credibility_page(view: View) -> Component:
    """The page about the claim that a view makes; ``assets/credibility.js`` builds what is filled in."""
    query = reduce_to_canonical(view.trial, view.selection).to_query()
    main = html.Main(
        [
            _build_claim(view, query),
            html.Div(
                [
                    html.Div(id=QUESTIONS, className="questions"),
                    html.Div(
                        [_grade(), _build_scenario(view), _build_effects(view)], className="beside-questions"
                    ),
                    html.Div(
                        [html.P(HOW_TO_USE), html.P(f"{INSTRUMENT}. {CITATION}.")],
                        className="about credibility-about",
                    ),
                ],
                className="weighing",
            ),
        ],
        className="main credibility",
        id="main",
    )
    return html.Div(
        [
            *_build_stores(view, query),
            build_still_finding(view),
            _build_line(view),
            main,
            *build_disclosure_line(view),
            build_page_footer(view, "credibility"),
        ]
    )


def _build_stores(view: View, query: str) -> list[Component]:
    claim = claim_of(view.trial, view.selection)
    chosen = reduce_to_canonical(view.trial, view.selection)
    return [
        dcc.Store(id=ids.SELECTION, data=query),
        dcc.Store(id=ids.SELECTION_SETTLED, data=query),
        dcc.Store(id=ids.POPULATION, data=replace(chosen, thresholds=None).to_query()),
        dcc.Store(id=ids.identify_choice(FORM, claim.key), storage_type="local"),
        dcc.Store(id=NOW, data={}),
        dcc.Store(id=DESCRIPTION, data=describe_form(view)),
        *(dcc.Store(id=name) for name in (ids.LOOKS_COUNTED, JUDGEMENT, SHOWN, FILE, LOADED, TAKEN)),
        dcc.Download(id=EXPORTED),
    ]


def _build_line(view: View) -> Component:
    phrases: list[Component | str] = []
    for phrase in describe_estimand(view.trial, view.selection):
        phrases += [html.Span(phrase.text, className="phrase strong" if phrase.strong else "phrase"), " "]
    banner = html.P(describe_caution(view.trial, view.selection) or "", className="banner")
    return html.Div([html.P(phrases, className="estimand"), banner], className="estimand-line on-credibility")


def _build_claim(view: View, query: str) -> Component:
    looked = html.Span(id=ids.LOOKS_SAID, className="note looks")
    return html.Header(
        [
            html.Div(
                [html.H1("How credible is this claim?"), looked, link_back_to_explore(query)],
                className="claim-head",
            ),
            html.P(describe_claim(view.trial, view.selection), className="claim"),
            html.Dl(
                [_build_fact(fact) for fact in describe_claim_facts(view.trial, view.selection)],
                className="claim-facts",
            ),
            # what is said here rests on the search, which takes long in a large trial: the page does not wait
            html.Div([html.P(SEARCHING, className="note")], id=SCOPE),
        ],
        className="claim-header",
    )


def _grade() -> Component:
    buttons = [
        html.Button("Export JSON", id=EXPORT, type="button", className="plain"),
        html.Span(id=LOAD),
        html.Button("Clear", id=CLEAR, type="button", className="plain"),
    ]
    return html.Section(
        [
            html.Div(id=GRADE, className="grade"),
            html.Div(buttons, className="form-tools"),
            html.P(id=SAID, role="status", className="said"),
        ],
        **build_aria_attributes(label="Overall grade"),
    )


def _build_scenario(view: View) -> Component:
    title, told = describe_scenario(overall(survival_by_group(view.trial, view.selection)))
    return html.Section(
        [
            html.H2("EMA subgroup scenario"),
            html.P([html.Strong(f"{title}. "), told]),
            html.P(SCENARIO_SOURCE, className="source"),
        ],
        className="scenario",
    )


def _build_effects(view: View) -> Component:
    result = survival_by_group(view.trial, view.selection)
    names = format_arm_names(view.trial, view.selection)
    told = [
        describe_absolute_effect(result, effect, names)
        for effect in absolute_effects(view.trial, view.selection)
    ]
    groups = [
        html.Div(
            [
                html.H3([said.title, html.Span(said.subtitle)]),
                html.Dl([_build_fact(fact) for fact in said.facts], className="facts"),
            ],
            className="absolute",
        )
        for said in told
    ]
    arms = f"{names.treated} v {names.control}. The intervals are not corrected for a search over thresholds."
    heading = html.H2("Absolute effects")
    return html.Section([heading, html.P(arms, className="source"), *groups], className="effects")


def _build_fact(fact: Fact) -> Component:
    value: list[Component | str] = [html.Strong(fact.value)] if fact.value else []
    detail: list[Component | str] = [" ", html.Span(fact.detail)] if fact.detail else []
    return html.Div([html.Dt(fact.label), html.Dd([*value, *detail])], className="fact")


def register(app: Dash, store: TrialStore) -> None:
    """Let the form be judged, exported and loaded; it is kept by the browser alone."""
    _judge(app, store)
    _move(app, store)
    for function, output, inputs in (
        ("showForm", NOW, (DESCRIPTION, ids.match_all(FORM))),
        ("showJudgement", SHOWN, (JUDGEMENT, DESCRIPTION)),
        ("takeForm", TAKEN, (LOADED,)),
    ):
        app.clientside_callback(
            ClientsideFunction("mirodash", function),
            Output(output, "data"),
            *(Input(name, "data") for name in inputs),
        )


def _judge(app: Dash, store: TrialStore) -> None:
    @app.callback(
        Output(JUDGEMENT, "data"),
        Input(NOW, "data"),
        Input(ids.LOOKS, "data"),
        Input(ids.SELECTION, "data"),
    )
    def judge(given: object, seen: object, query: object) -> dict[str, Any]:
        return describe_judgement(read_view(store, query), read_assessment(given), seen)


def _move(app: Dash, store: TrialStore) -> None:
    @app.callback(
        Output(EXPORTED, "data"),
        Input(EXPORT, "n_clicks"),
        State(NOW, "data"),
        State(ids.LOOKS, "data"),
        State(ids.SELECTION, "data"),
        prevent_initial_call=True,
    )
    def export_form(clicks: object, given: object, seen: object, query: object) -> Any:
        if not clicks:
            return no_update
        view = read_view(store, query)
        found = credibility(view.trial, view.selection)
        least = reduce_to_canonical(view.trial, view.selection).to_query()
        assessment = read_assessment(given)
        content = encode_credibility(view.trial, least, found, assessment, describe_facts(view, seen))
        content["flags"] = describe_judgement(view, assessment, seen)["flags"]
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
        return dcc.send_string(text, build_file_name(view.trial, "credibility", "json"))

    @app.callback(
        Output(LOADED, "data"),
        Input(FILE, "data"),
        State(ids.SELECTION, "data"),
        prevent_initial_call=True,
    )
    def load_form(file: object, query: object) -> Any:
        text = file.get("text") if isinstance(file, dict) else None
        if not isinstance(text, str):
            return no_update
        view = read_view(store, query)
        claim = claim_of(view.trial, view.selection)
        try:
            given = read_credibility(text, claim)
        except UnusableDataError as error:
            return {"form": None, "key": claim.key, "said": " ".join(error.problems)}
        return {"form": encode_form(given), "key": claim.key, "said": LOADED_WORDS}
