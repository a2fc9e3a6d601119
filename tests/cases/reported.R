# The values of test_reported.py, from R's survival: Rscript tests/cases/reported.R > tests/cases/reported.json
library(survival)
library(jsonlite)
i <- 0:239
people <- data.frame(
  time = 20 + (i * 89) %% 601, event = as.numeric((i * 53) %% 10 < 7), drug = i %% 2,
  age = 40 + (i * 13) %% 37, country = (i * 7 + i %/% 6) %% 5, onset = (i * 5 + i %/% 7) %% 3,
  site = 101 + (i * 17 + i %/% 5) %% 51, histology = 1 + (i * 11 + i %/% 9) %% 9)
people$event[people$time > 560] <- 0
people$age_months <- 12 * people$age
people$quiet <- 1 + (i * 19 + i %/% 8) %% 7
people$quiet[people$event == 0 & i %% 4 == 0] <- 8
control <- coxph.control(eps = 1e-11, iter.max = 100)
drug_of <- function(formula) {
  fit <- suppressWarnings(coxph(formula, people, control = control))
  told <- summary(fit)
  ends <- exp(confint(fit)["drug", ])
  list(hr = unname(exp(coef(fit)["drug"])), ci = unname(ends), se = unname(told$coefficients["drug", "se(coef)"]),
    p = unname(told$coefficients["drug", "Pr(>|z|)"]), p_lr = unname(told$logtest["pvalue"]),
    dropped = names(coef(fit))[is.na(coef(fit))])
}
models <- list(
  "unadjusted" = Surv(time, event) ~ drug,
  "age" = Surv(time, event) ~ drug + age,
  "age within country and onset" = Surv(time, event) ~ drug + age + strata(country, onset),
  "histology:factor" = Surv(time, event) ~ drug + factor(histology),
  "histology:number" = Surv(time, event) ~ drug + histology,
  "site:factor" = Surv(time, event) ~ drug + factor(site),
  "within site" = Surv(time, event) ~ drug + strata(site),
  "quiet:factor" = Surv(time, event) ~ drug + factor(quiet),
  "age and the same in months" = Surv(time, event) ~ drug + age + age_months)
answers <- lapply(models, drug_of)
marks <- c(182.625, 365.25, 547.875)
found <- summary(survfit(Surv(time, event) ~ drug, people, conf.type = "log-log"), times = marks)
by_arm <- function(values) list(control = values[1:3], treated = values[4:6])
answers$landmarks <- list(time = marks, survival = by_arm(found$surv), lower = by_arm(found$lower),
  upper = by_arm(found$upper), se = by_arm(found$std.err), at_risk = by_arm(found$n.risk))
ends <- tapply(people$time, people$drug, max)
answers$last <- as.list(setNames(ends, c("control", "treated")))
rare <- data.frame(k = 0:3999)
rare$drug <- rare$k %% 2
rare$event <- as.numeric(ifelse(rare$drug == 1, rare$k %% 1332 == 1, rare$k %% 182 == 0))
rare$time <- ifelse(rare$event == 1, 1 + (rare$k * 7) %% 350, 365)
at <- summary(survfit(Surv(time, event) ~ drug, rare, conf.type = "log-log"), times = 360)
answers$rare <- list(survival = at$surv, lower = at$lower, upper = at$upper)
cat(toJSON(answers, digits = NA, auto_unbox = TRUE, pretty = TRUE), "\n")
