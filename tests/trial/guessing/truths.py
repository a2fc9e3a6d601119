"""What public survival data sets and invented files hold, from their documentation and not from looking."""

from __future__ import annotations

from dataclasses import dataclass

from mirodash.trial.dictionary import TimeUnit


@dataclass(frozen=True, slots=True)
class Truth:
    """The right columns of a file.

    ``value`` is None where the documentation does not say, ``control`` where only codes are given.
    ``arm`` is None where nothing was allocated or compared: there is no randomised arm.
    """

    time: str | None
    event: str | None
    value: str | None = None
    arm: str | None = None
    control: str | None = None
    unit: TimeUnit | None = None
    id: str | None = None


NONE = Truth(None, None)

LIFELINES = {
    # growth of C. botulinum between two bounds: interval-censored, no pair of time and event
    "c_botulinum_lag_phase": NONE,
    # days in office; nobody was allocated
    "canadian_senators": Truth("diff_days", "observed", "True", unit="days"),
    # years of a political regime
    "dd": Truth("duration", "observed", "1", unit="years"),
    # several rows a participant with start and stop; 'group' is the toy's treatment
    "dfcv": Truth("stop", "event", "True", arm="group", id="id"),
    # years to proteinuria, between left and right: interval-censored
    "diabetes": NONE,
    # glioma, radioimmunotherapy beside control; months (R's coin::glioma)
    "g3": Truth("time", "event", "True", arm="group", control="Control", unit="months"),
    # cens is 1 for the event (R's TH.data::GBSG2); days
    "gbsg2": Truth("time", "cens", "1", arm="horTh", control="no", unit="days"),
    # three people with several rows each; everybody's status is 1, so that the value has to be asked
    "holly_molly_polly": Truth("Stop(days)", "Status", None, arm="tx", unit="days", id="ID"),
    # Klein and Moeschberger 1.7; days
    "kidney_transplant": Truth("time", "death", "1", unit="days"),
    # Klein and Moeschberger 1.8; years
    "larynx": Truth("time", "death", "1", unit="years"),
    # copper in groundwater, left-censored; E is 1 for a measured value. Zones of the ground are no arms
    "lcd": Truth("T", "E", "1"),
    # Freireich: weeks of remission, Rx 1 is placebo by its documentation, 0 the new drug
    "leukemia": Truth("t", "status", "1", arm="Rx", control="1", unit="weeks"),
    # one cohort of advanced lung cancer; days
    "lung": Truth("time", "status", "1", unit="days"),
    # years from diagnosis to the last observation
    "lupus": Truth(
        "time_between_diagnosis_and_last_observation_(years)", "dead", "True", unit="years", id="id"
    ),
    # the same women as gbsg2; hormone is the allocated therapy, 2 yes
    "lymph_node": Truth("survtime", "censdead", "1", arm="hormone", control="1", unit="days", id="id"),
    # StatsDirect: days, Censor 1 died; stages are no arms
    "lymphoma": Truth("Time", "Censor", "1", unit="days"),
    # tumours found between l and u; grp is the environment that was compared
    "mice": Truth(None, None, arm="grp"),
    # T is in years from AIDS, D is 1 for death
    "multicenter_aids_cohort_study": Truth("T", "D", "1", unit="years", id="i"),
    # ammonium in rain, left-censored: no time to an event
    "nh4": NONE,
    # a made-up panel with several rows an id
    "panel_test": Truth("t", "E", "1", id="id"),
    # Klein and Moeschberger 1.15; years, C is 1 for death
    "psychiatric_patients": Truth("T", "C", "1", unit="years"),
    # CENSOR is 1 when the episode occurred at TIME1; TREAT 1 is the old treatment
    "recur": Truth("TIME1", "CENSOR", "1", arm="TREAT", control="1", unit="days", id="ID"),
    "regression_dataset": Truth("T", "E", "1"),
    # fin: financial aid, allocated at random; the file gives no hint of that
    "rossi": Truth("week", "arrest", "1", arm="fin", control="0", unit="weeks"),
    # transplantation is no randomised arm; days, several rows an id
    "stanford_heart_transplants": Truth("stop", "event", "1", unit="days", id="id"),
    "static_test": Truth("t", "E", "1", id="id"),
    # flies with a mutation beside control; days
    "waltons": Truth("T", "E", "1", arm="group", control="control", unit="days"),
}
"""By the name of the loader, ``load_<name>``."""

LIFELINES_MISSES = {
    ("lcd", "arm"): "group",
    ("nh4", "event"): "Censored",
    ("nh4", "time"): "Week",
    ("rossi", "arm"): None,
}
"""What is guessed wrongly, said openly: rain and ground for trials, ``fin``."""

ASKED = {
    ("gbsg2", "value"), ("lymph_node", "value"), ("lymphoma", "value"), ("psychiatric_patients", "value"),
    ("recur", "value"),
    *((name, "unit") for name in (
        "dd", "g3", "larynx", "leukemia", "lung", "lymphoma", "multicenter_aids_cohort_study",
        "psychiatric_patients", "recur", "stanford_heart_transplants", "waltons",
    )),
}  # fmt: skip
"""What is asked, since the file does not say it: units, and which value of an indicator of censoring."""

REFERENCES = {
    # weeks (R's survival::aml), which nothing in the file says
    "aml": Truth("time", "status", "1", arm="x", control="Nonmaintained", unit="weeks"),
    "colon": Truth("time", "status", "1", arm="rx", control="Obs", unit="days", id="id"),
    # one cohort; comparing the sexes is an exercise
    "lung": Truth("time", "status", "2", unit="days"),
    "ovarian": Truth("futime", "fustat", "1", arm="rx", control="1", unit="days"),
    # status has three values; death is status 2. Placebo is 2
    "pbc": Truth("time", "death", "1", arm="trt", control="2", unit="days", id="id"),
    "veteran": Truth("time", "status", "1", arm="trt", control="1", unit="days"),
}
REFERENCES_ASKED = {("aml", "unit"), ("lung", "unit"), ("ovarian", "unit"), ("veteran", "unit")}
