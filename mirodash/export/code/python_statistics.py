"""Statistics of a Python script: curves, medians, means, tests, models and what is printed."""

from __future__ import annotations

from mirodash.questions.statistics.catalogue import list_scripts
from mirodash.survival.further_statistics import Choice

_RISK_SETS = '''\
def is_at_risk(people, t):
    """Who is at risk at a time."""
    return people.time >= t


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


def logrank_p(people):
    """The log-rank test."""
    control, treated = people[people.treated == 0], people[people.treated == 1]
    return logrank_test(treated.time, control.time, treated.event, control.event).p_value


'''
_LATE_RISK_SETS = '''\
def is_at_risk(people, t):
    """Who is at risk at a time: everybody who entered before it and was followed to it."""
    return (people.entry < t) & (people.time >= t)


def has_maximum(people, cell, count):
    """Whether hazard ratios between these cells are finite.

    They are when a chain leads from every cell to every other, in which each has an event while somebody
    of the next is at risk.
    """
    cell, linked = cell.astype(int), np.eye(count, dtype=bool)
    for t in people.time[people.event == 1].unique():
        now = cell[(people.time == t) & (people.event == 1)].unique()
        linked[np.ix_(now, cell[is_at_risk(people, t)].unique())] = True
    for _ in range(count):
        linked = linked @ linked
    return linked.all()


def comparable(people):
    """Whether an event came while both arms were at risk and somebody at risk did not have it."""
    return any(r0 > 0 and r1 > 0 and d0 + d1 < r0 + r1 for r0, r1, d0, d1 in risk_sets(people))


def logrank_p(people):
    """The log-rank test from its risk sets: lifelines' knows no entry times."""
    apart = spread = 0.0
    for r0, r1, d0, d1 in risk_sets(people):
        n, d = r0 + r1, d0 + d1
        apart += d1 - d * r1 / n
        spread += d * r0 * r1 * (n - d) / (n**2 * (n - 1)) if n > 1 else 0
    return chi2.sf(apart**2 / spread, 1) if spread > 0 else None


'''
_KAPLAN_MEIER = '''\
def kaplan_meier(people, event):
    """Kaplan-Meier: survival, its error, log-log interval where it is neither 1 nor 0, hazard variances."""
    times = np.unique(people.time)
    at_risk = np.array([is_at_risk(people, t).sum() for t in times])
    events = np.array([event[people.time == t].sum() for t in times])
    survival = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(at_risk > events, events / (at_risk * (at_risk - events)), 0.0)
        reach = norm.ppf(0.5 + CONFIDENCE / 2) * np.sqrt(np.cumsum(spread)) / np.log(survival)
        inside = (survival > 0) & (survival < 1)
        lower, upper = (np.where(inside, survival ** np.exp(s * reach), np.nan) for s in (-1, 1))
    se = np.where(survival > 0, survival * np.sqrt(np.cumsum(spread)), np.nan)
    until = float("inf") if survival[-1] <= 0 else times[-1]
    return dict(time=times, survival=survival, lower=lower, upper=upper, se=se, spread=spread, until=until)


'''
_CURVES = '''\
def curve(arm):
    """The curve of an arm."""
    return kaplan_meier(arm, arm.event)


def follow_up_of(arm):
    """Reverse Kaplan-Meier: how long follow-up was."""
    return kaplan_meier(arm, 1 - arm.event)


def mean_in(fit, tau):
    """Area under the curve up to tau, and Greenwood's standard error."""
    edges = np.append(np.minimum(fit["time"], tau), tau)
    area = fit["survival"] * np.diff(edges)
    return [edges[0] + area.sum(), np.sqrt((np.cumsum(area[::-1])[::-1] ** 2 * fit["spread"]).sum())]


'''
_INCIDENCE_CURVES = '''\
def incidence_steps(arm):
    """Aalen and Johansen's cumulative incidence: each time, the shares with the event and with neither.

    The last is by how much everybody moves the first, for the infinitesimal jackknife.
    """
    time, event, other = (arm[name].to_numpy() for name in ("time", "event", "competing"))
    share, free, moved, moved_free = 0.0, 1.0, np.zeros(len(arm)), np.zeros(len(arm))
    for t in np.unique(time):
        at_risk, now = is_at_risk(arm, t).to_numpy(), time == t
        own, either = now * event / at_risk.sum(), now * (event + other) / at_risk.sum()
        hazard, any_hazard = own.sum(), either.sum()
        moved = moved + moved_free * hazard + free * (own - at_risk * hazard / at_risk.sum())
        moved_free = moved_free * (1 - any_hazard) - free * (either - at_risk * any_hazard / at_risk.sum())
        share, free = share + free * hazard, free * (1 - any_hazard)
        yield t, share, free, moved


def curve(arm):
    """The share without the event, one minus the cumulative incidence, with its interval and error."""
    rows = [(t, share, free, np.sqrt((moved**2).sum())) for t, share, free, moved in incidence_steps(arm)]
    times, share, free, se = np.array(rows).T
    se = np.where(se > 1e-6, se, 0.0)  # less is rounding
    inside = (share > 1e-12) & (share < 1 - 1e-12)
    log = np.log(np.where(inside, share, 0.5))
    reach = norm.ppf(0.5 + CONFIDENCE / 2) * se / (np.where(inside, share, 0.5) * log)
    lower, upper = (np.where(inside, 1 - np.exp(log * np.exp(s * reach)), np.nan) for s in (1, -1))
    until = float("inf") if free[-1] <= 1e-12 else times[-1]
    return dict(time=times, survival=1 - share, lower=lower, upper=upper, se=se, until=until, arm=arm)


def follow_up_of(arm):
    """Reverse Kaplan-Meier: whoever had either event was followed until then."""
    return kaplan_meier(arm, 1 - arm.event - arm.competing)


def mean_in(fit, tau):
    """Area under the curve up to tau, with the infinitesimal jackknife's standard error."""
    edges = np.append(np.minimum(fit["time"], tau), tau)
    widths = np.diff(edges)
    steps = incidence_steps(fit["arm"])
    moved = sum(width * moved for width, (*_, moved) in zip(widths, steps))
    se = np.sqrt((moved**2).sum())
    return [edges[0] + (fit["survival"] * widths).sum(), se if se > 1e-6 * tau else 0.0]


'''
_STATISTICS = '''\
RISKSETSdef cox(people):
    """A Cox model of all columns beside time and event, with Efron's ties, to full precision.

    Newton's method can overshoot from 0 when events are few, so it starts at a slightly penalised fit.
    """
    exact = dict(duration_col="time", event_col="event", fit_options=dict(precision=1e-20, r_precision=0))
    near = CoxPHFitter(penalizer=0.1).fit(people, **exact).params_
    start = (near * people[near.index].std()).to_numpy()
    return CoxPHFitter(alpha=1 - CONFIDENCE).fit(people, initial_point=start, **exact)


def likelihood(x, beta, sets):
    """Efron's log partial likelihood with its first and minus second derivative."""
    height, score, information = 0.0, np.zeros(len(beta)), np.zeros((len(beta), len(beta)))
    predictor = x @ beta
    for at_risk, now in sets:
        weight, top = np.exp(predictor[at_risk] - predictor[at_risk].max()), predictor[at_risk].max()
        share = np.isin(at_risk, now)
        for k in range(len(now)):
            w = weight * (1 - k / len(now) * share)
            mean = w @ x[at_risk] / w.sum()
            height += predictor[now[k]] - top - np.log(w.sum())
            score += x[now[k]] - mean
            apart = x[at_risk] - mean
            information += (apart * w[:, None]).T @ apart / w.sum()
    return height, score, information


def fitted_model(people, strata=None):
    """Coefficients, errors and likelihood of a Cox model; None where a hazard ratio is not finite.

    Newton's method with halved steps, which finds the maximum where lifelines would stop short of it.
    """
    terms = people.drop(columns=["time", "event", *(strata or [])]).astype(float)
    if people.event.sum() == 0 or (terms.nunique() < 2).any():
        return None
    scale = terms.std(ddof=0).to_numpy()
    x = ((terms - terms.mean()) / scale).to_numpy()
    time, event = people.time.to_numpy(), people.event.to_numpy() == 1
    own = people[strata[0]].factorize()[0] if strata else np.zeros(len(people))
    times = sorted(set(zip(own[event], time[event])))
    sets = [
        (np.flatnonzero((own == s) & ENTERED(time >= t)), np.flatnonzero((own == s) & (time == t) & event))
        for s, t in times
    ]
    beta = np.zeros(x.shape[1])
    here = likelihood(x, beta, sets)
    if np.linalg.eigvalsh(here[2]).min() < 1e-9 * max(1, len(x)):
        return None
    for _ in range(100):
        try:
            step = np.linalg.solve(here[2], here[1])
        except np.linalg.LinAlgError:
            return None
        gain, moves = here[1] @ step, np.abs(x @ step).max()
        if gain < 1e-12 and moves < 0.01:
            covariance = np.linalg.inv(here[2]) / np.outer(scale, scale)
            return dict(
                coef=pd.Series((beta + step) / scale, terms.columns),
                se=pd.Series(np.sqrt(np.diag(covariance)), terms.columns), height=here[0],
            )
        if gain < 1e-9 and moves > 0.01:
            return None  # the likelihood has all but stopped rising, and still somebody's hazard moves
        step = step * min(1, 10 / moves)
        there = likelihood(x, beta + step, sets)
        while not there[0] >= here[0] and np.abs(step).max() > 1e-12:
            step = step / 2
            there = likelihood(x, beta + step, sets)
        beta, here = beta + step, there
    return None


def wald(fit, name, prefix):
    """Hazard ratio of a term with Wald's interval and p-value."""
    coef, se = fit["coef"][name], fit["se"][name]
    reach = norm.ppf(0.5 + CONFIDENCE / 2) * se
    values = exp(coef), exp(coef - reach), exp(coef + reach), chi2.sf((coef / se) ** 2, 1)
    return dict(zip([f"{prefix}{end}" for end in ("hr", "lower", "upper", "p")], values))


CURVESdef median(time, survival):
    """Where a curve falls to one half, the middle where it is flat there; None where it does not."""
    fallen, flat = np.nan_to_num(1 - survival, nan=-1.0), 2**-26
    if fallen.max() < 0.5:
        return None
    reached = np.where(fallen >= 0.5 - flat, fallen, np.inf)
    passed = np.where(fallen >= 0.5 + flat, fallen, np.inf)
    first, after = (time[(values <= values.min() + 1e-12).argmax()] for values in (reached, passed))
    return (first + (after if np.isfinite(passed).any() else time[-1])) / 2


def medians(fit):
    """The median of a curve with its interval."""
    return [median(fit["time"], fit[name]) for name in ("survival", "lower", "upper")]


def survival_in(arm, fit, name):
    """Survival at the horizon with interval and error; none beyond follow-up unless the curve is at 0."""
    if HORIZON > fit["until"]:
        print(f"{name}: survival is not estimable after {TIME_UNIT} {arm.time.max():.15g}", file=sys.stderr)
    return survival_at(arm, fit, HORIZON)


def survival_at(arm, fit, time):
    """Survival at a time with its interval and standard error."""
    if time > fit["until"]:
        return [None] * 4
    last = np.searchsorted(fit["time"], time, side="right") - 1
    if last < 0:
        return [1.0, None, None, 0.0]
    share = SHARE
    return [share, fit["lower"][last], fit["upper"][last], fit["se"][last]]


def difference(treated, control):
    """Treated minus control with a normal interval; none without a standard error."""
    (first, se), (second, other) = treated, control
    if se is None or other is None or not np.hypot(se, other) > 0:
        return [None] * 3
    reach = norm.ppf(0.5 + CONFIDENCE / 2) * np.hypot(se, other)
    return [first - second, first - second - reach, first - second + reach]


def arms_of(people):
    """The rows of each arm, and the curves of those with anybody in them."""
    arms = dict(treated=people[people.treated == 1], control=people[people.treated == 0])
    return arms, {name: curve(arm) for name, arm in arms.items() if len(arm)}


def risk_sets(people):
    """At each event time: its time, those at risk and the events in the control and the treated arm."""
    for t in sorted(people.time[people.event == 1].unique()):
        at_risk = people.treated[is_at_risk(people, t)]
        now = people.treated[(people.time == t) & (people.event == 1)]
        yield (len(at_risk) - at_risk.sum(), at_risk.sum(), len(now) - now.sum(), now.sum())


STATISTICSdef numbers(people, label):
    """What is said of one group."""
    return dict(
        n=len(people),
        events=people.event.sum(),
CALLS    )


def interaction(people):
    """Treatment x group: the likelihood-ratio test, and for two groups the ratio of hazard ratios."""
    count = len(LABELS) - 1
    names = ["ratio", "ratio_lower", "ratio_upper", "ratio_p"] if count == 2 else []
    none = dict.fromkeys(["p_lr", *names])
    if count < 2:
        return none
    people = people[["time", "event", "treated", "group"]].dropna()
    # a group without events in one arm has no finite effect: it is left out where two others remain
    arms = people[people.event == 1].groupby("group").treated.nunique()
    kept = sorted(arms[arms == 2].index)
    if count > 2 and len(kept) >= 2:
        people = people[people.group.isin(kept)]
        people = people.assign(group=people.group.map({k: place for place, k in enumerate(kept)}))
        count = len(kept)
    if not has_maximum(people, people.treated * count + people.group, 2 * count):
        return none
    main, crossed = people.drop(columns="group"), {}
    for k in range(1, count):
        main[f"group{k}"] = (people.group == k).astype(int)
        crossed[f"treated:group{k}"] = main.treated * main[f"group{k}"]
    fit = cox(main.assign(**crossed))
    p = chi2.sf(max(0, 2 * (fit.log_likelihood_ - cox(main).log_likelihood_)), count - 1)
    if count > 2:
        return dict(p_lr=p)
    low, high = fit.confidence_intervals_.loc["treated:group1"].map(exp)
    return dict(
        p_lr=p, ratio=fit.hazard_ratios_["treated:group1"], ratio_lower=low, ratio_upper=high,
        ratio_p=fit.summary.loc["treated:group1", "p"],
    )


'''

