"""ADaM: roles found by themselves, censoring read the right way round, nobody lost in the join."""

from __future__ import annotations

from pathlib import Path

import pyreadstat
import pytest

from mirodash.errors import UnusableDataError
from mirodash.trial.adam import one_parameter
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Answers, Roles
from mirodash.trial.readers.files import read_table
from mirodash.trial.trial import Trial
from tests.trial.small_files import NOTHING_SAID, Write, only_problem_of

PILOT_ARMS = Roles(control="Placebo", treated="Xanomeline High Dose")


def adsl(write: Write, n: int = 12, extra: str = "") -> Path:
    lines = ["STUDYID,USUBJID,SITEID,COUNTRY,TRT01P,AGE,SEX,ITTFL,SAFFL,TRTDUR,RACE,RACEN,DTHFL"]
    lines += [
        f"S1,U-{i},{1 + i % 3},FRA,{'Placebo' if i % 2 else 'Drug'},{50 + i * 5 % 12},{'FM'[i // 2 % 2]},Y,"
        f"{'YN'[i % 5 == 0]},{i * 3},{'AB'[i % 3 == 0]},{1 + (i % 3 == 0)},"
        for i in range(n)
    ]
    return write("\n".join([*lines, *extra.split()]) + "\n", name="adsl.csv")


def adtte(write: Write, people: range | list[int] = range(12), *, params: tuple[str, ...] = ("OS",)) -> Path:
    lines = ["USUBJID,PARAMCD,PARAM,AVAL,CNSR,EVNTDESC,AGE"]
    lines += [
        f"U-{i},{param},Overall survival ({'months' if param == 'OS' else 'days'}),{1 + i / 2},"
        f"{(i % 3 > 0) * (i % 4)},text {i},{50 + i * 5 % 12}"
        for param in params
        for i in people
    ]
    return write("\n".join(lines) + "\n", name="adtte.csv")


def joined(first: Path, second: Path, roles: Roles = NOTHING_SAID) -> Trial:
    return read_trial([first, second], roles)


def problem_of(first: Path, second: Path, roles: Roles = NOTHING_SAID) -> str:
    with pytest.raises(UnusableDataError) as caught:
        read_trial([first, second], roles)
    (problem,) = caught.value.problems
    return problem


def test_two_files_are_joined_in_either_order(write: Write):
    one, other = adsl(write), adtte(write)
    trial = joined(one, other)
    assert trial == joined(other, one)
    assert (trial.id, trial.title, trial.participants) == ("adsl", "S1", 12)
    assert trial.dictionary.control == "Placebo"
    assert trial.site is not None
    assert trial.site.names == ("1", "2", "3")
    assert trial.country is not None
    assert trial.country.names == ("FRA",)


def test_zero_is_the_event_and_every_other_number_a_censoring(write: Write):
    trial = joined(adsl(write), adtte(write))
    cnsr = [(i % 3 > 0) * (i % 4) for i in range(12)]
    assert len(set(cnsr)) > 2
    assert trial.outcomes["os"].event.tolist() == [code == 0 for code in cnsr]
    endpoint = trial.dictionary.endpoints[0]
    assert (endpoint.key, endpoint.label, endpoint.unit) == ("os", "Overall survival", "months")
    assert (endpoint.event, endpoint.event_value) == ("CNSR", "0")


def test_the_trial_opens_with_survival_or_with_the_parameter_asked_for(write: Write):
    one, other = adsl(write), adtte(write, params=("OS", "PFS"))
    assert [endpoint.key for endpoint in joined(one, other).dictionary.endpoints] == ["os", "pfs"]
    assert problem_of(one, other, Roles(param="PSF")) == (
        "'adtte.csv' has no endpoint 'PSF' (PARAMCD); it has OS and PFS; did you mean 'PFS'?"
    )
    assert joined(one, other, Roles(param="PFS")).dictionary.endpoints[0].unit == "days"


def test_a_parameter_of_a_file_without_parameters_is_a_problem(write: Write):
    assert only_problem_of(adsl(write), Roles(param="OS")) == (
        "'adsl.csv' has no column PARAMCD in which to find 'OS'."
    )


