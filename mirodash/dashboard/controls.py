"""From controls to the selection, in the browser: the server is asked only for results."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from mirodash.dashboard import ids


def register(app: Dash) -> None:
    """Wire the controls to ``assets/selection.js``; the order here is the order of its parameters.

    Sliders have a callback of their own with a single output, for it runs many times a second. What one
    control does to another is written by the script, and only where it changed: every output of a
    callback makes all components look whether they are concerned.
    """
    slots = ids.THRESHOLD_SLOTS
    app.clientside_callback(
        ClientsideFunction("mirodash", "moveThresholds"),
        Output(ids.SELECTION, "data"),
        *(Input(ids.threshold_slider(slot), "value") for slot in slots),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("mirodash", "updateSelection"),
        Output(ids.POPULATION, "data"),
        *(Input(ids.threshold_box(slot), "value") for slot in slots),
        Input(ids.THRESHOLD_COUNT, "value"),
        Input(ids.every("preset"), "n_clicks"),
        Input(ids.TREATED, "value"),
        Input(ids.CONTROL, "value"),
        Input(ids.HORIZON, "value"),
        Input(ids.UNIT, "value"),
        Input(ids.STRATA, "value"),
        Input(ids.ADJUST, "value"),
        Input(ids.CURVES, "value"),
        Input(ids.every("site"), "checked"),
        Input(ids.every("country"), "checked"),
        Input(ids.every("keep"), "value"),
        Input(ids.every("range-low"), "value"),
        Input(ids.every("range-high"), "value"),
        State(ids.VIEW, "data"),
        State(ids.STOPS, "data"),
        State(ids.POPULATION, "data"),
    )
