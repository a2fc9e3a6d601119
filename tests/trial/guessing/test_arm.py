"""The arms and their control: by names where they tell, asked for where they do not."""

from __future__ import annotations

from mirodash.trial.infer.columns import FoundArm, Profile, find_arm
from mirodash.trial.table import Column
from tests.profiles import for_each


def arm_of(*levels: str, name: str = "arm", n: int = 24) -> FoundArm:
    cells = tuple(levels[i % len(levels)] for i in range(n))
    return find_arm([Profile(name, Column(cells, tuple(range(2, n + 2))))])


@for_each(
    ("levels", "control", "treated"),
    [
        (("Drug", "Placebo"), "Placebo", "Drug"),
        (("témoin", "actif"), "témoin", "actif"),
        (("Verum", "Kontrolle"), "Kontrolle", "Verum"),
        (("Standard of care", "New"), "Standard of care", "New"),
        (("yes", "no"), "no", "yes"),
        (("oui", "non"), "non", "oui"),
        (("Maintained", "Nonmaintained"), "Nonmaintained", "Maintained"),
        (("riluzole", "riluzole + IL-2"), "riluzole", "riluzole + IL-2"),
        (("Obs", "Lev", "Lev+5FU"), "Obs", None),
        (("Placebo", "Low", "High"), "Placebo", None),
        (("Placebo", "Placebo + drug"), "Placebo", "Placebo + drug"),
        (("0", "1"), None, None),
        (("1", "2"), None, None),
        (("A", "B"), None, None),
    ],
)
def test_the_control_is_recognised_by_its_name_only(
    levels: tuple[str, ...], control: str | None, treated: str | None
):
    found = arm_of(*levels)
    assert found.column is not None
    assert (found.control, found.treated) == (control, treated)
    assert found.control_reason


@for_each("name", ["bras", "traitement", "groupe", "randomisation", "TRT01P", "TREATMEN", "Rx", "Gruppe"])
def test_the_column_is_recognised_by_its_name(name: str):
    assert arm_of("A", "B", name=name).column is not None


@for_each("name", ["age_group", "groupe sanguin", "stage_group", "prior_treatment", "sex", "smoker"])
def test_other_groups_are_no_arms(name: str):
    found = arm_of("A", "B", name=name)
    assert found.column is None
    assert found.reason == "No column looks like the arms of a trial."


def test_a_placebo_tells_whatever_the_column_is_called():
    found = arm_of("X-17", "placebo", name="V4")
    assert found.column is not None
    assert found.reason == "Its values say so: X-17 (12) and placebo (12)."


def test_a_single_value_many_values_and_measurements_are_no_arms():
    assert arm_of("drug").column is None
    assert arm_of(*(f"drug {i}" for i in range(13)), n=52).column is None
    assert arm_of("0.5", "1.5").column is None
