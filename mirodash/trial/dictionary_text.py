"""Writes a mapping down as the data dictionary that stands beside a trial's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import tomli_w

from mirodash.trial.dictionary import Preset
from mirodash.trial.draft import BiomarkerDraft, Draft, EndpointDraft, FactorDraft

_PARTS = {"participant": "id", "arm": "arm", "site": "site", "country": "country", "parameter": "param"}
"""The keys of ``[columns]`` and the roles they name."""

_CAN_BE_NOBODY = ("participant", "site", "country")

_Written = str | bool | int | float | list[object] | dict[str, object]


def dictionary_text(draft: Draft) -> str:
    """A draft as TOML, in the order in which a person would write it.

    Only what a dictionary can say is written: texts without blanks around them, and of ``draft.roles``
    the columns, the arms and the ``PARAMCD``. What is left to the data stays left out.

    Examples
    --------
    >>> print(dictionary_text(Draft(title="Trial", leave_out=("days",))), end="")
    title = "Trial"
    leave_out = [
        "days",
    ]
    """
    roles = draft.roles
    content: dict[str, object] = _said(draft, Draft(), ("title", "synthetic", "description", "source"))
    content |= _said(draft, Draft(), ("population", "leave_out"))
    columns = {key: getattr(roles, part) for key, part in _PARTS.items()}
    content["columns"] = {
        key: name for key, name in columns.items() if name or (name == "" and key in _CAN_BE_NOBODY)
    }
    content["arms"] = _texts({"control": roles.control, "treated": roles.treated})
    if draft.arm_labels:
        content["arms"] |= {"labels": dict(draft.arm_labels)}
    content["endpoints"] = {e.key: _item(e, EndpointDraft("", "", "")) for e in draft.endpoints}
    content["biomarkers"] = {b.column: _item(b, BiomarkerDraft("")) for b in draft.biomarkers}
    content["factors"] = {f.column: _item(f, FactorDraft("")) for f in draft.factors}
    content["randomisation"] = _randomisation(draft)
    content["french"] = dict(draft.french)
    text = tomli_w.dumps({key: value for key, value in content.items() if value not in ({}, [])})
    # half of a surrogate pair, which a browser may send, is no text that a file can hold
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _texts(values: Mapping[str, str | None]) -> dict[str, object]:
    return {key: value for key, value in values.items() if value}


def _randomisation(draft: Draft) -> dict[str, object]:
    said: dict[str, object] = {}
    if draft.randomised_within:
        said["within"] = list(draft.randomised_within)
    if draft.default_strata != draft.randomised_within:
        said["strata"] = list(draft.default_strata)
    return said


def _item(
    item: EndpointDraft | BiomarkerDraft | FactorDraft, silent: EndpointDraft | BiomarkerDraft | FactorDraft
) -> dict[str, object]:
    """The keys of one endpoint, biomarker or factor; its own name stands in the table's heading."""
    keys = [f.name for f in fields(item)]
    return _said(item, silent, [key for key in keys if key not in ("key", "column")])


def _said(item: object, silent: object, keys: list[str] | tuple[str, ...]) -> dict[str, object]:
    """The values of these keys that differ from what stands for "not said"."""
    values = {key: getattr(item, key) for key in keys if getattr(item, key) != getattr(silent, key)}
    return {key: _written(key, value) for key, value in values.items()}


def _written(key: str, value: object) -> _Written:
    if key == "levels" and isinstance(value, tuple):
        return dict(value)
    if isinstance(value, tuple):
        return [_written("", item) for item in value]
    if isinstance(value, Preset):
        return {"name": value.name, "thresholds": _written("", value.thresholds)}
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value if isinstance(value, bool | int | float) else str(value)
