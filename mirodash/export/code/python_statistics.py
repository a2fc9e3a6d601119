"""How Python scripts select participants and compare arms; nothing of a trial is in these parts."""

from __future__ import annotations

_IMPORTS = """\
from math import exp
from pathlib import Path

import pandas as pd
SASfrom lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import logrank_test
from scipy.stats import chi2"""


def imports(*, sas: bool) -> str:
    """What a script imports beside ``sys``."""
    return _IMPORTS.replace("SAS", "import pyreadstat\n" if sas else "")


ONE_FILE = '''\
def participants():
    """Everybody in this view: time, event, arm (treated is 1) and biomarker group."""
    data = read(find(0))
'''
TWO_FILES = '''\
def participants():
    """Everybody in this view: time, event, arm (treated is 1) and biomarker group."""
    adsl, adtte = sorted((read(find(0)), read(find(1))), key=lambda data: {"AVAL", "CNSR"} <= set(data))
    data = join(adsl, adtte)
'''
ARM = "    arm = LEVELS(data, ARM)\n"
TIMES = """\
    time = number(data, TIME).mask(cells(data, EVENT) == "")
"""
LEFT_OUT = """\
    time = time.where(finite(cells(data, TIME)).between(0, LONGEST))  # others were left out
"""
ODD_EVENTS = """\
    code = r"(?i)[+]?([0-9]+[.]?[0-9]*|[.][0-9]+)|true|false"
    time = time.where(cells(data, EVENT).str.fullmatch(code))  # others were left out
"""
ROUND = "    time = time.round(DECIMALS)  # ties are counted at the precision of the file\n"
MERGE = "    time = merged(time)\n"
EVENT_TEXT = "    event = cells(data, EVENT).str.casefold() == EVENT_VALUE\n"
EVENT_TRUTH = """\
    event = cells(data, EVENT).str.lower().replace({"true": "1", "false": "0"})
    event = pd.to_numeric(event, errors="coerce") == EVENT_VALUE
"""
EVENT_NUMBER = '    event = pd.to_numeric(cells(data, EVENT), errors="coerce") == EVENT_VALUE\n'
SELECTED = "    kept = arm.isin([CONTROL, TREATED]) & time.notna()\n"
KEEP = """\
    for name, levels in KEEP:
        kept &= LEVELS(data, name).isin(levels)
"""
RANGES = """\
    for name, low, high in RANGES:
        kept &= number(data, name).between(low, high)
"""
_TABLE = """\
    people = pd.DataFrame({"time": time, "event": event.astype(int), "treated": (arm == TREATED).astype(int)})
"""
GROUPED = f"""\
{_TABLE}    # a threshold belongs to the lower group: (-inf, c1], (c1, c2], (c2, inf)
    ends = [-float("inf"), *THRESHOLDS, float("inf")]
    people["group"] = pd.cut(number(data, BIOMARKER), ends, labels=False)
    return people[kept]

"""
UNGROUPED = f"""\
{_TABLE}    return people[kept]

"""

STATISTICS = '''\
def has_maximum(people, cell, count):
    """Whether hazard ratios between these cells are finite.

    They are when the stretches from the first event to the last follow-up of all cells join up.
    """
    first = people.time[people.event == 1].groupby(cell).min().sort_values()
    last = people.time.groupby(cell).max()[first.index].cummax()
    return len(first) == count and (first.iloc[1:].to_numpy() <= last.iloc[:-1].to_numpy()).all()


def comparable(people):
    """Whether an event came while both arms were at risk and somebody at risk did not have it."""
    if people.treated.nunique() < 2:
        return False
    end = people.time.max()
    stays = (people.event[people.time == end] == 0).any()
    shared = people.time <= people.groupby("treated").time.max().min()
    return ((people.event == 1) & shared & ((people.time < end) | stays)).any()


def cox(people):
    """A Cox model of all columns beside time and event, with Efron's ties, to full precision.

    Newton's method can overshoot from 0 when events are few, so it starts at a slightly penalised fit.
    """
    exact = dict(duration_col="time", event_col="event", fit_options=dict(precision=1e-20, r_precision=0))
    near = CoxPHFitter(penalizer=0.1).fit(people, **exact).params_
    start = (near * people[near.index].std()).to_numpy()
    return CoxPHFitter(alpha=1 - CONFIDENCE).fit(people, initial_point=start, **exact)


def survival(arm):
    """Kaplan-Meier survival at the horizon; where nobody is at risk any more, the last value stands."""
    return KaplanMeierFitter().fit(arm.time, arm.event).predict(HORIZON) if len(arm) else None


def numbers(people):
    """What is said of one group."""
    control, treated = people[people.treated == 0], people[people.treated == 1]
    hr = low = high = p = None
    if comparable(people):
        p = logrank_test(treated.time, control.time, treated.event, control.event).p_value
        if has_maximum(people, people.treated, 2):
            fit = cox(people[["time", "event", "treated"]])
            hr, (low, high) = fit.hazard_ratios_["treated"], fit.confidence_intervals_.loc["treated"].map(exp)
    return dict(
        n=len(people), events=people.event.sum(), hr=hr, hr_lower=low, hr_upper=high, logrank_p=p,
        survival_treated=survival(treated), survival_control=survival(control),
    )


def interaction(people):
    """Likelihood-ratio test of treatment x group against both main effects."""
    count = len(LABELS) - 1
    if count < 2:
        return None
    people = people.dropna()
    if not has_maximum(people, people.treated * count + people.group, 2 * count):
        return None
    main, crossed = people.drop(columns="group"), {}
    for k in range(1, count):
        main[f"group{k}"] = (people.group == k).astype(int)
        crossed[f"treated:group{k}"] = main.treated * main[f"group{k}"]
    gain = cox(main.assign(**crossed)).log_likelihood_ - cox(main).log_likelihood_
    return chi2.sf(max(0, 2 * gain), count - 1)


'''

MAIN = """\
people = participants()
groups = [people, *(people[people.group == k] for k in range(len(LABELS) - 1))]
rows = [(label, *row) for label, group in zip(LABELS, groups) for row in numbers(group).items()]
rows.append(("interaction", "p_lr", interaction(people)))
table = pd.DataFrame(rows, columns=["group", "quantity", "value"])
table["value"] = ["" if pd.isna(value) else f"{value:.17g}" for value in table.value]
sys.stdout.reconfigure(encoding="utf-8")
table.to_csv(sys.stdout, index=False, lineterminator="\\n")
"""
