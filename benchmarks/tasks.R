# What R's survival package is asked, as a statistician would write it. Each task answers one number, to compare.
# Rscript tasks.R view people.csv threshold horizon tick,tick,... | Rscript tasks.R thresholds people.csv c,c,...
suppressPackageStartupMessages({
  library(survival)
  library(splines)
})
given <- commandArgs(trailingOnly = TRUE)
people <- read.csv(given[2])
numbers <- function(text) as.numeric(strsplit(text, ",")[[1]])

one_group <- function(group, horizon, ticks) {
  fit <- survfit(Surv(time, event) ~ treated, data = group, conf.type = "log-log")
  read <- summary(fit, times = sort(unique(c(ticks, horizon))), rmean = horizon, extend = TRUE)
  test <- survdiff(Surv(time, event) ~ treated, data = group)
  cox <- coxph(Surv(time, event) ~ treated, data = group)
  changing <- cox.zph(cox, transform = "km")
  list(fit, read, test, summary(cox), changing)
}

along_biomarker <- function() {
  x <- log(people$biomarker)
  knots <- quantile(x, c(0.1, 0.5, 0.9))
  basis <- function(v) ns(v, knots = knots[2], Boundary.knots = knots[c(1, 3)])
  curved <- basis(x)
  treated <- people$treated
  y <- Surv(people$time, people$event)
  additive <- coxph(y ~ treated + curved)
  full <- coxph(y ~ treated + curved + treated:curved)
  test <- anova(additive, full)
  shown <- cbind(1, basis(seq(quantile(x, 0.01), quantile(x, 0.99), length.out = 120)))
  mine <- c(1, 4, 5)
  effect <- drop(shown %*% coef(full)[mine])
  error <- sqrt(rowSums((shown %*% vcov(full)[mine, mine]) * shown))
  straight <- anova(coxph(y ~ treated + x), coxph(y ~ treated * x))
  list(test, exp(effect + outer(error, c(-1, 0, 1) * qnorm(0.975))), straight)
}

view <- function() {
  threshold <- as.numeric(given[3])
  horizon <- as.numeric(given[4])
  ticks <- numbers(given[5])
  upper <- people$biomarker > threshold
  groups <- list(people, people[!upper, ], people[upper, ])
  answers <- lapply(groups, one_group, horizon = horizon, ticks = ticks)
  full <- coxph(Surv(time, event) ~ treated * upper, data = people)
  interaction <- anova(coxph(Surv(time, event) ~ treated + upper, data = people), full)
  curve <- along_biomarker()
  bins <- seq(min(log(people$biomarker)), max(log(people$biomarker)), length.out = 25)
  spread <- lapply(split(log(people$biomarker), people$treated), hist, breaks = bins, plot = FALSE)
  flow <- table(people$treated, upper)
  answers[[2]][[4]]$coefficients[1, "coef"]
}

thresholds <- function() {
  y <- Surv(people$time, people$event)
  treated <- people$treated
  one_side <- function(side) {
    fit <- suppressWarnings(coxph(y[side] ~ treated[side])) # some sides have an arm without events
    c(coef(fit), sqrt(vcov(fit)))
  }
  found <- vapply(numbers(given[3]), function(threshold) {
    below <- people$biomarker <= threshold
    c(one_side(below), one_side(!below))
  }, numeric(4))
  found[1, ncol(found)]
}

# the CSV file has a row for each measurement here, and models are fitted with nlme's default controls
slopes <- function() {
  found <- vapply(numbers(given[3]), function(threshold) {
    cells <- factor(2 * (people$biomarker > threshold) + people$treated)
    fit <- nlme::lme(value ~ 0 + cells + cells:time, random = ~ time | person, data = transform(people, cells = cells))
    unname(nlme::fixef(fit)[6] - nlme::fixef(fit)[5])
  }, numeric(1))
  found[length(found)]
}

task <- get(given[1])
asked <- file("stdin", "r")
while (length(readLines(asked, n = 1)) == 1) {
  start <- as.numeric(Sys.time())
  answer <- task()
  taken <- as.numeric(Sys.time()) - start
  cat(sprintf("%.9f %.12g\n", taken, answer))
  flush(stdout())
}
