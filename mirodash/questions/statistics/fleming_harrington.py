"""Fleming–Harrington weighted log-rank test as it is told: on a card, in tables, JSON and scripts."""

from __future__ import annotations

from mirodash.questions.statistics.statistic import InGroup, Script, Statistic
from mirodash.survival.further_statistics import Choice
from mirodash.survival.results import NotEstimable
from mirodash.survival.weighted_logrank import WeightedLogRank
from mirodash.text.facts import Fact, label_lines
from mirodash.text.json_values import Json, encode_flags, json_number
from mirodash.text.numbers import format_p_value

R = """\
# Fleming and Harrington's weighted log-rank test: chi-square and p-value
weighted_logrank <- function(people, rho, gamma) {
  if (!comparable(people)) return(c(NA, NA))
  left <- 1
  apart <- spread <- 0
  for (t in sort(unique(people$time[people$event]))) {
    n <- sum(is_at_risk(people, t))
    n1 <- sum(is_at_risk(people, t) & people$treated == 1)
    d <- sum(people$time == t & people$event)
    d1 <- sum(people$time == t & people$event & people$treated == 1)
    weight <- left^rho * (1 - left)^gamma
    apart <- apart + weight * (d1 - d * n1 / n)
    if (n > 1) spread <- spread + weight^2 * d * n1 * (n - n1) * (n - d) / (n^2 * (n - 1))
    left <- left * (n - d) / n
  }
  if (spread <= 0) return(c(NA, NA))
  c(apart^2 / spread, pchisq(apart^2 / spread, 1, lower.tail = FALSE))
}

"""
PYTHON = '''\
def weighted_logrank(people, rho, gamma):
    """Fleming and Harrington's weighted log-rank test: chi-square and p-value."""
    left, apart, spread = 1.0, 0.0, 0.0
    for r0, r1, d0, d1 in risk_sets(people) if comparable(people) else ():
        n, d = r0 + r1, d0 + d1
        weight = left**rho * (1 - left) ** gamma
        apart += weight * (d1 - d * r1 / n)
        spread += weight**2 * d * r0 * r1 * (n - d) / (n**2 * (n - 1)) if n > 1 else 0
        left *= (n - d) / n
    return (apart**2 / spread, chi2.sf(apart**2 / spread, 1)) if spread > 0 else (None, None)


'''
METHOD = (
    "Weighted log-rank test",
    "Fleming–Harrington: each event weighs S^ρ (1 − S)^γ, with S the survival of both arms just before it",
    "survdiff(rho =)",
)


def build_weighted_logrank(choice: Choice) -> Statistic:
    """The test with one pair of ρ and γ.

    Its p-value is not shown beside a threshold, as that of the log-rank test is not: on the card of all
    participants alone.
    """
    rho, gamma = (f"{value:g}" for value in choice.parameters)
    weights = f"ρ {rho}, γ {gamma}"

    def describe(told: InGroup) -> Fact | None:
        if told.group is not told.result.overall:
            return None
        found: WeightedLogRank | NotEstimable = told.group.comparison.further[choice.text]
        label = f"Weighted log-rank, {weights}"
        if isinstance(found, NotEstimable):
            return Fact(label, "not estimable", found.why)
        return Fact(
            label, format_p_value(found.p), f"chi-square {found.statistic:.2f}, weights as chosen here"
        )

    def list_lines(told: InGroup) -> list[str]:
        found: WeightedLogRank | NotEstimable = told.group.comparison.further[choice.text]
        if isinstance(found, NotEstimable):
            return label_lines(f"Weighted log-rank, {weights}", f"not estimable. {found.why}")
        shown = f"chi-square {found.statistic:.2f}, {format_p_value(found.p)}"
        return label_lines(f"Weighted log-rank, {weights}", shown)

    def encode(told: InGroup) -> Json:
        found: WeightedLogRank | NotEstimable = told.group.comparison.further[choice.text]
        values = dict(zip(("rho", "gamma"), choice.parameters, strict=True))
        if isinstance(found, NotEstimable):
            answer = {"statistic": None, "p": None, "flags": encode_flags(reason=found)}
            return {choice.text: {**values, **answer}}
        p, statistic = json_number(found.p), json_number(found.statistic)
        return {choice.text: {**values, "statistic": statistic, "p": p, "flags": encode_flags()}}

    quantities = [f"weighted_logrank_{rho}_{gamma}", f"weighted_logrank_{rho}_{gamma}_p"]
    named = ", ".join(f'"{name}"' for name in quantities)
    call = f"weighted_logrank(people, {rho}, {gamma})"
    rho_in_french, gamma_in_french = (text.replace(".", ",") for text in (rho, gamma))
    return Statistic(
        key=choice.text,
        name=f"Weighted log-rank, {weights}{_describe_stress(choice)}",
        methods=(METHOD,),
        fact=describe,
        lines=list_lines,
        encode=encode,
        script=Script(R, f"setNames({call}, c({named}))", PYTHON, f"dict(zip([{named}], {call}))"),
        sentences={
            "en": (
                "Arms were also compared by Fleming and Harrington's weighted log-rank test with "
                f"ρ = {rho} and γ = {gamma}."
            ),
            "fr": (
                "Les bras ont aussi été comparés par le test du log-rank pondéré de Fleming et Harrington "
                f"avec ρ = {rho_in_french} et γ = {gamma_in_french}."
            ),
        },
    )


def _describe_stress(choice: Choice) -> str:
    """Which differences weigh most."""
    rho, gamma = choice.parameters
    if rho == gamma:
        return ": middle differences" if rho else ""
    return ": early differences" if rho > gamma else ": late differences"
