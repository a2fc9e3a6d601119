"""How R scripts select participants and compare arms; nothing of a trial is in these parts."""

from __future__ import annotations

LIBRARIES = """\
library(survival)
options(warn = 2)  # what is only warned of would be a wrong number here"""

_OPEN = """\
# Everybody in this view: time, event, arm (treated is 1) and biomarker group
participants <- function() {
"""
ONE_FILE = f"{_OPEN}  data <- read(find(1))\n"
TWO_FILES = f"""\
{_OPEN}  both <- list(read(find(1)), read(find(2)))
  endpoint <- vapply(both, function(data) all(c("AVAL", "CNSR") %in% names(data)), NA)
  data <- join(both[[which(!endpoint)]], both[[which(endpoint)]])
"""
ARM = "  arm <- LEVELS(data, arm_column)\n"
TIMES = """\
  time <- number(data, time_column)
  time[cells(data, event_column) == ""] <- NA
"""
LEFT_OUT = """\
  plain <- finite(cells(data, time_column))
  time[is.na(plain) | plain < 0 | plain > longest] <- NA  # was left out
"""
ODD_EVENTS = """\
  code <- "^([+]?([0-9]+[.]?[0-9]*|[.][0-9]+)|true|false)$"
  time[!grepl(code, cells(data, event_column), ignore.case = TRUE)] <- NA  # was left out
"""
ROUND = "  time <- round(time, decimals)  # ties are counted at the precision of the file\n"
MERGE = "  time <- merged(time)\n"
EVENT_TEXT = "  event <- tolower(cells(data, event_column)) == tolower(event_value)\n"
EVENT_TRUTH = """\
  event <- tolower(cells(data, event_column))
  event <- suppressWarnings(as.numeric(ifelse(event == "true", "1", ifelse(event == "false", "0", event))))
  event <- event %in% event_value
"""
EVENT_NUMBER = "  event <- suppressWarnings(as.numeric(cells(data, event_column))) %in% event_value\n"
SELECTED = "  kept <- arm %in% c(control, treated) & !is.na(time)\n"
KEEP = "  for (this in keep) kept <- kept & LEVELS(data, this$name) %in% this$levels\n"
RANGES = """\
  for (this in ranges) {
    value <- number(data, this$name)
    kept <- kept & !is.na(value) & value >= this$low & value <= this$high
  }
"""
GROUPED = """\
  # a threshold belongs to the lower group: (-Inf, c1], (c1, c2], (c2, Inf)
  group <- cut(number(data, biomarker), c(-Inf, thresholds, Inf), labels = FALSE)
  data.frame(time, event, treated = as.numeric(arm == treated), group)[kept, ]
}

"""
UNGROUPED = """\
  data.frame(time, event, treated = as.numeric(arm == treated))[kept, ]
}

"""

STATISTICS = """\
exact <- coxph.control(eps = 1e-11, iter.max = 100)

# Are hazard ratios between these cells finite? They are when the stretches from the first event to the
# last follow-up of all cells join up.
has_maximum <- function(people, cell) {
  first <- tapply(ifelse(people$event, people$time, Inf), cell, min)
  last <- tapply(people$time, cell, max)
  if (anyNA(first)) return(FALSE)
  order <- order(first)
  all(first[order][-1] <= cummax(last[order])[-length(last)]) && all(is.finite(first))
}

# Did an event come while both arms were at risk, and somebody at risk did not have it?
comparable <- function(people) {
  if (length(unique(people$treated)) < 2) return(FALSE)
  end <- max(people$time)
  stays <- any(!people$event[people$time == end])
  shared <- people$time <= min(tapply(people$time, people$treated, max))
  any(people$event & shared & (people$time < end | stays))
}

# Kaplan-Meier survival at the horizon; where nobody is at risk any more, the last value stands
survival_in <- function(arm) {
  if (nrow(arm) == 0) return(NA)
  summary(survfit(Surv(time, event) ~ 1, data = arm), times = horizon, extend = TRUE)$surv
}

# What is said of one group
numbers <- function(people) {
  hr <- c(NA, NA, NA)
  p <- NA
  if (comparable(people)) {
    p <- pchisq(survdiff(Surv(time, event) ~ treated, data = people)$chisq, 1, lower.tail = FALSE)
    if (has_maximum(people, people$treated)) {
      fit <- suppressWarnings(coxph(Surv(time, event) ~ treated, people, ties = "efron", control = exact))
      hr <- exp(c(coef(fit), confint(fit, level = confidence)))
    }
  }
  c(n = nrow(people), events = sum(people$event), hr = hr[[1]], hr_lower = hr[[2]], hr_upper = hr[[3]],
    logrank_p = p, survival_treated = survival_in(people[people$treated == 1, ]),
    survival_control = survival_in(people[people$treated == 0, ]))
}

# Likelihood-ratio test of treatment x group against both main effects
interaction_p <- function(people) {
  count <- length(labels) - 1
  if (count < 2) return(NA)
  people <- people[!is.na(people$group), ]
  cell <- factor(people$treated * count + people$group, levels = seq_len(2 * count))
  if (!has_maximum(people, cell)) return(NA)
  main <- coxph(Surv(time, event) ~ treated + factor(group), people, ties = "efron", control = exact)
  crossed <- suppressWarnings(update(main, . ~ treated * factor(group)))
  pchisq(max(0, 2 * (crossed$loglik[2] - main$loglik[2])), count - 1, lower.tail = FALSE)
}

csv_text <- function(text) ifelse(grepl("[\\",\\r\\n]", text), paste0('"', gsub('"', '""', text), '"'), text)
csv_rows <- function(group, values) {
  shown <- ifelse(is.na(values), "", sprintf("%.17g", values))
  paste(csv_text(group), names(values), shown, sep = ",")
}

people <- participants()
rows <- csv_rows(labels[1], numbers(people))
for (k in seq_along(labels)[-1]) {
  rows <- c(rows, csv_rows(labels[k], numbers(people[people$group %in% (k - 1), ])))
}
rows <- c("group,quantity,value", rows, csv_rows("interaction", c(p_lr = interaction_p(people))))
writeLines(enc2utf8(rows), useBytes = TRUE)
"""
