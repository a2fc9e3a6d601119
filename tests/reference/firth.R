# Firth's penalised Cox estimate for a treatment effect (Heinze and Schemper, Biometrics 2001;57:114-119):
# maximises the Efron log partial likelihood + half the log information. Profile interval and penalised
# likelihood-ratio test. The likelihood is checked against coxph at three coefficients.
risk_sums <- function(d) {
  times <- sort(unique(d$time[d$event == 1]))
  do.call(rbind, lapply(times, function(t) {
    at <- d$time >= t; dies <- d$time == t & d$event == 1; k <- sum(dies); f <- (seq_len(k) - 1) / k
    cbind(control = sum(at & d$tr == 0) - f * sum(dies & d$tr == 0), treated = sum(at & d$tr == 1) - f * sum(dies & d$tr == 1))
  }))
}
firth_pieces <- function(d) {
  r <- risk_sums(d); d1 <- sum(d$event[d$tr == 1])
  share <- function(b) r[, "treated"] / (r[, "treated"] + r[, "control"] * exp(-b))
  information <- function(b) { p <- share(b); sum(p * (1 - p)) }
  list(
    loglik = function(b) d1 * b - sum(log(r[, "control"] + r[, "treated"] * exp(b))),
    information = information,
    penalised = function(b) d1 * b - sum(log(r[, "control"] + r[, "treated"] * exp(b))) + 0.5 * log(information(b)),
    score = function(b) { p <- share(b); d1 - sum(p) + 0.5 * sum(p * (1 - p) * (1 - 2 * p)) / sum(p * (1 - p)) })
}
same_as_coxph <- function(d, pieces) for (b in c(-0.5, 0, 0.7)) {
  fit <- suppressWarnings(coxph(Surv(time, event) ~ tr, data = d, init = b, control = coxph.control(iter.max = 0)))
  stopifnot(abs(fit$loglik[1] - pieces$loglik(b)) < 1e-9, abs(1 / vcov(fit) - pieces$information(b)) < 1e-9)
}
profile_end <- function(pieces, at, limit) {
  drop <- function(b) pieces$penalised(at) - pieces$penalised(b) - qchisq(0.95, 1) / 2
  if (drop(limit) < 0) return(NA)
  exp(uniroot(drop, sort(c(at, limit)), tol = 1e-13, maxiter = 10000)$root)
}
firth_of <- function(d) {
  d$time <- aeqSurv(Surv(d$time, d$event))[, 1]   # the merging of near ties that coxph does
  pieces <- firth_pieces(d)
  if (sum(d$event) == 0 || !(pieces$information(0) > 0)) return(NULL)
  same_as_coxph(d, pieces)
  b <- uniroot(pieces$score, c(-25, 25), tol = 1e-14, maxiter = 10000)$root
  statistic <- 2 * (pieces$penalised(b) - pieces$penalised(0))
  list(coef = num(b), hr = num(exp(b)), ci = arr(c(profile_end(pieces, b, -30), profile_end(pieces, b, 30))),
    p = num(pchisq(max(statistic, 0), 1, lower.tail = FALSE)))
}
