# The values of test_thresholds.py, from R's survival: Rscript tests/cases/thresholds.R
library(survival)
options(digits = 15)
i <- 0:139
people <- data.frame(
  time = 20 + (i * 89) %% 601, event = as.numeric((i * 53) %% 10 < 7), drug = i %% 2, marker = (i * 31) %% 61)
show <- function(name, kept) {
  fit <- coxph(Surv(time, event) ~ drug, people[kept, ], control = coxph.control(eps = 1e-11, iter.max = 50))
  ends <- exp(confint(fit))
  cat(sprintf("%s %d %.15g %.15g %.15g\n", name, sum(kept), exp(coef(fit)), ends[1], ends[2]))
}
marker <- people$marker
show("at most 50", marker <= 50)
show("above 50", marker > 50)
show("at most 55 and not above 50", marker <= 50)
show("below 30", marker < 30)
show("at least 30", marker >= 30)
tenth <- marker %% 10
show("tenth at most 0.3", tenth <= 3)
show("tenth above 0.3", tenth > 3)
show("tenth below 0.3", tenth < 3)
