"""One callback from all controls: it writes the selection, and keeps paired controls equal."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from mirodash.dashboard import ids


def register(app: Dash) -> None:
    """Turn controls into the selection in the browser; the server is asked only for results.

    The order of inputs and outputs is the order of the parameters in ``assets/selection.js``.
    """
    slots = ids.THRESHOLD_SLOTS
    app.clientside_callback(
        ClientsideFunction("mirodash", "updateSelection"),
        Output(ids.SELECTION, "data"),
        Output(ids.POPULATION, "data"),
        *(Output(ids.threshold_slider(slot), "value") for slot in slots),
        *(Output(ids.threshold_box(slot), "value") for slot in slots),
        *(Output(ids.threshold_row(slot), "className") for slot in slots),
        Output(ids.THRESHOLD_COUNT, "value"),
        Output(ids.TREATED, "value"),
        Output(ids.CONTROL, "value"),
        Output(ids.HORIZON, "value"),
        Output(ids.every("preset"), "aria-pressed"),
        Output(ids.every("site"), "checked"),
        Output(ids.every("country"), "checked"),
        Output(ids.every("country"), "indeterminate"),
        *(Input(ids.threshold_slider(slot), "value") for slot in slots),
        *(Input(ids.threshold_box(slot), "value") for slot in slots),
        Input(ids.THRESHOLD_COUNT, "value"),
        Input(ids.every("preset"), "n_clicks"),
        Input(ids.TREATED, "value"),
        Input(ids.CONTROL, "value"),
        Input(ids.HORIZON, "value"),
        Input(ids.UNIT, "value"),
        Input(ids.STRATA, "value"),
        Input(ids.every("site"), "checked"),
        Input(ids.every("country"), "checked"),
        Input(ids.every("keep"), "value"),
        Input(ids.every("range-low"), "value"),
        Input(ids.every("range-high"), "value"),
        State(ids.VIEW, "data"),
        State(ids.STOPS, "data"),
        State(ids.POPULATION, "data"),
        prevent_initial_call=True,
    )