PYTHON_CONTINUOUS = '''\
def continuous(people):
    """Treatment x biomarker, on the log scale unless a value is 0 or less."""
    people = people[["time", "event", "treated", "marker"]].dropna()
    if len(people) and people.marker.min() > 0:
        people = people.assign(marker=np.log(people.marker))
    people = people.assign(marker=people.marker - people.marker.mean())
    fit = fitted_model(people.assign(crossed=people.treated * people.marker)) if len(people) else None
    main = fitted_model(people) if fit else None
    if main is None:
        return dict(coef=None, se=None, p_lr=None)
    p = chi2.sf(max(0, 2 * (fit["height"] - main["height"])), 1)
    return dict(coef=fit["coef"]["crossed"], se=fit["se"]["crossed"], p_lr=p)

'''
PYTHON_STRATIFIED = '''\
def stratified(people):
    """Hazard ratio and log-rank test within strata, of all who belong to one."""
    people = people[["time", "event", "treated", "stratum"]].dropna()
    fit = fitted_model(people, ["stratum"]) if len(people) else None
    if fit is None:
        return dict(hr=None, hr_lower=None, hr_upper=None, hr_p=None, logrank_p=None)
    apart = spread = 0.0
    for _, own in people.groupby("stratum"):
        for r0, r1, d0, d1 in risk_sets(own):
            n, d = r0 + r1, d0 + d1
            apart += d1 - d * r1 / n
            spread += d * r0 * r1 * (n - d) / (n**2 * (n - 1)) if n > 1 else 0
    hr, low, high, p = wald(fit, "treated", "").values()
    test = chi2.sf(apart**2 / spread, 1)
    return dict(hr=hr, hr_lower=low, hr_upper=high, hr_p=p, logrank_p=test)

'''
PYTHON_ADJUSTED = '''\
def adjusted(people):
    """Hazard ratio adjusted for covariates, of all who have them; a term that others fix is left out."""
    within = ["within"] if IS_WITHIN else []
    people = people[["time", "event", "treated", *COVARIATES, *within]].dropna()
    for name in COVARIATES:
        if people[name].dtype == object:  # a level without events weighs nothing
            people = people[people[name].isin(people[name][people.event == 1])]
    terms = pd.get_dummies(people[["treated", *COVARIATES]], drop_first=True, dtype=float)
    apart = terms - (terms.groupby(people.within).transform("mean") if within else terms.mean())
    kept = []
    for name in terms.columns[(apart.std() > 0).to_numpy()]:
        scaled = apart[[*kept, name]] / apart[[*kept, name]].std()
        if np.linalg.matrix_rank(scaled) > len(kept):
            kept.append(name)
    fit = None
    if "treated" in kept:
        table = pd.concat([people[["time", "event", *within]], terms[kept]], axis=1)
        fit = fitted_model(table, within or None)
    if fit is None:
        return dict(adjusted_hr=None, adjusted_lower=None, adjusted_upper=None, adjusted_p=None)
    return wald(fit, "treated", "adjusted_")

'''

