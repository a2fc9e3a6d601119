"""The log says where the program failed, and nothing of an uploaded trial."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from mirodash.errors import MirodashError
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample
from mirodash.web.view import UPLOADED, View, log_failure

LOG = logging.getLogger(__name__)


def test_what_caused_a_failure_is_named_without_what_it_quotes(caplog: pytest.LogCaptureFixture):
    try:
        try:
            raise KeyError("Jane")
        except KeyError as error:
            raise MirodashError(["Doe"]) from error
    except MirodashError as error:
        log_failure(LOG, "a panel failed", error)
    assert "a panel failed" in caplog.text
    assert caplog.text.index("KeyError") < caplog.text.index("MirodashError")
    assert "test_failures.py" in caplog.text
    (record,) = caplog.records
    told = [line for line in record.getMessage().splitlines() if not line.startswith(" ")]
    assert told == ["a panel failed", "KeyError", "MirodashError"]


@pytest.mark.parametrize(("trial", "named"), [("", "site=Lyon"), ("own-" + "a" * 22, UPLOADED)])
def test_the_columns_and_levels_of_an_uploaded_trial_are_not_logged(
    trial: str, named: str, caplog: pytest.LogCaptureFixture
):
    shown = sample("mirocals")
    view = View(replace(shown, id=trial or shown.id), Selection(sites=("Lyon",)), ())
    log_failure(LOG, "a panel failed", ZeroDivisionError(), view)
    assert f"a panel failed for {named}" in caplog.text
    assert ("Lyon" in caplog.text) == (not trial)
