"""Statistics of scripts on repeated measurements, in R and in Python: reading, models, pairs, means."""

from __future__ import annotations

R_KEEP_KNOWN = """\
# Known and possible values in their order; of one day and phase the first row counts
keep_known <- function(long) {
  kept <- !is.na(long$person) & is.finite(long$day) & is.finite(long$value) &
    long$value >= limits_of_measure[1] & long$value <= limits_of_measure[2]
  long <- long[kept, ]
  long <- long[order(long$person, long$day, long$phase), ]
  long[!duplicated(long[c("person", "day", "phase")]), ]
}

"""

R_MEASUREMENTS = """\
# The first column with one of these names, whatever its capitals
pick <- function(data, candidates) {
  found <- match(tolower(candidates), tolower(names(data)))
  names(data)[found[!is.na(found)]][1]
}

# The measurements of these participants: person (row of people), day since randomisation, value, scheduled
measurements <- function(people) {
  data <- read(find(FILE_NUMBER))
  if ("DTYPE" %in% names(data)) data <- data[cells(data, "DTYPE") == "", ]  # derived from other rows
  if ("ANL01FL" %in% names(data) && any(cells(data, "ANL01FL") != "")) {
    baseline <- if ("ABLFL" %in% names(data)) cells(data, "ABLFL") == "Y" else FALSE
    data <- data[cells(data, "ANL01FL") == "Y" | baseline, ]
  }
  shared <- intersect(paste("column", names(data)), names(people))
  shared <- sub("column ", "", shared[!vapply(people[shared], anyDuplicated, 0L)])[1]
  if (is.na(shared)) stop("No column says whose each measurement is", call. = FALSE)
  name <- pick(data, c("PARAMCD", "measure", "measurement", "parameter", "test", "variable"))
  value <- pick(data, c("AVAL", "value", "result", "score"))
  if (!is.na(name) && !is.na(value)) data <- data[cells(data, name) == measure, ] else value <- measure
  at <- pick(data, c("ADY", "day", "days", "study_day", "week", "weeks", "month", "months", "year", "years",
                     "time"))
  if (is.na(at)) stop("There is no column with the day of each measurement", call. = FALSE)
  day <- number(data, at)
  if (toupper(at) == "ADY") day <- day - (day > 0)  # ADaM has no day 0
  unit <- c(week = 7, weeks = 7, month = 30.4375, months = 30.4375, year = 365.25, years = 365.25)
  if (tolower(at) %in% names(unit)) day <- day * unit[[tolower(at)]]
  day <- day * stretch_of_time
  visit <- pick(data, c("AVISIT", "visit"))
  phase <- pick(data, c("ATPT", "phase", "timepoint"))
  keep_known(data.frame(
    person = match(tidy(data[[shared]]), tidy(people[[paste("column", shared)]])), day,
    value = number(data, value), phase = if (is.na(phase)) "" else tidy(cells(data, phase)),
    scheduled = if (is.na(visit)) TRUE else !startsWith(tolower(cells(data, visit)), "unsched")))
}

"""

R_COLUMNS_OF_MEASURE = """\
# The measurements of these participants, a column for each visit
measurements <- function(people) {
  each <- lapply(names(columns_of_measure), function(name) {
    data.frame(person = seq_len(nrow(people)), day = columns_of_measure[[name]],
               value = number(people, paste("column", name)), phase = "", scheduled = TRUE)
  })
  keep_known(do.call(rbind, each))
}

"""