_MAIN = """\
people = participants()
groups = [people, *(people[people.group == k] for k in range(len(LABELS) - 1))]
rows = [(label, *row) for label, group in zip(LABELS, groups) for row in numbers(group, label).items()]
rows += [("interaction", *row) for row in interaction(people).items()]
MOREtable = pd.DataFrame(rows, columns=["group", "quantity", "value"])
table["value"] = ["" if pd.isna(value) else f"{value:.17g}" for value in table.value]
sys.stdout.reconfigure(encoding="utf-8")
table.to_csv(sys.stdout, index=False, lineterminator="\\n")
"""


def write_python_statistics(
    *,
    further: tuple[Choice, ...],
    has_marker: bool,
    is_stratified: bool,
    is_adjusted: bool,
    has_entry: bool,
    has_competing: bool,
) -> tuple[str, ...]:
    """Everything after the participants: the functions this view needs, and what it prints.

    ``has_entry`` tells that participants enter late, ``has_competing`` that another event competes.
    """
    wanted = {"continuous": has_marker, "stratified": is_stratified}
    more = "".join(
        f'rows += [("{name}", *row) for row in {name}(people).items()]\n' for name, on in wanted.items() if on
    )
    scripts = list_scripts(further, competing=has_competing)
    functions = "".join(dict.fromkeys(script.python for script in scripts))
    calls = [script.python_call for script in scripts] + (["adjusted(people)"] if is_adjusted else [])
    told = "".join(f"        **{call},\n" for call in calls)
    own = _STATISTICS.replace("STATISTICS", functions).replace("CALLS", told)
    curves = _KAPLAN_MEIER + (_INCIDENCE_CURVES if has_competing else _CURVES)
    own = own.replace("RISKSETS", _LATE_RISK_SETS if has_entry else _RISK_SETS).replace("CURVES", curves)
    own = own.replace("SHARE", _OWN_SHARE if has_entry or has_competing else _LIFELINES_SHARE)
    models = (
        (PYTHON_CONTINUOUS, has_marker),
        (PYTHON_STRATIFIED, is_stratified),
        (PYTHON_ADJUSTED, is_adjusted),
    )
    parts = (own, *(text for text, on in models if on))
    return (
        *(_with_entry(text) if has_entry else _without_entry(text) for text in parts),
        _MAIN.replace("MORE", more),
    )


_LIFELINES_SHARE = "KaplanMeierFitter().fit(arm.time, arm.event).predict(time)"
_OWN_SHARE = 'fit["survival"][last]'
_ENTRY_OF = "    entry = people.entry.to_numpy()\n    times = sorted(set(zip(own[event], time[event])))\n"


def _without_entry(text: str) -> str:
    return text.replace("ENTERED", "")


def _with_entry(text: str) -> str:
    """The same functions where each is at risk from the entry on."""
    text = text.replace('["time", "event"', '["entry", "time", "event"')
    text = text.replace('event_col="event", ', 'event_col="event", entry_col="entry", ')
    text = text.replace(_ENTRY_OF.split("\n", 1)[1], _ENTRY_OF)
    return text.replace("ENTERED", "(entry < t) & ")
