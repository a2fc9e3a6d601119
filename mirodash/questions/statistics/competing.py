"""Cumulative incidence of both arms and Gray's test, told where another event competes with the endpoint."""

from __future__ import annotations

from mirodash.questions.statistics.absolute import encode_incidence_at
from mirodash.questions.statistics.hazards import describe_chi_square
from mirodash.questions.statistics.statistic import InGroup, Script, Statistic
from mirodash.survival.results import ArmSummary, GrayTest
from mirodash.text.facts import Fact, label_lines
from mirodash.text.json_values import Json, encode_count, encode_test
from mirodash.text.numbers import format_p_value

_LABEL = "Gray's test"
_R_INCIDENCE = """\
# How many of each arm had the other event, and the cumulative incidence at the horizon and other times
incidence_of <- function(people) {
  arms <- arms_of(people)
  fits <- curves_of(arms)
  answer <- c()
  for (name in names(arms)) {
    answer <- c(answer, setNames(sum(arms[[name]]$competing), paste0("competing_events_", name)))
    for (time in c(horizon, landmarks)) {
      at <- if (is.null(fits[[name]])) rep(NA, 3) else survival_at(fits[[name]], time)[c(1, 3, 2)]
      mark <- paste0("incidence_", format(time, digits = 15, scientific = FALSE))
      answer <- c(answer, setNames(1 - at, paste0(mark, c("", "_lower", "_upper"), "_", name)))
    }
  }
  answer
}

"""
_PYTHON_INCIDENCE = '''\
def incidence_of(people):
    """How many of each arm had the other event, and the incidence at the horizon and other times."""
    (arms, fits), answer = arms_of(people), {}
    for name, arm in arms.items():
        answer[f"competing_events_{name}"] = arm.competing.sum()
        for time in (HORIZON, *LANDMARKS.values()):
            share, low, high, _ = survival_at(arm, fits[name], time) if name in fits else [None] * 4
            told = [None if value is None else 1 - value for value in (share, high, low)]
            ends = ("", "_lower", "_upper")
            answer |= {f"incidence_{time:.15g}{end}_{name}": value for end, value in zip(ends, told)}
    return answer


'''
_R_GRAY = """\
# Gray's test of the cumulative incidences (as cuminc of the package cmprsk): chi-square and p-value; there is
# none of participants who enter late
gray_test <- function(people) {
  if (length(unique(people$treated)) < 2 || length(people$entry)) return(c(NA, NA))
  free <- c(1, 1)  # of either event, by arm: control, treated
  incidence <- sums <- second <- third <- c(0, 0)
  pooled <- score <- variance <- 0
  for (t in sort(unique(people$time[people$event | people$competing]))) {
    counted <- function(who) c(sum(who & people$treated == 0), sum(who & people$treated == 1))
    n <- counted(people$time >= t)
    own <- counted(people$time == t & people$event)
    other <- counted(people$time == t & people$competing)
    here <- n > 0
    weight <- ifelse(here, n / free, 0)
    total <- sum(weight)
    moves <- weight[2] * (c(0, 1) - weight / total)
    sums <- sums + moves * sum(own) / (total * (1 - pooled))
    subjects <- weight * (1 - incidence)
    score <- score + own[2] - sum(own) * subjects[2] / sum(subjects)
    incidence <- incidence + ifelse(here, free * own / n, 0)
    pooled <- pooled + sum(own) / total
    now <- ifelse(here, free * (1 - (own + other) / n), free)
    left <- ifelse(now > 0, (1 - pooled) / now, 0)
    ties <- if (sum(own) > 1) 1 - (sum(own) - 1) / (total * free - 1) else 1
    by <- ifelse(here, ties * free * sum(own) / (total * n), 0)
    moved <- moves - (1 - left) * sums
    tied <- ifelse(other > 1, 1 - (other - 1) / (n - 1), 1)
    by_other <- ifelse(here & now > 0, tied * free^2 * other / n^2, 0)
    variance <- variance + sum(moved^2 * by + (left * sums)^2 * by_other)
    second <- second + moved * (1 - left) * by - left^2 * sums * by_other
    third <- third + (1 - left)^2 * by + left^2 * by_other
    free <- now
  }
  variance <- variance + sum(sums^2 * third + 2 * sums * second)
  if (variance <= 1e-12) return(c(NA, NA))
  c(score^2 / variance, pchisq(score^2 / variance, 1, lower.tail = FALSE))
}

"""
_PYTHON_GRAY = '''\
def gray_test(people):
    """Gray's test of the cumulative incidences (as cuminc of R's cmprsk): chi-square and p-value.

    There is none of participants who enter late.
    """
    if people.treated.nunique() < 2 or "entry" in people:
        return None, None
    treated = people.treated.to_numpy()
    free, incidence, sums, second, third = np.ones(2), *np.zeros((4, 2))
    pooled = score = variance = 0.0
    for t in sorted(people.time[people.event + people.competing > 0].unique()):
        counted = lambda who: np.bincount(treated[who.to_numpy()], minlength=2)  # control, treated
        n, at = counted(people.time >= t), people.time == t
        own, other = counted(at & (people.event == 1)), counted(at & (people.competing == 1))
        here, size = n > 0, np.maximum(n, 1)
        weight = np.where(here, n / np.where(free > 0, free, 1), 0)
        total = weight.sum()
        moves = weight[1] * (np.array([0, 1]) - weight / total)
        sums = sums + moves * own.sum() / (total * (1 - pooled))
        subjects = weight * (1 - incidence)
        score += own[1] - own.sum() * subjects[1] / subjects.sum()
        incidence, pooled = incidence + free * own / size, pooled + own.sum() / total
        now = free * (1 - (own + other) / size)
        left = np.where(now > 0, (1 - pooled) / np.where(now > 0, now, 1), 0)
        ties = 1 - (own.sum() - 1) / (total * free - 1) if own.sum() > 1 else 1
        by = np.where(here, ties * free * own.sum() / (total * size), 0)
        moved = moves - (1 - left) * sums
        tied = 1 - np.where(other > 1, (other - 1) / np.maximum(n - 1, 1), 0)
        by_other = np.where(now > 0, tied * free**2 * other / size**2, 0)
        variance += (moved**2 * by + (left * sums) ** 2 * by_other).sum()
        second = second + moved * (1 - left) * by - left**2 * sums * by_other
        third = third + (1 - left) ** 2 * by + left**2 * by_other
        free = now
    variance += (sums**2 * third + 2 * sums * second).sum()
    return (score**2 / variance, chi2.sf(score**2 / variance, 1)) if variance > 1e-12 else (None, None)


'''