def test_participants_without_a_row_in_adtte_are_kept_and_counted(write: Write):
    trial = joined(adsl(write), adtte(write, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    assert trial.participants == 12
    assert trial.outcomes["os"].usable.sum() == 10
    assert (
        "2 participants of 'adsl.csv' have no row in 'adtte.csv': counted, but not usable." in trial.notices
    )
    assert any("2 participants lack the time" in n and "row" not in n for n in trial.notices)


def test_one_participant_without_a_row(write: Write):
    trial = joined(adsl(write), adtte(write, range(11)))
    assert "1 participant of 'adsl.csv' has no row in 'adtte.csv': counted, but not usable." in trial.notices


def test_rows_of_adtte_without_a_participant_are_a_problem(write: Write):
    assert problem_of(adsl(write), adtte(write, range(14))) == (
        "2 participants of 'adtte.csv' (rows 14 and 15) are not in 'adsl.csv'."
    )
    assert problem_of(adsl(write), adtte(write, range(13))) == (
        "1 participant of 'adtte.csv' (row 14) is not in 'adsl.csv'."
    )


def test_duplicates_in_either_file_are_a_problem(write: Write):
    twice = problem_of(adsl(write), adtte(write, [*range(12), 3]))
    assert twice == "'adtte.csv': 1 participant appears twice, in rows 5 and 14."
    extra = "S1,U-4,1,FRA,Drug,50,F,Y,Y,3,A,1,"
    assert problem_of(adsl(write, extra=extra), adtte(write)).startswith("'adsl.csv': 1 participant appears")


def test_problems_name_the_file_they_are_in(write: Write):
    path = adtte(write)
    path.write_text(path.read_text().replace(",1.5,", ",-1.5,"))
    assert problem_of(adsl(write), path) == (
        "Column 'AVAL': the time is negative in row 3 of 'adtte.csv'; time starts at 0."
    )


def test_two_files_of_one_kind_cannot_be_joined(write: Write):
    one, other = adsl(write), adtte(write)
    with pytest.raises(UnusableDataError, match="cannot be joined"):
        read_trial([other, other])
    with pytest.raises(UnusableDataError, match="Which column holds the time"):
        read_trial([one, one])
    stranger = write("a,b\n1,2\n", name="stranger.csv")
    assert "'stranger.csv' and 'adtte.csv' cannot be joined" in problem_of(stranger, other)


def test_disagreements_between_the_files_are_told(write: Write):
    path = adtte(write)
    path.write_text(path.read_text().replace("text 3,53", "text 3,35"))
    notices = joined(adsl(write), path).notices
    assert "Column 'AGE' differs between the files for 1 participant; 'adsl.csv' is used." in notices


def test_only_what_was_known_at_baseline_becomes_a_factor(write: Write):
    trial = joined(adsl(write), adtte(write))
    assert [b.column for b in trial.dictionary.biomarkers] == ["AGE"]
    assert [f.column for f in trial.dictionary.factors] == ["AGE", "SEX", "SAFFL", "RACE"]
    left_out = " ".join(n for n in trial.notices if n.startswith("Not offered"))
    assert all(name in left_out for name in ("TRTDUR", "RACEN", "DTHFL", "EVNTDESC", "STUDYID"))


def test_rows_are_kept_by_a_flag_that_is_no_factor(write: Write):
    paths = [adsl(write), adtte(write)]
    assert read_trial(paths).dictionary.factor("ITTFL") is None
    assert read_trial(paths, answers=Answers(keep=(("ITTFL", ("Y",)),))).participants == 12
    with pytest.raises(UnusableDataError, match="never holds Z, so no row would be left"):
        read_trial(paths, answers=Answers(keep=(("SAFFL", ("Z",)),)))


def test_an_option_can_name_any_column(write: Write):
    trial = joined(adsl(write), adtte(write), Roles(biomarker="TRTDUR"))
    assert trial.dictionary.biomarkers[0].column == "TRTDUR"


def test_one_file_is_enough_when_it_names_the_arm(write: Write):
    path = adtte(write)
    lines = path.read_text().splitlines()
    arms = ["TRTP", *("Placebo" if i % 2 else "Drug" for i in range(12))]
    path.write_text("\n".join(f"{line},{arm}" for line, arm in zip(lines, arms, strict=True)))
    trial = read_trial([path])
    assert trial.arm.counts() == {"Placebo": 6, "Drug": 6}
    assert trial.site is None


def test_a_dictionary_may_stand_beside_either_file(write: Write):
    one, other = adsl(write), adtte(write)
    other.with_suffix(".toml").write_text(
        'title = "Described"\n[endpoints.os]\ntime = "AVAL"\nevent = "CNSR"\n'
    )
    trial = joined(one, other)
    assert trial.title == "Described"
    assert trial.outcomes["os"].event.sum() == sum((i % 3 > 0) * (i % 4) == 0 for i in range(12))


def test_the_pilot_study(cdisc_pilot: Path):
    paths = [cdisc_pilot / "adtte.xpt", cdisc_pilot / "adsl.xpt"]
    trial = read_trial(paths, PILOT_ARMS)
    assert trial.participants == 254
    assert trial.arm.counts() == {"Placebo": 86, "Xanomeline High Dose": 84, "Xanomeline Low Dose": 84}
    assert trial.site is not None
    assert len(trial.site.names) == 17
    table, _ = pyreadstat.read_xport(str(paths[0]))
    assert trial.outcomes["ttde"].event.sum() == (table["CNSR"] == 0).sum()
    assert trial.outcomes["ttde"].usable.all()
    assert trial.dictionary.endpoints[0].label == "Time to First Dermatologic Event"
    mmse = read_trial(paths, Roles(**vars(PILOT_ARMS) | {"biomarker": "MMSETOT"})).dictionary.biomarkers[0]
    assert (mmse.column, mmse.label) == ("MMSETOT", "MMSE Total")


def test_the_pilot_study_asks_which_arms_to_compare(cdisc_pilot: Path):
    problem = problem_of(cdisc_pilot / "adsl.xpt", cdisc_pilot / "adtte.xpt")
    assert problem == (
        "Column 'TRT01P' has 3 arms: Placebo, Xanomeline High Dose and Xanomeline Low Dose. "
        "Which one is the treated arm? Say it with --treated."
    )


def test_the_rows_of_an_endpoint_that_does_not_exist_cannot_be_taken(write: Write):
    with pytest.raises(UnusableDataError, match="has no endpoint 'DFS'"):
        one_parameter(read_table(adtte(write)), "DFS")
