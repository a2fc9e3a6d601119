"""What the server works for one move of a threshold that comes to rest, for a whole view, and for a page."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
from dash import Dash
from lifelines import CoxPHFitter

from benchmarks import bare_app, lifelines_view
from benchmarks.comparison_table import Row, in_words, times_faster
from benchmarks.one_view import forget
from benchmarks.people import HORIZON, builtin, people_of
from mirodash.factory import create_app
from mirodash.questions.covariate_adjustment import adjusted_effect, complete, design, stratum_codes
from mirodash.questions.survival_curves import survival_by_group
from mirodash.questions.threshold_pack import BLOCK, list_packed_stops
from mirodash.serving import freeze_memory
from mirodash.settings import Settings
from mirodash.stratification.groups import assign_groups, candidate_thresholds
from mirodash.stratification.selection import Selection
from mirodash.stratification.validation import resolve
from mirodash.survival.adjusted import AdjustedHazardRatio
from mirodash.trial.trial import Trial
from mirodash.web import ids

ADJUST = ("age", "svc")
MOVE_GOAL, PAGE_GOAL, PACK_GOAL = 0.06, 0.01, 0.5
"""Seconds of processor time."""
PAGE_BYTES = 30_000
VIEWS_A_SECOND = 100
PAGE = "explore"


class Browser:
    """Asks a dashboard for what a page asks for, in this process: only the server's own work is counted."""

    def __init__(self, app: Dash) -> None:
        self._worked = 0.0
        self._serve = app.server.wsgi_app
        app.server.wsgi_app = self._serve_counting
        self._client = app.server.test_client()
        listed = self._client.get("/_dash-dependencies").get_json()
        self._callbacks = [one for one in listed if one["clientside_function"] is None]

    def _serve_counting(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Answer as the dashboard does, and count the processor time: what the client takes is not in it."""
        start = time.process_time()
        answer = self._serve(environ, start_response)
        parts = list(answer)
        if hasattr(answer, "close"):
            answer.close()
        self._worked += time.process_time() - start
        return parts

    def work(self, run: Callable[[], object]) -> float:
        """Seconds of processor time that the server takes for what is asked meanwhile."""
        before = self._worked
        run()
        return self._worked - before

    def get(self, path: str) -> bytes:
        """What stands at a path."""
        return self._client.get(path).get_data()

    def ask(self, output: str, *values: Any) -> bytes:
        """The answer of the callback that writes ``output`` (``id.property``), to these inputs."""
        callback = next(one for one in self._callbacks if output in outputs_of(one))
        pairs = [dict(zip(("id", "property"), each.split("."), strict=True)) for each in outputs_of(callback)]
        body = {
            "output": callback["output"],
            "outputs": pairs if callback["output"].startswith("..") else pairs[0],
            "inputs": [
                {**part, "value": value} for part, value in zip(callback["inputs"], values, strict=True)
            ],
            "state": [{**part, "value": None} for part in callback["state"]],
            "changedPropIds": [],
        }
        answer = self._client.post("/_dash-update-component", json=body)
        assert answer.status_code == 200
        return answer.get_data()

    def redraw(self, query: str) -> None:
        """What a threshold asks for while it moves."""
        self.ask(f"{ids.words_of(PAGE, ids.SELECTION)}.data-words", query, "light")

    def redraw_people(self, query: str) -> None:
        """What a change of the participants asks for beside that."""
        self.ask(f"{ids.words_of(PAGE, ids.POPULATION)}.data-words", query, "light")
        self.ask(f"{ids.HISTOGRAM}.figure", query, "light")

    def tables(self, query: str) -> None:
        """What is asked for once when the threshold has come to rest."""
        self.ask(f"{ids.tables_of(PAGE)}.data", query)

    def pack(self, wanted: dict[str, Any]) -> None:
        """What is sent of the stops of a threshold before it is moved."""
        self.ask(f"{ids.PACK}.data-pack", wanted)

    def step(self, key: str, query: str) -> None:
        """The answer of a panel that is computed once the reader pauses."""
        self.ask(f"{ids.panel(key, 'words')}.data-words", {"query": query, "step": 20}, "light")


def outputs_of(callback: dict[str, Any]) -> list[str]:
    """What a callback writes, each as ``id.property``."""
    name: str = callback["output"]
    return name[2:-2].split("...") if name.startswith("..") else [name]


def measure(*, moves: int) -> Iterator[Row]:
    """Rows for a settled move, whole views, pages and what Dash asks for when it starts."""
    trial = builtin()
    browser = Browser(create_app(Settings()))
    freeze_memory()  # as whatever serves does
    yield from _settled_move(trial, browser, moves)
    yield from _views(trial, browser, moves)
    yield from _packs(trial, browser, moves)
    yield from _pages(browser, moves)


def _settled_move(trial: Trial, browser: Browser, moves: int) -> Iterator[Row]:
    parts: dict[str, Callable[[str], None]] = {
        "the pictures": browser.redraw,
        "the tables": browser.tables,
        "the search": partial(browser.step, "searched"),
        "the adjusted panel": partial(browser.step, "adjusted"),
    }
    forget()
    thresholds = _spread(candidate_thresholds(trial, Selection()), moves + 1)
    taken: dict[str, list[float]] = {name: [] for name in parts}
    theirs: list[float] = []
    for threshold in thresholds:
        selection = Selection(thresholds=(threshold,), adjust=ADJUST)
        for name, ask in parts.items():
            taken[name].append(browser.work(partial(ask, selection.to_query())))
        # a fit of lifelines takes as long as a dozen moves; a few of them are enough to know how long
        if len(theirs) < 4:
            theirs.append(_work(partial(_by_lifelines, trial, selection)))
    # the first move does not count: what does not depend on the threshold is computed then
    ours = median(np.sum([durations[1:] for durations in taken.values()], axis=0))
    what = f"settled move, n = 220, adjusted for {' and '.join(ADJUST)}, processor time"
    yield Row(what, in_words(ours), goal=f"≤ {in_words(MOVE_GOAL)}", met=ours <= MOVE_GOAL)
    yield times_faster("settled move, and the same statistics by lifelines", ours, median(theirs[1:]), goal=5)
    for name, durations in taken.items():
        yield Row(f"  of which {name}", in_words(median(durations[1:])))


def _by_lifelines(trial: Trial, selection: Selection) -> None:
    """Everything of a view without errors of restricted means, and the adjusted models of its groups."""
    survival = survival_by_group(trial, selection)
    (threshold,) = selection.thresholds or ()
    lifelines_view.view(
        people_of(trial), threshold=threshold, horizon=HORIZON, ticks=survival.ticks, mean_error=False
    )
    ours = adjusted_effect(trial, selection)
    assert ours is not None
    for group, mine in zip(assign_groups(trial, selection).shown, ours.groups, strict=True):
        if isinstance(mine.adjusted, AdjustedHazardRatio):
            theirs = _adjusted(trial, selection, group.mask)
            np.testing.assert_allclose(theirs, mine.adjusted.coef, atol=1e-4, err_msg="lifelines differs")


def _adjusted(trial: Trial, selection: Selection, mask: np.ndarray) -> float:
    """The log hazard ratio of treatment in one group, as lifelines' documentation would have it fitted."""
    found = adjusted_effect(trial, selection)
    assert found is not None
    adjustment = found.adjustment
    inside, _ = complete(trial, adjustment.columns, mask)
    outcome = next(iter(trial.outcomes.values()))
    covariates = design(trial, adjustment.covariates, inside)
    table = pd.DataFrame(covariates.matrix, columns=list(covariates.names))
    table["treated"] = assign_groups(trial, selection).treated[inside].astype(float)
    table["time"], table["event"] = outcome.time[inside], outcome.event[inside]
    strata = stratum_codes(trial, adjustment.strata, inside)
    if strata is not None:
        table["stratum"] = strata
    with warnings.catch_warnings(action="ignore"):
        fitted = CoxPHFitter().fit(table, "time", "event", strata=None if strata is None else ["stratum"])
    return float(fitted.params_["treated"])


def _views(trial: Trial, browser: Browser, moves: int) -> Iterator[Row]:
    """Everything that Explore asks for when the participants change: pictures, tables, histogram."""
    thresholds = _spread(candidate_thresholds(trial, Selection()), moves + 1)
    queries = [Selection(thresholds=(threshold,)).to_query() for threshold in thresholds]
    bare = Browser(bare_app.bare_app(trial))
    graph = f"{bare_app.graph_id(bare_app.moving_keys(trial)[0])}.figure"
    stored = median([bare.work(partial(bare.ask, graph, k)) for k in range(moves + 1)][1:])
    for name, prepare in (("seen before", _nothing), ("from nothing", forget)):
        for query in queries:
            _view(browser, query)
        durations: list[float] = []
        for query in queries:
            prepare()
            durations.append(browser.work(partial(_view, browser, query)))
        ours = median(durations[1:])
        rate = 1 / ours
        yield Row(
            f"whole view, n = 220, {name}, and a bare Dash callback",
            in_words(ours),
            in_words(stored),
            f"{rate:.0f} a second",
            f"≥ {VIEWS_A_SECOND} a second a core",
            rate >= VIEWS_A_SECOND,
        )


def _view(browser: Browser, query: str) -> None:
    browser.redraw(query)
    browser.redraw_people(query)
    browser.tables(query)


def _packs(trial: Trial, browser: Browser, moves: int) -> Iterator[Row]:
    """All stops of a threshold at once, from nothing, beside as many moves that are asked for one by one."""
    stops = list_packed_stops(trial, Selection())
    usual, *_ = resolve(trial, Selection()).thresholds or stops
    blocks = [
        {"query": "", "moved": usual, "near": near, "place": PAGE, "at": at}
        for at, near in enumerate(stops[::BLOCK], 1)
    ]
    packed: list[float] = []
    for _ in range(max(2, moves // 4)):
        forget()
        packed.append(sum(browser.work(partial(browser.pack, wanted)) for wanted in blocks))
    forget()
    asked = [
        browser.work(partial(browser.redraw, Selection(thresholds=(stop,)).to_query()))
        for stop in _spread(stops, moves + 1)
    ]
    ours = median(packed)
    what = f"all {len(stops)} stops of n = 220, and asked for one by one, processor time"
    theirs = len(stops) * median(asked[1:])
    yield Row(
        what,
        in_words(ours),
        in_words(theirs),
        f"{theirs / ours:.1f} ×",
        f"≤ {in_words(PACK_GOAL)}",
        ours <= PACK_GOAL,
    )


def _nothing() -> None:
    """Leave what is remembered as it is."""


def _pages(browser: Browser, moves: int) -> Iterator[Row]:
    for path in ("/", "/nothing", "/_dash-layout", "/_dash-dependencies"):
        seconds = median([browser.work(partial(browser.get, path)) for _ in range(moves + 1)][1:])
        size = len(browser.get(path))
        yield Row(
            f"{path}, processor time and weight",
            in_words(seconds),
            "",
            f"{size / 1000:.1f} kB",
            f"≤ {in_words(PAGE_GOAL)}, {PAGE_BYTES / 1000:.0f} kB",
            seconds <= PAGE_GOAL and size <= PAGE_BYTES,
        )


def _spread(stops: Sequence[float], number: int) -> list[float]:
    """Some of the stops, evenly spread over the middle four fifths."""
    places = np.linspace(0.1 * len(stops), 0.9 * len(stops), number).astype(int)
    return [stops[place] for place in np.unique(places)]


def _work(run: Callable[[], object]) -> float:
    """Processor time in seconds: what others do meanwhile on a shared machine does not count."""
    start = time.process_time()
    run()
    return time.process_time() - start