def _encode_incidence(told: InGroup, arm: ArmSummary) -> Json:
    """``survival_at`` and ``curve`` are one minus the cumulative incidence."""
    at = arm.survival_at
    if arm.curve.event_free is None or at is None:
        return {}
    return {"competing_events": encode_count(arm.competing or 0), **encode_incidence_at(at)}


def _describe_gray(told: InGroup) -> Fact | None:
    """Of all participants alone: no p-value stands beside a threshold."""
    if told.group is not told.result.overall:
        return None
    found = told.group.comparison.gray
    if isinstance(found, GrayTest):
        shown = f"chi-square {found.statistic:.2f}, of the cumulative incidences"
        return Fact(_LABEL, format_p_value(found.p), shown)
    return Fact(_LABEL, "not estimable", found.why if found else "")


def _list_gray(told: InGroup) -> list[str]:
    found = told.group.comparison.gray
    return label_lines(_LABEL, describe_chi_square(found)) if found else []


def _encode_gray(told: InGroup) -> Json:
    found = told.group.comparison.gray
    return {"gray": encode_test(found)} if found else {}


INCIDENCE = Statistic(
    key="cumulative_incidence",
    is_beside_competing=True,
    encode_arm=_encode_incidence,
    script=Script(_R_INCIDENCE, "incidence_of(people)", _PYTHON_INCIDENCE, "incidence_of(people)"),
)
GRAY = Statistic(
    key="gray",
    is_beside_competing=True,
    methods=(
        (
            _LABEL,
            "Cumulative incidences of the arms compared by their subdistribution hazards, where another "
            "event competes and everybody is under observation from the origin on",
            "cuminc (cmprsk)",
        ),
    ),
    fact=_describe_gray,
    lines=_list_gray,
    encode=_encode_gray,
    script=Script(
        _R_GRAY,
        'setNames(gray_test(people), c("gray", "gray_p"))',
        _PYTHON_GRAY,
        'dict(zip(["gray", "gray_p"], gray_test(people)))',
    ),
)