R_STATISTICS = """\
exact <- lmeControl(opt = "nlminb", msMaxIter = 500, tolerance = 1e-10, msTol = 1e-12, niterEM = 200,
                    maxIter = 500, msMaxEval = 5000)
reach <- qnorm(0.5 + confidence / 2)

# One mixed model for group x arm x time: slopes and their covariance by cell ("1.0" is control in group 1)
slopes_of <- function(long, cell) {
  long$cell <- cell[long$person]
  long$time <- long$day / days_per
  long <- long[!is.na(long$cell), ]
  has_line <- vapply(split(long, long$cell), function(mine) {
    times <- tapply(mine$time, mine$person, function(t) length(unique(t)))
    length(times) >= 2 && any(times >= 2)
  }, NA)
  long <- long[long$cell %in% names(has_line)[has_line], ]
  long$cell <- factor(long$cell)
  formula <- if (nlevels(long$cell) > 1) value ~ 0 + cell + cell:time else value ~ time
  fit <- tryCatch(lme(formula, random = ~ time | person, data = long, control = exact),
                  error = function(e) NULL)
  if (is.null(fit)) return(NULL)
  at <- grep("time$", names(fixef(fit)))
  cells <- levels(long$cell)
  list(slope = setNames(fixef(fit)[at], cells),
       covariance = structure(vcov(fit)[at, at, drop = FALSE], dimnames = list(cells, cells)))
}

# A weighted sum of slopes with its standard error and interval
contrast <- function(model, weights) {
  if (is.null(model) || !all(names(weights) %in% names(model$slope))) return(rep(NA_real_, 4))
  estimate <- sum(weights * model$slope[names(weights)])
  se <- sqrt(drop(weights %*% model$covariance[names(weights), names(weights)] %*% weights))
  c(estimate, se, estimate - reach * se, estimate + reach * se)
}

# By what share the slope is smaller in the treated, with Fieller's interval
slower <- function(model, treated, control) {
  none <- rep(NA_real_, 3)
  if (is.null(model) || !all(c(treated, control) %in% names(model$slope))) return(none)
  s <- model$slope[c(treated, control)]
  v <- model$covariance[c(treated, control), c(treated, control)]
  a <- s[2]^2 - reach^2 * v[2, 2]; b <- s[1] * s[2] - reach^2 * v[1, 2]; c <- s[1]^2 - reach^2 * v[1, 1]
  if (a <= 0 || b^2 - a * c < 0) return(none)
  c(1 - s[[1]] / s[[2]], sort(1 - (b + c(-1, 1) * sqrt(b^2 - a * c)) / a))
}

# Every treated against every control participant: by death first, survivors by their change
pairs_of <- function(people, long) {
  names <- c("wins", "losses", "ties", "net_benefit", "net_benefit_lower", "net_benefit_upper", "win_ratio",
             "win_ratio_lower", "win_ratio_upper", "mean_rank_treated", "mean_rank_control")
  none <- setNames(rep(NA_real_, length(names)), names)
  if (better == 0 || !nrow(people)) return(none)
  days <- people$time * days_in
  until <- pmin(days, horizon_days)
  died <- people$event == 1 & days <= horizon_days
  changes <- lapply(people$row, function(row) {
    mine <- long[long$person == row, ]
    first <- tail(mine$value[mine$day <= 0], 1)
    later <- mine$day > 0 & length(first) == 1
    list(day = mine$day[later], change = better * (mine$value[later] - if (length(first)) first else NA))
  })
  by <- function(k, end) {
    known <- changes[[k]]$day <= min(end, until[k])
    if (any(known)) changes[[k]]$change[max(which(known))] else NA_real_
  }
  last <- vapply(seq_along(changes), by, 0, end = Inf)
  here <- which(died | !is.na(last))
  treated <- people$treated[here] == 1
  if (!any(treated) || all(treated)) return(none)
  t <- until[here]; d <- died[here]; change <- last[here]
  u <- t(vapply(seq_along(here), function(i) {
    if (rule == "joint_rank") {
      if (d[i]) return(ifelse(d, sign(t[i] - t), -1))
      return(ifelse(d, 1, sign(change[i] - change)))
    }
    common <- pmin(t[i], t)
    own <- if (rule == "last_visit") change[i] else vapply(common, function(end) by(here[i], end), 0)
    other <- if (rule == "last_visit") change else mapply(by, here, common)
    function_of <- sign(own - other)
    ifelse(d & t[i] > t, 1, ifelse(d[i] & t > t[i], -1, ifelse(is.na(function_of), 0, function_of)))
  }, numeric(length(here))))
  diag(u) <- 0
  mine <- u[treated, !treated, drop = FALSE]
  wins <- sum(mine > 0); losses <- sum(mine < 0); size <- dim(mine)
  spread <- function(x) if (length(x) > 1) var(x) / length(x) else 1
  benefit <- (wins - losses) / prod(size)
  se <- sqrt(spread(rowMeans(mine)) + spread(colMeans(mine)))
  ratio <- rep(NA_real_, 3)
  if (wins && losses && min(size) > 1) {
    squares <- function(n, margin) sum(apply(mine, margin, function(x) sum(x)^2 - sum(x != 0))) / (n - 1)
    total <- squares(size[2], 1) / size[1] + squares(size[1], 2) / size[2]
    log_se <- sqrt(prod(size) * total) / ((wins + losses) / 2)
    if (total > 0) ratio <- wins / losses * exp(c(0, -1, 1) * reach * log_se)
  }
  ranks <- rank(rowSums(u))
  setNames(c(wins, losses, prod(size) - wins - losses, benefit, max(-1, benefit - reach * se),
             min(1, benefit + reach * se), ratio, mean(ranks[treated]), mean(ranks[!treated])), names)
}

# Means at the planned visits of those measured, with Student's interval; a baseline is of every phase
means_of <- function(people, long, name, phase) {
  own <- if (phase == "") TRUE else long$phase %in% c("", phase)
  long <- long[long$scheduled & long$person %in% people$row & own, ]
  visit <- findInterval(long$day, (visits[-1] + visits[-length(visits)]) / 2, left.open = TRUE) + 1
  away <- abs(long$day - visits[visit])
  long <- cbind(long, visit)[order(long$person, visit, -away), ]
  long <- long[!duplicated(long[c("person", "visit")], fromLast = TRUE), ]
  told <- c()
  for (k in seq_along(visits)) {
    value <- long$value[long$visit == k]
    n <- length(value)
    error <- if (n > 1 && var(value) > 0) qt(0.5 + confidence / 2, n - 1) * sd(value) / sqrt(n) else NA
    ends <- if (n) mean(value) + c(0, -1, 1) * error else rep(NA, 3)
    if (n) ends[1] <- mean(value)
    before <- if (phase == "") "" else paste0(phase, "_")
    quantities <- paste0(before, "visit_", k, "_", c("measured", "mean", "lower", "upper"), "_", name)
    told <- c(told, setNames(c(n, ends), quantities))
  }
  told
}

csv_rows <- function(label, numbers) {
  value <- ifelse(is.na(numbers), "", format(numbers, digits = 15, trim = TRUE, scientific = FALSE))
  value[!is.na(numbers)] <- vapply(numbers[!is.na(numbers)], format, "", digits = 15)
  quoted <- paste0('"', gsub('"', '""', label), '"')
  paste(quoted, names(numbers), value, sep = ",")
}

means_by_arm <- function(mine) {
  unlist(lapply(if (length(phases)) phases else "", function(phase) {
    if (length(visits)) c(means_of(mine[mine$treated == 1, ], long, "treated", phase),
                          means_of(mine[mine$treated == 0, ], long, "control", phase))
  }))
}

people <- participants()
long <- measurements(people)
people$row <- seq_len(nrow(people))
group <- if (length(labels) > 1) people$group else rep(NA, nrow(people))
# a line over time would mix the phases of a cycle
overall <- if (!length(phases)) slopes_of(long, paste0("0.", people$treated))
cell_of <- ifelse(is.na(group), NA, paste0(group, ".", people$treated))
grouped <- if (!length(phases) && length(labels) > 1) slopes_of(long, cell_of)
output <- c("group,quantity,value")
for (place in seq_along(labels) - 1) {
  model <- if (place == 0) overall else grouped
  cell <- paste0(place, c(".1", ".0"))
  mine <- if (place == 0) people else people[!is.na(group) & group == place, ]
  numbers <- c(contrast(model, setNames(1, cell[1]))[1:2], contrast(model, setNames(1, cell[2]))[1:2],
               contrast(model, setNames(c(1, -1), cell)), slower(model, cell[1], cell[2]))
  names(numbers) <- c("slope_treated", "slope_treated_se", "slope_control", "slope_control_se", "difference",
                      "difference_se", "difference_lower", "difference_upper", "slower", "slower_lower",
                      "slower_upper")
  pairs <- if (!length(phases)) pairs_of(mine, long)
  output <- c(output, csv_rows(labels[place + 1], c(if (!length(phases)) numbers, pairs, means_by_arm(mine))))
}
if (length(labels) == 3 && !length(phases)) {
  found <- contrast(grouped, c("2.1" = 1, "2.0" = -1, "1.1" = -1, "1.0" = 1))
  output <- c(output, csv_rows("interaction", setNames(found, c("difference", "se", "lower", "upper"))))
}
cat(enc2utf8(output), sep = "\\n")
"""

