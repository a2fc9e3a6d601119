# Computes book.json: tiny data whose Cox likelihood is known in closed form, after tests/book1.R and book2.R and the
# vignette "validate" of R's survival. book3 and book4 (counting process) and book5 to book7 (case weights) concern
# data that a trial file of one row a participant does not have; the nine people of book5 are used without weights.
# With r = exp(beta) every quantity below is written out by hand; coxph must agree before anything is stored.
# usage, in this folder: Rscript book.R OUTDIR
suppressMessages({library(survival); library(jsonlite)})
out_dir <- commandArgs(TRUE)[1]
tight <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50)
book1 <- data.frame(time = c(1, 1, 6, 6, 8, 9), status = c(1, 0, 1, 1, 0, 1), x = c(1, 1, 1, 0, 0, 0))
book5 <- data.frame(time = c(1, 1, 2, 2, 2, 2, 3, 4, 5), status = c(1, 0, 1, 1, 1, 0, 0, 1, 0), x = c(2, 0, 1, 1, 0, 1, 0, 1, 0))

checked <- function(d, ties, beta, loglik, score, information) {
  stopifnot(abs(score(exp(beta))) < 1e-12)
  fit <- coxph(Surv(time, status) ~ x, data = d, ties = ties, control = tight)
  at0 <- coxph(Surv(time, status) ~ x, data = d, ties = ties, init = 0, control = coxph.control(iter.max = 0))
  same <- function(a, b) stopifnot(abs(a - b) < 1e-9)
  same(coef(fit), beta); same(fit$loglik[1], loglik(1)); same(fit$loglik[2], loglik(exp(beta)))
  same(1 / vcov(fit), information(exp(beta))); same(1 / vcov(at0), information(1))
  same(fit$score, score(1)^2 / information(1))
  list(beta = unbox(beta), loglik_at_0 = unbox(loglik(1)), loglik = unbox(loglik(exp(beta))), score_at_0 = unbox(score(1)),
    information_at_0 = unbox(information(1)), information = unbox(information(exp(beta))))
}

breslow1 <- checked(book1, "breslow", log((3 + sqrt(33)) / 2),
  loglik = function(r) 2 * log(r) - log(3 * r + 3) - 2 * log(r + 3),
  score = function(r) 2 - (r / (r + 1) + 2 * r / (r + 3)),
  information = function(r) r / (r + 1)^2 + 6 * r / (r + 3)^2)
# Efron: the score is zero where r^3 - 23 r - 30 = 0; its one positive root, by Viete
efron1 <- checked(book1, "efron", log(2 * sqrt(23 / 3) * cos(acos(15 * (3 / 23)^1.5) / 3)),
  loglik = function(r) 2 * log(r) - log(3 * r + 3) - log(r + 3) - log((r + 5) / 2),
  score = function(r) 2 - (r / (r + 1) + r / (r + 3) + r / (r + 5)),
  information = function(r) r / (r + 1)^2 + 3 * r / (r + 3)^2 + 5 * r / (r + 5)^2)
score5 <- function(r) 5 - (2 * r / (r + 2) + 4 * r / (4 * r + 3) + 10 * r / (10 * r + 8) + 8 * r / (8 * r + 7) + r / (r + 1))
efron5 <- checked(book5, "efron", log(uniroot(score5, c(1e-3, 1e3), tol = 1e-15, maxiter = 10000)$root),
  loglik = function(r) 5 * log(r) - 2 * log(r + 2) - log(4 * r + 3) - log((10 * r + 8) / 3) - log((8 * r + 7) / 3) - log(r + 1),
  score = score5,
  information = function(r) 4 * r / (r + 2)^2 + 12 * r / (4 * r + 3)^2 + 80 * r / (10 * r + 8)^2 + 56 * r / (8 * r + 7)^2 + r / (r + 1)^2)

# Kaplan-Meier of all six: 1 of 6 dies at 1, 2 of 4 at 6, the last at 9
curve <- list(time = c(1, 6, 8, 9), estimate = c(5 / 6, 5 / 12, 5 / 12, 0))
stopifnot(max(abs(survfit(Surv(time, status) ~ 1, data = book1)$surv - curve$estimate)) < 1e-15)

out <- list(book1 = c(as.list(book1), list(breslow = breslow1, efron = efron1, kaplan_meier = curve)), book5 = c(as.list(book5), list(efron = efron5)))
write(toJSON(out, digits = NA, pretty = TRUE), file.path(out_dir, "book.json"))
