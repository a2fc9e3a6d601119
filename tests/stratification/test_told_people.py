"""No two groups that are told, one of them a part of the other, differ by a few participants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from mirodash.stratification.groups import BIOMARKER_MISSING, NOT_SHOWN, assign_groups
from mirodash.stratification.selection import Filter, LevelFilter, RangeFilter, Selection
from mirodash.stratification.validation import list_selection_columns, resolve
from mirodash.trial.trial import Trial
from tests.profiles import for_each
from tests.small_trials import AGE, MARKER, SEX, levels, small_trial

LEAST = 10
COUNTRY_OF = {"UK-01": "UK", "UK-02": "UK", "UK-03": "UK", "FR-01": "FR", "FR-02": "FR", "FR-03": "FR"}


def made_up(seed: int, size: int = 300) -> Trial:
    """Sites of all sizes, a few people without each value, and a biomarker that differs between the sexes."""
    rng = np.random.default_rng(seed)
    site = rng.choice([*COUNTRY_OF], size, p=[0.3, 0.06, 0.2, 0.3, 0.1, 0.04])
    sex = np.where(rng.random(size) < 0.4, "f", "m")
    marker = np.round(np.exp(rng.normal(7.5 + 0.3 * (sex == "f"), 0.8, size)))
    marker[rng.choice(size, 7, replace=False)] = np.nan
    age = np.round(rng.normal(60, 10, size))
    sexes: list[str | None] = sex.tolist()
    countries = [COUNTRY_OF[name] for name in site.tolist()]
    for k in rng.choice(size, seed % 3, replace=False).tolist():
        sexes[k] = None
    made = small_trial(
        arm=rng.choice(["IL-2", "Placebo"], size).tolist(),
        time=np.round(rng.exponential(600, size) + 1).tolist(),
        event=(rng.random(size) < 0.5).astype(float).tolist(),
        biomarker=marker.tolist(),
        site=site.tolist(),
        categories={"sex": sexes},
        numbers={"age": age.tolist()},
        biomarkers=(replace(MARKER, default_thresholds=()),),
        factors=(SEX, AGE),
    )
    country = levels(countries)
    return replace(made, country=country, categories={**made.categories, "country": country}, min_cell=LEAST)


@dataclass(frozen=True)
class Told:
    """One told group of one arm: by what it was chosen, between which thresholds, and who it is."""

    columns: frozenset[str]
    allowed: tuple[tuple[str, frozenset[int]], ...]
    between: tuple[float, float]
    arm: bool
    people: frozenset[int]

    def is_a_part_of(self, other: Told) -> bool:
        allowed = dict(self.allowed)
        return (
            self.arm == other.arm
            and self.columns >= other.columns
            and all(allowed[column] <= inside for column, inside in other.allowed)
            and self.between[0] >= other.between[0]
            and self.between[1] <= other.between[1]
        )


def questions(trial: Trial) -> Iterator[Selection]:
    """Every threshold, with every choice of sites, every level and some ranges, alone and two by two."""
    names = trial.site.names if trial.site else ()
    chosen = [None, *(subset for k in range(1, len(names) + 1) for subset in combinations(names, k))]
    known = np.unique(trial.numbers["pnfh"].values[np.isfinite(trial.numbers["pnfh"].values)])
    lines: list[tuple[float, ...]] = [(), *((float(line),) for line in known[::9])]
    lines += [(float(low), float(high)) for low, high in combinations(known[::40].tolist(), 2)]
    filters: list[tuple[Filter, ...]] = [
        (),
        (LevelFilter("sex", ("f",)),),
        (LevelFilter("sex", ("m",)),),
        (RangeFilter("age", 50, None),),
        (RangeFilter("age", None, 62.5),),
        (RangeFilter("age", 55, 65),),
    ]
    for kept in filters:
        yield from (Selection(thresholds=line, filters=kept) for line in lines)
    for sites in chosen:
        yield from (Selection(sites=sites, thresholds=line) for line in ((), *lines[5::25]))
        yield from (Selection(sites=sites, filters=kept, thresholds=()) for kept in filters[1:4])


def told_groups(trial: Trial) -> set[Told]:
    found: set[Told] = set()
    for selection in questions(trial):
        made, chosen = assign_groups(trial, selection), resolve(trial, selection)
        columns = set(list_selection_columns(trial, chosen))
        masks = {item.column: item.mask(trial) for item in chosen.filters}
        if columns & {"site", "country"} and trial.site is not None and chosen.sites is not None:
            # who chooses sites could have chosen countries
            columns.add("country")
            masks["country"] = trial.site.is_in(chosen.sites)
        allowed = tuple((name, frozenset(np.flatnonzero(mask).tolist())) for name, mask in masks.items())
        for group in made.shown:
            ends = (
                -np.inf if group.lower is None else group.lower,
                np.inf if group.upper is None else group.upper,
            )
            for arm in (True, False):
                people = np.flatnonzero(group.mask & (made.treated == arm))
                if people.size:
                    found.add(Told(frozenset(columns), allowed, ends, arm, frozenset(people.tolist())))
    return found


@for_each("seed", [1, 2, 3])
def test_nobody_can_be_told_apart_by_subtracting_one_told_group_from_another(seed: int) -> None:
    found = list(told_groups(made_up(seed)))
    assert len(found) > 50
    for one in found:
        assert len(one.people) >= LEAST
        for other in found:
            if one.is_a_part_of(other):
                left = len(other.people) - len(one.people)
                assert left <= 0 or left >= LEAST, (one, other)


def test_the_same_questions_tell_a_few_people_apart_without_the_rules() -> None:
    found = list(told_groups(replace(made_up(1), min_cell=0)))[:400]
    few = [
        0 < len(other.people) - len(one.people) < LEAST
        for one in found
        for other in found
        if one.is_a_part_of(other)
    ]
    assert any(few)


def test_a_view_of_few_has_nobody_in_it_and_says_why() -> None:
    trial = made_up(1)
    made = assign_groups(trial, Selection(sites=("FR-03",), thresholds=(1500.0,)))
    assert made.withheld == "Fewer than 10 participants: not shown."
    assert [group.n for group in made.shown] == [0] * len(made.shown)
    assert {group.withheld for group in made.shown} == {made.withheld}
    assert not made.treated.any()
    assert made.excluded == ((NOT_SHOWN, trial.participants),)


def test_leaving_a_few_out_is_told_as_little_as_choosing_them() -> None:
    trial = made_up(1)
    others = tuple(name for name in COUNTRY_OF if name != "FR-03")
    assert assign_groups(trial, Selection(sites=others)).withheld


def test_a_country_is_told_where_its_sites_are_too_small() -> None:
    trial = made_up(1)
    france = tuple(name for name in COUNTRY_OF if name.startswith("FR"))
    made = assign_groups(trial, Selection(sites=france, thresholds=(1500.0,)))
    assert not made.withheld
    assert min(group.n for group in made.shown) >= LEAST


def test_the_few_without_the_biomarker_are_left_out_of_everybody() -> None:
    trial = made_up(1)
    missing = ~np.isfinite(trial.numbers["pnfh"].values)
    for thresholds in ((), (1500.0,)):
        made = assign_groups(trial, Selection(thresholds=thresholds))
        assert not (made.everyone & missing).any()
        assert dict(made.excluded) == {BIOMARKER_MISSING: 7}
        assert made.everyone.sum() + 7 == trial.participants


def test_without_a_limit_everything_is_told() -> None:
    trial = replace(made_up(1), min_cell=0)
    made = assign_groups(trial, Selection(sites=("FR-03",), thresholds=(1500.0,)))
    assert not made.withheld
    assert 0 < made.shown[0].n < 2 * LEAST


def test_an_arm_of_few_is_not_told() -> None:
    few = small_trial(
        arm=["IL-2"] * 9 + ["Placebo"] * 40,
        time=list(range(1, 50)),
        event=[1] * 49,
    )
    assert assign_groups(replace(few, min_cell=10), Selection()).withheld
    assert not assign_groups(replace(few, min_cell=9), Selection()).withheld
