# The values of test_entry_times.py, from R's survival: Rscript tests/cases/entry.R
library(survival)
options(digits = 15)
k <- 0:119
people <- data.frame(
  time = 20 + (k * 379 + k * k * 17) %% 811 + 60 * (k %% 2), event = as.numeric((k * 7 + k %/% 5) %% 11 < 7),
  drug = k %% 2, age = 40 + (k * 13) %% 37)
people$entry <- (people$time * ((k * 5) %% 8)) %/% 10
y <- with(people, Surv(entry, time, event))
fit <- coxph(y ~ drug, people, control = coxph.control(eps = 1e-11, iter.max = 50))
cat("hazard ratio", exp(coef(fit)), exp(confint(fit)), "\n")
curves <- survfit(y ~ drug, people, conf.type = "log-log")
print(summary(curves, times = 400)$surv)
print(summary(curves, rmean = 400)$table[, c("rmean", "se(rmean)", "median")])
crossed <- coxph(y ~ drug * (age > 55), people, control = coxph.control(eps = 1e-11, iter.max = 50))
cat("ratio", exp(coef(crossed)[3]), exp(confint(crossed)[3, ]), "\n")
