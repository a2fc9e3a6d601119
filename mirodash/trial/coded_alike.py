"""Events that are coded alike, or indicators of censoring: one answer decides for all endpoints of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mirodash.trial.dictionary import EndpointDraft
from mirodash.trial.event_words import event_key, event_keys, sounds_censored
from mirodash.trial.problems import Findings
from mirodash.trial.table import Table, join_list


def are_coded_alike(table: Table, first: str, other: str) -> bool:
    """Whether two columns hold the same two codes, and both or neither are called indicators of censoring.

    People write 1 for censored or for the event, but not both in one file.
    """
    if first == other or sounds_censored(first) != sounds_censored(other):
        return False
    codes, others = (set(event_keys(table.columns[name].cells)) - {None} for name in (first, other))
    return len(codes | others) == 2


def decide_together(
    table: Table, endpoints: Sequence[EndpointDraft], found: Findings
) -> tuple[EndpointDraft, ...]:
    """The endpoints, of which those that are coded as the first one have the value that means its event."""
    if not endpoints or endpoints[0].event_value is None:
        return tuple(endpoints)
    first, value = endpoints[0], endpoints[0].event_value
    made: list[EndpointDraft] = []
    for endpoint in endpoints:
        if endpoint.event_value is None and are_coded_alike(table, first.event, endpoint.event):
            cells = table.columns[endpoint.event].cells
            spelt = next((cell for cell in cells if event_key(cell) == event_key(value)), None)
            endpoint = replace(endpoint, event_value=spelt or value)  # noqa: PLW2901 - the same endpoint
            both = "are indicators of censoring, with" if sounds_censored(first.event) else "hold"
            found.notices.append(
                f"The event is '{endpoint.event}' = {endpoint.event_value}, as in '{first.event}': both "
                f"{both} the same codes; please check."
            )
        made.append(endpoint)
    return tuple(made)


def find_undecided(table: Table, endpoints: Sequence[EndpointDraft]) -> tuple[EndpointDraft, ...]:
    """The endpoints about which the question of the first one asks as well."""
    if not endpoints or endpoints[0].event_value is not None or not sounds_censored(endpoints[0].event):
        return ()  # without such a name 1 of 0 and 1 is the event, and nothing is asked
    first, *others = endpoints
    return tuple(
        each
        for each in others
        if each.event_value is None and are_coded_alike(table, first.event, each.event)
    )


def ask_together(table: Table, endpoints: Sequence[EndpointDraft], found: Findings) -> None:
    """Name in the question of the first endpoint the others for which its answer decides."""
    others = [f"'{each.event}'" for each in find_undecided(table, endpoints)]
    if not others:
        return
    verb = "is" if len(others) == 1 else "are"
    told = f" {join_list(others, most=12)} {verb} coded in the same way: one answer decides for all."
    first = endpoints[0].event
    found.problems[:] = [
        replace(problem, what=f"{problem.what}{told}")
        if problem.part == "event_value" and problem.columns == (first,)
        else problem
        for problem in found.problems
    ]