PYTHON_KEEP_KNOWN = '''\
def keep_known(long):
    """Known and possible values in their order; of one day and phase the first row counts."""
    long = long[long["value"].between(*LIMITS_OF_MEASURE)].dropna()
    long = long.sort_values(["person", "day", "phase"], kind="stable")
    return long.drop_duplicates(["person", "day", "phase"]).astype({"person": int})
'''

PYTHON_MEASUREMENTS = '''\
def pick(data, *candidates):
    """The first column with one of these names, whatever its capitals; None without one."""
    folded = {name.lower(): name for name in data.columns}
    return next((folded[name.lower()] for name in candidates if name.lower() in folded), None)


def measurements(people):
    """The measurements of these participants: person (row of people), day since randomisation, value."""
    data = read(find(FILE_NUMBER))
    if "DTYPE" in data:
        data = data[cells(data, "DTYPE") == ""]  # others are derived from other rows
    if "ANL01FL" in data and (cells(data, "ANL01FL") != "").any():
        baseline = cells(data, "ABLFL") == "Y" if "ABLFL" in data else False
        data = data[(cells(data, "ANL01FL") == "Y") | baseline]
    shared = [name for name in data.columns if OWN + name in people and people[OWN + name].is_unique]
    if not shared:
        sys.exit("No column says whose each measurement is.")
    name = pick(data, "PARAMCD", "measure", "measurement", "parameter", "test", "variable")
    value = pick(data, "AVAL", "value", "result", "score")
    if name and value:
        data = data[cells(data, name) == MEASURE]
    else:
        value = MEASURE
    times = ("ADY", "day", "days", "study_day", "week", "weeks", "month", "months", "year", "years", "time")
    at = pick(data, *times)
    if at is None:
        sys.exit("There is no column with the day of each measurement.")
    day = number(data, at)
    if at.upper() == "ADY":
        day = day - (day > 0)  # ADaM has no day 0
    day = day * {"week": 7, "month": 30.4375, "year": 365.25}.get(at.lower().rstrip("s"), 1)
    day = day * STRETCH_OF_TIME
    visit = pick(data, "AVISIT", "visit")
    rows = {tidy(str(who)): k for k, who in enumerate(people[OWN + shared[0]])}
    long = pd.DataFrame({"person": data[shared[0]].map(lambda who: rows.get(tidy(str(who)))), "day": day})
    long["value"] = number(data, value)
    phase = pick(data, "ATPT", "phase", "timepoint")
    long["phase"] = cells(data, phase).map(tidy) if phase else ""
    long["scheduled"] = ~cells(data, visit).str.lower().str.startswith("unsched") if visit else True
    return keep_known(long)
'''

