"""Progression page: repeated measurements beside survival, with death allowed for in four ways."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import Dash, html
from dash.development.base_component import Component

from mirodash.longitudinal.death_then_function import RULES
from mirodash.questions.page_panels import PROGRESSION_PANELS
from mirodash.questions.panel import Panel, SteppedPanel
from mirodash.questions.progression.biology import BIOLOGY
from mirodash.questions.progression.landmark_panel import RESPONSE
from mirodash.questions.progression.measured import progression
from mirodash.questions.progression.pairs_panel import PAIRS
from mirodash.questions.progression.slope_finding import PROGRESSION_FINDING, PROGRESSION_FINDING_AT_HAND
from mirodash.questions.progression.slope_panels import FITTED_LINES, SLOPES_ALONG
from mirodash.questions.progression.slope_search import SLOPES_SEARCHED
from mirodash.questions.progression.visit_card import PROGRESSION_CARDS
from mirodash.questions.progression.words import RULE_NAMES, name_estimands
from mirodash.stratification.validation import resolve
from mirodash.trial.store import TrialStore
from mirodash.web import ids, panel_host
from mirodash.web.components import DATA, EXPLORE, PROGRESSION
from mirodash.web.panel_host import build_methods, build_panel_place, stepped_place
from mirodash.web.question_pages import build_workspace, describe_truth
from mirodash.web.view import View

PROGRESSION_PAGE = "progression"
AT_ONCE = tuple(panel for panel in PROGRESSION_PANELS if isinstance(panel, Panel))
IN_STEPS = tuple(panel for panel in PROGRESSION_PANELS if isinstance(panel, SteppedPanel))
MEASURES = "slope, win probability, mean while alive, hazard ratio"
NOTHING_MEASURED = (
    "This trial holds no repeated measurements. Give them in a file of their own, as a column for each "
    "visit, or as ADaM BDS."
)
FOUR_QUESTIONS = (
    "Death ends a score, so there are four questions, not one: the course had no participant died, death "
    "counted as the worst outcome, the scores of those alive, and death alone. Decide which one is yours "
    "before you look; none replaces another. Change among completers, shares of responders and last values "
    "carried forward are not offered: each depends on who is still alive."
)
NOTHING_WORKS = "mirocals-null"
"""The built-in trial in which no marker bears on death, nor treatment on anything."""


def build_progression_page(view: View) -> Component:
    """The page for one view."""
    if not view.trial.series:
        nothing = html.Section(
            [
                html.H1("Progression"),
                html.P(NOTHING_MEASURED),
                html.A("Data", href=DATA, className="view-link"),
            ],
            className="panel",
        )
        return build_workspace(PROGRESSION_PAGE, view, [nothing, build_methods()])
    query = view.selection.to_query()
    explore = html.A(
        "Death alone: Explore",
        href=f"{EXPLORE}{'?' if query else ''}{query}",
        className="view-link",
    )
    answers = [
        html.Div(
            [
                html.Div(
                    [_build_measure(view), _build_estimand(view), _build_rule(view)], className="choices"
                ),
                html.P([_describe_measure(view), FOUR_QUESTIONS, " ", explore], className="sentence"),
            ],
            className="panel measure",
        ),
        html.Div(
            [build_panel_place(panel, view, folds="numbers") for panel in PROGRESSION_CARDS],
            className="cards",
        ),
        html.Div(
            [build_panel_place(SLOPES_ALONG, view), stepped_place(SLOPES_SEARCHED)],
            className="curve-and-luck",
        ),
        build_panel_place(FITTED_LINES, view, folds="wide"),
        build_panel_place(PAIRS, view, folds="wide"),
        build_panel_place(BIOLOGY, view, folds="wide"),
        build_panel_place(RESPONSE, view, folds="numbers"),
        *_lead_to_lesson(view),
        build_methods(),
    ]
    return build_workspace(PROGRESSION_PAGE, view, answers, finding=PROGRESSION_FINDING)


def _lead_to_lesson(view: View) -> list[Component]:
    """To the same picture in a trial in which nothing works; on that one, what is true of it."""
    truth = describe_truth(view.trial.id)
    if truth:
        return [html.P(truth, className="sentence truth")]
    if not any(measure.kind == "biology" for measure in view.trial.dictionary.measurements):
        return []
    told = "See the same split in a trial in which nothing works"
    link = html.A(told, href=f"{PROGRESSION}?trial={NOTHING_WORKS}", className="view-link")
    return [html.P(link, className="sentence")]


def _build_measure(view: View) -> Component:
    """Which measurement the page is about; one more control of the view."""
    chosen = resolve(view.trial, view.selection).measure
    offered = [
        {"value": m.key, "label": f"{m.label}, {m.unit}" if m.unit else m.label}
        for m in view.trial.dictionary.measurements
        if m.kind == "function" or m.key == chosen
    ]
    return _build_choice("measure", "Measurement", chosen, offered)


def _build_estimand(view: View) -> Component:
    """Which of the four questions is the reader's own: it leads the cards and gives slides their title."""
    answer = progression(view.trial, view.selection)
    named = {} if answer is None else name_estimands(answer)
    offered = [{"value": "", "label": "None marked"}]
    offered += [{"value": key, "label": label} for key, label in named.items()]
    return _build_choice("estimand", "Primary question", view.selection.estimand, offered)


def _build_rule(view: View) -> Component:
    """By which rule pairs of participants are compared."""
    offered = [
        {"value": rule, "label": RULE_NAMES[rule][:1].upper() + RULE_NAMES[rule][1:]} for rule in RULES
    ]
    return _build_choice("rule", "Rule for pairs", resolve(view.trial, view.selection).rule, offered)


def _describe_measure(view: View) -> str:
    """What the dictionary says of the measurement: what it is, and what is invented."""
    chosen = resolve(view.trial, view.selection).measure
    measure = next(m for m in view.trial.dictionary.measurements if m.key == chosen)
    return f"{measure.short}: {measure.note}. " if measure.note else ""


def _build_choice(key: str, label: str, value: str, offered: list[dict[str, str]]) -> Component:
    """One more control of the view, which opens it anew."""
    return dmc.Select(
        id=ids.identify_choice("open", key),
        label=label,
        data=offered,
        value=value,
        allowDeselect=False,
        size="sm",
    )


def register_progression_page(app: Dash, store: TrialStore) -> None:
    """Let the panels that are ready at once follow the selection; the search takes steps."""
    panel_host.register_panel_host(
        app, PROGRESSION_PAGE, AT_ONCE, store, finding=PROGRESSION_FINDING_AT_HAND, measures=MEASURES
    )
