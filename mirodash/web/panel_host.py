"""Panel host: callbacks that fill every panel, in one request or in steps, and its place on the page."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import date
from time import monotonic
from typing import Any, Literal

from dash import ClientsideFunction, Dash, Input, Output, dcc, html, no_update
from dash.development.base_component import Component

from mirodash import __version__
from mirodash.errors import OverBudgetError
from mirodash.export.curve_numbers import WRITERS
from mirodash.plot.theme import Theme, find_theme, replace_with_print_palette
from mirodash.questions.finding import FINDING, FINDING_AT_HAND, MAX_SEARCHED, explain_finding, find
from mirodash.questions.group_effects import describe_announcement
from mirodash.questions.panel import Panel, PanelContent, SteppedPanel, show, tabulate
from mirodash.questions.panel_words import describe_page_words, describe_panel_words, describe_tables
from mirodash.questions.statistics.catalogue import tabulate_methods
from mirodash.questions.survival_cards import SURVIVAL
from mirodash.questions.talk.view_description import describe_footer, describe_source
from mirodash.text.facts import Explanation, Table
from mirodash.text.methods import describe_method
from mirodash.text.small_counts import describe_disclosure
from mirodash.trial.store import TrialStore
from mirodash.trial.trial import Trial
from mirodash.web import ids
from mirodash.web.components import (
    build_aria_attributes,
    build_data_attributes,
    build_handles,
    build_menu_button,
)
from mirodash.web.view import View, log_failure, parse_sequence, read_view

METHODS = "methods"


def _build_trial(trial: Trial) -> Component:
    """What the trial is and where it comes from, beside what was found in it."""
    told = [text for text in (trial.dictionary.description, trial.dictionary.source) if text]
    lines = [html.P(text) for text in told]
    lines.append(html.P(f"Content: {trial.fingerprint}", className="fingerprint"))
    lines.append(html.P(f"MiroDash {__version__}"))
    lines.insert(0, html.P(html.B(trial.title)))
    return html.Details([html.Summary("About this trial"), *lines], className="why about-trial")


def build_methods() -> Component:
    """How the numbers of a page are made, at its foot.

    Filled with the other tables: sixty components that never change would slow every move of a slider.
    """
    caption = tabulate_methods().caption
    place = html.Div(
        id=ids.panel(METHODS, "tables"),
        className="twins",
        tabIndex=0,
        role="group",
        **build_aria_attributes(label=caption),
    )
    methods = html.Details([html.Summary(caption), place], className="methods")
    return html.Div(methods, className="about")


PLACE = "page-footer"


def build_page_footer(view: View, page: str) -> Component:
    """The lines for paper; on the screen they are not shown.

    They carry the colours that a dark page has on paper, for ``assets/printing.js``.
    """
    lines = [html.P(line) for line in build_footer_lines(view, page)]
    colours = {
        "lines": replace_with_print_palette(letters=False),
        "letters": replace_with_print_palette(letters=True),
    }
    return html.Div(
        lines, id=PLACE, className="page-footer", **build_data_attributes(colours=json.dumps(colours))
    )


def build_disclosure_line(view: View) -> list[Component]:
    """That small counts are not shown, at the foot of the screen all the time; nothing where they are."""
    told = describe_disclosure(view.trial.min_cell)
    return [html.P(told, className="disclosure")] if told else []


def build_footer_lines(view: View, page: str) -> list[str]:
    """The line about what is shown, and the one from which it can be made again."""
    trial, selection = view.trial, view.selection
    return [
        describe_footer(trial, selection, method=describe_method(page), on=date.today()),
        describe_source(trial, selection),
    ]


LOG = logging.getLogger(__name__)

WORDS = "data-words"
"""Where words arrive as JSON: an attribute that ``assets/words.js`` watches. A callback that follows another
one would make every component of the page look whether it is concerned, before the pictures are drawn."""

SOMETHING_WENT_WRONG = "This could not be computed. The view is unchanged; the log has the details."


def register_panel_host(
    app: Dash,
    page: str,
    panels: tuple[Panel[Any], ...],
    store: TrialStore,
    *,
    finding: Panel[Any] = FINDING_AT_HAND,
    measures: str = "",
) -> None:
    """Let every panel follow the selection: one request redraws all that moves, another fills the tables.

    Panels that stand still while a threshold moves listen to the choice of participants alone. ``finding`` is
    what the page leads with while a threshold is dragged, and ``measures`` its summary measures, where they
    are not those of survival.
    """
    moving = tuple(panel for panel in panels if panel.moves_with_thresholds)
    still = tuple(panel for panel in panels if not panel.moves_with_thresholds)
    _build_redraw(app, page, moving, store, follows=ids.SELECTION, finding=finding, measures=measures)
    if still:
        _build_redraw(app, page, still, store, follows=ids.POPULATION)

    @app.callback(Output(ids.tables_of(page), "data"), Input(ids.SELECTION_SETTLED, "data"))
    def fill_tables(query: object) -> dict[str, Any]:
        view = read_view(store, query)
        tables = {panel.key: tabulate_panel(panel, view) for panel in panels}
        twins = {key: describe_tables(found) for key, found in tables.items() if found is not None}
        twins[METHODS] = describe_tables([tabulate_methods()])
        said = describe_announcement(view.trial, view.selection)
        return {"twins": twins, "said": said, "footer": build_footer_lines(view, page)}

    app.clientside_callback(
        ClientsideFunction("mirodash", "showTables"),
        Output(ids.tables_shown(page), "data"),
        Input(ids.tables_of(page), "data"),
    )


def build_stores(page: str) -> list[Any]:
    """What must be on a page for its panels to be told anything."""
    return [dcc.Store(id=ids.tables_of(page)), dcc.Store(id=ids.tables_shown(page))]


def _build_redraw(
    app: Dash,
    page: str,
    panels: tuple[Panel[Any], ...],
    store: TrialStore,
    *,
    follows: str,
    finding: Panel[Any] | None = None,
    measures: str = "",
) -> None:
    pictures = tuple(panel for panel in panels if panel.draw is not None)

    @app.callback(
        [
            Output(ids.words_of(page, follows), WORDS),
            *(Output(ids.panel(p.key, "figure"), "figure") for p in pictures),
        ],
        Input(follows, "data"),
        Input(ids.THEME, "data"),
    )
    def redraw(query: object, theme: object) -> list[Any]:
        view = read_view(store, query)
        colours = find_theme(theme if isinstance(theme, str) else "")
        answers = {panel.key: show_panel(panel, view, colours) for panel in panels}
        told: dict[str, Any] = {
            "panels": {key: describe_panel_words(answer) for key, answer in answers.items()}
        }
        if finding is not None:
            # of a panel that has taken all its steps for this query the page keeps the words
            told["query"] = query if isinstance(query, str) else ""
            # a trial in which nothing was measured again and again has the finding of the other pages
            leading = show_panel(finding, view, colours)
            key, own = (finding.key, measures) if leading else (FINDING_AT_HAND.key, "")
            told["page"] = describe_page_words(view.trial, view.selection, measures=own)
            leading = leading or show_panel(FINDING_AT_HAND, view, colours)
            told["panels"][key] = describe_panel_words(leading)
        figures = [answer.figure if (answer := answers[p.key]) else None for p in pictures]
        return [as_words(told), *(f or no_update for f in figures)]


def as_words(told: dict[str, Any]) -> str:
    """What is told as the JSON that ``assets/words.js`` reads."""
    return json.dumps(told, ensure_ascii=False, allow_nan=False)


def tabulate_panel(panel: Panel[Any], view: View) -> Sequence[Table] | None:
    """The tables of a panel, without its picture; an unexpected failure is logged, and there are none."""
    try:
        return tabulate(panel, view.trial, view.selection)
    except OverBudgetError:
        # the picture says so in its place
        return ()
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
        log_failure(LOG, f"panel {panel.key} failed", error, view)
        return ()


def show_panel(panel: Panel[Any], view: View, theme: Theme) -> PanelContent | None:
    """What a panel shows for a view; an unexpected failure is logged and becomes a sentence in its place."""
    try:
        return show(panel, view.trial, view.selection, theme)
    except OverBudgetError as error:
        return PanelContent(Explanation("", "", ""), None, " ".join(error.problems))
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
        log_failure(LOG, f"panel {panel.key} failed", error, view)
        return PanelContent(Explanation("", "", ""), None, SOMETHING_WENT_WRONG)


QUIET_GRAPH: Any = {
    "displayModeBar": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "displaylogo": False,
    "responsive": True,
    "doubleClick": False,
}
"""Charts without Plotly's buttons: its share button would send participants' curves to another machine."""


EMPTY: Any = {
    "data": [],
    "layout": {
        "xaxis": {"visible": False},
        "yaxis": {"visible": False},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    },
}
"""What stands in a chart's place until its answer comes: no axes of Plotly's own."""


def build_graph(identifier: str, height: int) -> dcc.Graph:
    """The only way a chart gets onto a page."""
    style = {"height": f"{height}px"}
    return dcc.Graph(id=identifier, figure=EMPTY, config=QUIET_GRAPH, style=style, responsive=True)


def build_still_graph(identifier: str) -> dcc.Graph:
    """A chart to look at only, as large as its figure says."""
    config: Any = {**QUIET_GRAPH, "responsive": False, "staticPlot": True}
    return dcc.Graph(id=identifier, config=config)


def build_panel_place(
    panel: Panel[Any], view: View, *, heading: str = "h2", folds: Literal["", "numbers", "wide"] = ""
) -> Component:
    """An empty place for a panel; callbacks fill it, its title as a heading of that level.

    A place that the view fills is shown from the start: a picture drawn where nothing is shown does not
    know its width and would be drawn twice. The numbers of one that ``folds`` are behind the first of them
    on a phone, and a wide picture is scrolled there.
    """
    kind = "panel" + " pictured" * (panel.draw is not None) + " absent" * (not _arises(panel, view))
    data = build_data_attributes(heading=heading, **({"folds": folds} if folds else {}))
    return _place(panel, _build_parts(panel), kind, **data)


def stepped_place(panel: SteppedPanel[Any], *, heading: str = "h2") -> Component:
    """An empty place for a panel that answers in steps, with how far it is and a button that stops it.

    ``assets/steps.js`` asks for one step after the other.
    """
    follows = "selection" if panel.moves_with_thresholds else "population"
    kind = "panel stepped" + " pictured" * (panel.draw is not None)
    data = build_data_attributes(key=panel.key, follows=follows, heading=heading)
    return _place(panel, _build_stepped_parts(panel), kind, **data)


def _build_stepped_parts(panel: SteppedPanel[Any]) -> list[Any]:
    head, menu, *rest = _build_parts(panel.after(1))
    progress = html.Div(
        [
            html.Span(className="steps-said"),
            html.Progress(
                max="1", value="0", **build_aria_attributes(labelledby=ids.panel(panel.key, "head"))
            ),
            _stop(panel),
        ],
        className="steps idle",
    )
    carriers = [
        dcc.Store(id=ids.panel(panel.key, "step")),
        html.Div(id=ids.panel(panel.key, "words"), hidden=True),
    ]
    return [head, menu, progress, *rest, *carriers]


def build_table_place(panel: SteppedPanel[Any]) -> Component:
    """An empty place for a panel whose answer is a table, which is open."""
    *parts, disclosure, step, words = _build_stepped_parts(panel)
    disclosure.open = True
    follows = "selection" if panel.moves_with_thresholds else "population"
    data = build_data_attributes(key=panel.key, follows=follows)
    return _place(panel, [*parts, disclosure, step, words], "panel stepped tabled", **data)


def build_finding_place(trial: Trial, finding: SteppedPanel[Any] = FINDING) -> Component:
    """The finding over a page: two sentences, the evidence in brief, the ledger behind *Why?*, the trial."""
    head, _, progress, body, ledger, *carriers = _build_stepped_parts(finding)
    head.className, ledger.className = "finding-head", "why"
    ledger.children[0].children = "Why?"
    beside = html.Div([body, progress], className="finding-evidence")
    data = build_data_attributes(key=finding.key, follows="selection", heading="h1")
    told = [head, beside, ledger, _build_trial(trial)]
    return _place(finding, [*told, *carriers], "panel stepped finding", **data)


def build_still_finding(view: View) -> Component:
    """The finding over a page on which no threshold is moved, whole from the start; brief among very many."""
    told = explain_finding(find(view.trial, view.selection, max_searched=MAX_SEARCHED))
    head = html.Div([html.P(html.B(told.title)), html.P(told.subtitle)], className="finding-head")
    facts = [
        html.Div(
            [html.Dt(fact.label), html.Dd(html.Strong(fact.value))],
            className="fact" + " uncertain" * fact.uncertain,
        )
        for fact in told.facts
    ]
    beside = html.Div(html.Dl(facts, className="facts"), className="finding-evidence")
    shown = [head, beside, _build_trial(view.trial)]
    return html.Section(shown, className="finding still", **build_aria_attributes(label="Finding"))


def _stop(panel: SteppedPanel[Any]) -> Component:
    described = ids.panel(panel.key, "head")
    return html.Button(
        "Stop", type="button", className="plain stop-steps", **build_aria_attributes(describedby=described)
    )


def _place(panel: Panel[Any] | SteppedPanel[Any], parts: list[Any], kind: str, **data: Any) -> Component:
    head = ids.panel(panel.key, "head")
    return html.Section(
        parts, id=ids.panel(panel.key), className=kind, **data, **build_aria_attributes(labelledby=head)
    )


def _build_parts(panel: Panel[Any]) -> list[Component]:
    key = panel.key
    title, said = ids.panel(key, "head"), ids.panel(key, "body")
    menu = build_menu_button(key, pictured=panel.draw is not None, numbered=key in WRITERS)
    parts: list[Component] = [html.Div(id=title, className="panel-head"), menu]
    if panel.draw is not None:
        picture = html.Div(
            build_graph(ids.panel(key, "figure"), panel.height),
            role="img",
            # its name comes with its answer, whose words follow it; until then a screen reader has this
            **build_aria_attributes(label="Chart being computed", labelledby=title),
        )
        on_picture = [build_handles(panel.along_biomarker)] if panel.along_biomarker else []
        # nothing jumps while the chart itself loads
        place: dict[str, Any] = {"minHeight": f"{panel.height}px"}
        parts.append(
            html.Div([picture, *on_picture], className="plot", style=place, **_read_by_keyboard(panel))
        )
    parts.append(html.Div(id=said, className="panel-body"))
    # wide tables scroll sideways in their place, which the keyboard can only do where it can stand
    twin = html.Div(
        id=ids.panel(key, "tables"),
        className="twins",
        tabIndex=0,
        role="group",
        **build_aria_attributes(labelledby=title),
    )
    parts.append(html.Details([html.Summary("Table"), twin], className="twin-disclosure"))
    return parts


def _read_by_keyboard(panel: Panel[Any]) -> dict[str, Any]:
    """A picture of curves takes the focus: arrow keys read it as a mouse does, in ``assets/crosshair.js``."""
    if panel not in SURVIVAL:
        return {}
    said = build_aria_attributes(
        label="Curves: arrow keys read them time by time", describedby=ids.panel(panel.key, "head")
    )
    return {"tabIndex": 0, "role": "group", **said}


def _arises(panel: Panel[Any], view: View) -> bool:
    """Whether a panel has something to show; one that fails has a sentence to show."""
    try:
        return panel.compute(view.trial, view.selection) is not None
    except OverBudgetError:
        return True
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
        log_failure(LOG, f"panel {panel.key} failed", error, view)
        return True


TIME_BUDGET_S = 0.2
"""A request goes on to the next step while it has not yet lasted longer."""
CATCHING_UP_S = 0.6
"""A process that does not remember the steps before the one asked for, as another did them or it is new,
spends so long on them; the browser then asks again."""


def register_stepped_host(app: Dash, panels: tuple[SteppedPanel[Any], ...], store: TrialStore) -> None:
    """Let each panel answer the browser step by step, and start them once a selection has settled."""
    for panel in panels:
        _take_steps(app, panel, store)
    app.clientside_callback(
        ClientsideFunction("mirodash", "startSteps"),
        Output(ids.STEPS_STARTED, "data"),
        Input(ids.SELECTION_SETTLED, "data"),
    )


def _take_steps(app: Dash, panel: SteppedPanel[Any], store: TrialStore) -> None:
    outputs = [Output(ids.panel(panel.key, "words"), WORDS)]
    if panel.draw is not None:
        outputs.append(Output(ids.panel(panel.key, "figure"), "figure"))

    @app.callback(
        outputs,
        Input(ids.panel(panel.key, "step"), "data"),
        Input(ids.THEME, "data"),
        prevent_initial_call=True,
    )
    def take_step(asked: object, theme: object) -> list[Any]:
        query, step, at = _read_request(asked)
        if not step:
            return [no_update for _ in outputs]
        view = read_view(store, query)
        step = min(step, panel.steps)
        done, is_broken = _advanced(panel, view, step)
        if done < step and not is_broken:
            return [as_words(_build_progress(panel, query, done, at)), *(no_update for _ in outputs[1:])]
        answer = show_panel(panel.after(done), view, find_theme(theme if isinstance(theme, str) else ""))
        # after a step that fails the next ones would only fail again
        told = _build_progress(panel, query, panel.steps if is_broken else done, at)
        told["panels"] = {panel.key: describe_panel_words(answer)}
        told["twins"] = {panel.key: describe_tables(answer.explanation.tables) if answer else []}
        figure = answer.figure if answer else None
        return [as_words(told), *([figure or no_update] if panel.draw is not None else [])]


def _build_progress(panel: SteppedPanel[Any], query: str, done: int, at: int) -> dict[str, Any]:
    """How far a panel is; ``at`` is the number of the request, by which two equal answers differ."""
    steps = {"key": panel.key, "query": query, "at": at, "done": done, "of": panel.steps}
    return {"panels": {}, "twins": {}, "steps": steps}


def _advanced(panel: SteppedPanel[Any], view: View, asked: int) -> tuple[int, bool]:
    """How many steps are done once a request has lasted long enough, and whether the last one failed.

    Steps that this process remembers cost nothing, so it starts with the first. Of a small trial it often
    comes to the end; in any case it does one step that it had not done.
    """
    started = monotonic()
    for step in range(1, panel.steps + 1):
        try:
            panel.advance(view.trial, view.selection, step)
        except OverBudgetError:  # says itself what to do, where it is shown
            return step, True
        except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
            log_failure(LOG, f"step {step} of panel {panel.key} failed", error, view)
            return step, True
        if monotonic() - started >= (TIME_BUDGET_S if step >= asked else CATCHING_UP_S):
            return step, False
    return panel.steps, False


def _read_request(asked: object) -> tuple[str, int, int]:
    """The view, the step and the number of the request; step 0 when nothing was asked that has an answer."""
    if not isinstance(asked, dict):
        return "", 0, 0
    query, step = asked.get("query"), asked.get("step")
    if not isinstance(query, str) or not isinstance(step, int) or step < 1:
        return "", 0, 0
    try:
        query.encode()  # the query goes back with the answer, which half a surrogate pair cannot
    except UnicodeEncodeError:
        return "", 0, 0
    return query, step, parse_sequence(asked.get("at"))