PYTHON_COLUMNS_OF_MEASURE = '''\
def measurements(people):
    """The measurements of these participants, a column for each visit."""
    each = [
        pd.DataFrame({"person": range(len(people)), "day": day, "value": number(people, OWN + name)})
        for name, day in COLUMNS_OF_MEASURE.items()
    ]
    return keep_known(pd.concat(each, ignore_index=True).assign(phase="", scheduled=True))
'''

PYTHON_STATISTICS = '''\
REACH = norm.ppf(0.5 + CONFIDENCE / 2)


def fit_slopes(long, cell):
    """One mixed model for group x arm x time by REML: slopes by cell, and their covariance.

    Random intercepts and slopes with a covariance G, in units of the residual variance; each participant
    enters by sums alone, as Z'(I + ZGZ')^-1 Z = (Z'Z + |Z'Z| adj G) / |I + GZ'Z|.
    """
    long = long.assign(cell=cell.reindex(long["person"]).to_numpy(), time=long["day"] / DAYS_PER)
    long = long[long["cell"].notna()]
    times = long.groupby(["cell", "person"])["time"].nunique()
    by_cell = times.groupby("cell")
    cells_kept = sorted(by_cell.size()[(by_cell.size() >= 2) & (by_cell.max() >= 2)].index)
    long = long[long["cell"].isin(cells_kept)]
    if long.empty or (times >= 3).sum() < 3:
        return None
    unit = np.sqrt((long["time"] ** 2).mean())
    x, y, own = long["time"] / unit, long["value"], long["person"]
    parts = {"n": x * 0 + 1, "s": x, "q": x * x, "y": y, "ty": x * y, "yy": y * y}
    sums = pd.DataFrame(parts).groupby(own).sum()
    n, s, q, v0, v1, yy = (sums[name].to_numpy() for name in parts)
    d = np.maximum(n * q - s * s, 0)
    of_cell = long.groupby("person")["cell"].first().to_numpy()
    x0 = (of_cell[:, None] == np.array(cells_kept)).astype(float)
    p, free = len(cells_kept), n.sum() - 2 * len(cells_kept)

    def profile(theta):
        a, b, c = theta
        g, h, k = a * a, a * b, b * b + c * c
        det = 1 + g * n + 2 * h * s + k * q + (g * k - h * h) * d
        h11, h12, h22 = (n + d * k) / det, (s - d * h) / det, (q + d * g) / det
        u0 = ((1 + s * h + q * k) * v0 - (n * h + s * k) * v1) / det
        u1 = ((1 + n * g + s * h) * v1 - (s * g + q * h) * v0) / det
        weighted = (yy - v0 * (g * u0 + h * u1) - v1 * (h * u0 + k * u1)).sum()
        crossed = np.block([[(x0.T * w) @ x0 for w in row] for row in ((h11, h12), (h12, h22))])
        target = np.concatenate((x0.T @ u0, x0.T @ u1))
        fixed = np.linalg.solve(crossed, target)
        sigma2 = (weighted - fixed @ target) / free
        deviance = np.log(det).sum() + free * np.log(sigma2) + np.linalg.slogdet(crossed)[1]
        return deviance, fixed, sigma2 * np.linalg.inv(crossed)

    best = minimize(lambda theta: profile(theta)[0], [1.0, 0.0, 1.0], method="BFGS", options={"gtol": 1e-4})
    tight = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 2000, "maxfev": 4000}
    best = minimize(lambda theta: profile(theta)[0], best.x, method="Nelder-Mead", options=tight)
    _, fixed, covariance = profile(best.x)
    spread = pd.DataFrame(covariance[p:, p:] / unit**2, cells_kept, cells_kept)
    return pd.Series(fixed[p:] / unit, cells_kept), spread


def contrast(model, **weights):
    """A weighted sum of slopes with its standard error and interval."""
    names = [name.replace("_", ".").removeprefix("cell.") for name in weights]
    if model is None or not set(names) <= set(model[0].index):
        return [np.nan] * 4
    w = np.array(list(weights.values()), dtype=float)
    estimate, se = w @ model[0][names], np.sqrt(w @ model[1].loc[names, names] @ w)
    return [estimate, se, estimate - REACH * se, estimate + REACH * se]


def slower(model, treated, control):
    """By what share the slope is smaller in the treated, with Fieller's interval."""
    if model is None or not {treated, control} <= set(model[0].index):
        return [np.nan] * 3
    top, bottom = model[0][treated], model[0][control]
    a = bottom**2 - REACH**2 * model[1].loc[control, control]
    b = top * bottom - REACH**2 * model[1].loc[treated, control]
    c = top**2 - REACH**2 * model[1].loc[treated, treated]
    if a <= 0 or b * b < a * c:
        return [np.nan] * 3
    return [1 - top / bottom, *sorted(1 - (b + sign * np.sqrt(b * b - a * c)) / a for sign in (-1, 1))]


def compare_pairs(people, long):
    """Every treated against every control participant: by death first, survivors by their change."""
    names = ["wins", "losses", "ties", "net_benefit", "net_benefit_lower", "net_benefit_upper", "win_ratio"]
    names += ["win_ratio_lower", "win_ratio_upper", "mean_rank_treated", "mean_rank_control"]
    none = dict.fromkeys(names, np.nan)
    if BETTER == 0 or people.empty:
        return none
    days = people["time"].to_numpy() * DAYS_IN
    until, died = np.minimum(days, HORIZON_DAYS), (people["event"].to_numpy() == 1) & (days <= HORIZON_DAYS)
    first = long[long["day"] <= 0].groupby("person")["value"].last()
    later = long[long["day"] > 0]
    later = later.assign(change=BETTER * (later["value"] - later["person"].map(first)))
    later = {who: rows for who, rows in later.dropna().groupby("person")}

    def change_by(k, end):
        mine = later.get(people["row"].iloc[k])
        known = [] if mine is None else mine["change"][mine["day"] <= min(end, until[k])]
        return known.iloc[-1] if len(known) else np.nan

    last = np.array([change_by(k, np.inf) for k in range(len(people))])
    here = np.flatnonzero(died | ~np.isnan(last))
    treated = people["treated"].to_numpy()[here] == 1
    if treated.all() or not treated.any():
        return none
    t_, d, change = until[here], died[here], last[here]
    longer = np.sign(t_[:, None] - t_)
    if RULE == "last_common_visit":
        common = np.minimum(t_[:, None], t_)
        own = np.array([[change_by(here[i], end) for end in row] for i, row in enumerate(common)])
        function = np.sign(own - own.T)
    else:
        function = np.sign(change[:, None] - change)
    if RULE == "joint_rank":
        u = np.where(d[:, None] & d, longer, np.where(d[:, None], -1, np.where(d, 1, function)))
    else:
        worse, better = d[:, None] & (longer < 0), d & (longer > 0)
        u = np.where(better, 1, np.where(worse, -1, np.nan_to_num(function)))
    np.fill_diagonal(u, 0)
    mine = u[np.ix_(treated, ~treated)]
    (n1, n0), wins, losses = mine.shape, (mine > 0).sum(), (mine < 0).sum()
    spread = sum(x.var(ddof=1) / x.size if x.size > 1 else 1 for x in (mine.mean(axis=1), mine.mean(axis=0)))
    benefit, error = (wins - losses) / mine.size, REACH * np.sqrt(spread)
    ratio = [np.nan] * 3
    if wins and losses and min(n1, n0) > 1:
        alike = [(mine.sum(axis=k) ** 2 - (mine != 0).sum(axis=k)).sum() for k in (1, 0)]
        total = alike[0] / ((n0 - 1) * n1) + alike[1] / ((n1 - 1) * n0)
        log_se = np.sqrt(max(n1 * n0 * total, 0)) / ((wins + losses) / 2)
        if total > 0:
            ratio = [wins / losses * np.exp(sign * REACH * log_se) for sign in (0, -1, 1)]
    ranks = rankdata(u.sum(axis=1))
    ends = [max(-1, benefit - error), min(1, benefit + error)]
    found = [wins, losses, mine.size - wins - losses, benefit, *ends]
    return dict(zip(names, [*found, *ratio, ranks[treated].mean(), ranks[~treated].mean()]))


def means_at_visits(people, long, name, phase):
    """Means at planned visits of those measured, with Student's interval; a baseline is of every phase."""
    planned, before = np.array(VISITS), f"{phase}_" if phase else ""
    if phase:
        long = long[long["phase"].isin(["", phase])]
    long = long[long["scheduled"] & long["person"].isin(people["row"])]
    visit = np.searchsorted((planned[1:] + planned[:-1]) / 2, long["day"], side="left")
    long = long.assign(visit=visit, away=-(long["day"] - planned[visit]).abs())
    long = long.sort_values(["person", "visit", "away"], kind="stable")
    long = long.drop_duplicates(["person", "visit"], keep="last")
    told = {}
    for k in range(planned.size):
        value = long["value"][long["visit"] == k]
        n, mean, sd = value.size, value.mean(), value.std()
        error = t.ppf(0.5 + CONFIDENCE / 2, n - 1) * sd / np.sqrt(n) if n > 1 and sd > 0 else np.nan
        numbers = {"measured": n, "mean": mean, "lower": mean - error, "upper": mean + error}
        told |= {f"{before}visit_{k + 1}_{what}_{name}": value for what, value in numbers.items()}
    return told


def print_rows(label, numbers):
    """Rows of CSV; a number that does not exist is empty."""
    quoted = label.replace('"', '""')
    for quantity, value in numbers.items():
        print(f'"{quoted}",{quantity},{"" if np.isnan(value) else repr(float(value))}')


def main():
    """Everything that is printed of the view."""
    people = participants().reset_index(drop=True)
    long = measurements(people)
    people["row"] = range(len(people))
    grouped = len(LABELS) > 1
    group = people["group"] + 1 if grouped else pd.Series(np.nan, people.index)
    arm = people["treated"].astype(str)
    # a line over time would mix the phases of a cycle
    overall = None if PHASES else fit_slopes(long, "0." + arm)
    code = group.map(lambda k: None if pd.isna(k) else str(int(k)))
    models = fit_slopes(long, code + "." + arm) if grouped and not PHASES else None
    sys.stdout.reconfigure(encoding="utf-8", newline="\\n")
    print("group,quantity,value")
    for place, label in enumerate(LABELS):
        model, (treated, control) = (models if place else overall), (f"{place}.1", f"{place}.0")
        mine = people[group == place] if place else people
        numbers = {}
        for name, cell in (("treated", f"cell_{place}_1"), ("control", f"cell_{place}_0")):
            numbers[f"slope_{name}"], numbers[f"slope_{name}_se"] = contrast(model, **{cell: 1})[:2]
        both = contrast(model, **{f"cell_{place}_1": 1, f"cell_{place}_0": -1})
        numbers |= dict(zip(("difference", "difference_se", "difference_lower", "difference_upper"), both))
        numbers |= dict(zip(("slower", "slower_lower", "slower_upper"), slower(model, treated, control)))
        numbers = {} if PHASES else numbers | compare_pairs(mine, long)
        for phase in PHASES or [""]:
            for name, value in (("treated", 1), ("control", 0)) if VISITS else ():
                numbers |= means_at_visits(mine[mine["treated"] == value], long, name, phase)
        print_rows(label, numbers)
    if len(LABELS) == 3 and not PHASES:
        found = contrast(models, cell_2_1=1, cell_2_0=-1, cell_1_1=-1, cell_1_0=1)
        print_rows("interaction", dict(zip(("difference", "se", "lower", "upper"), found)))


if __name__ == "__main__":
    main()
'''
