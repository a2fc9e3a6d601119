# Repeated measurements with deaths: mixed models by nlme with tight controls, pairs by their definitions one at a time,
# Wilcoxon's test, DeLong's variance, Fieller's interval, Student's interval. The series is made by whole numbers, the
# same as in tests/longitudinal/series.py. Writes longitudinal.json.
# usage, in this folder: Rscript longitudinal.R OUTDIR
suppressMessages({library(nlme); library(jsonlite)})
options(warn = 2)
out_dir <- commandArgs(TRUE)[1]

i <- 0:79
people <- data.frame(id = i, arm = i %% 2, group = (i %/% 2) %% 2, marker = 5 + (i * 31) %% 67,
  stratum = (i %/% 4) %% 2, days = 1 + (i * 89) %% 24, died = as.integer((i * 53) %% 10 < 5))
months <- c(0, 1, 2, 3, 6, 9, 12, 15, 18)
long <- do.call(rbind, lapply(i, function(p) {
  k <- 0:(2 + (p * 3) %% 7)
  t <- months[k + 1] + ifelse(k > 0, ((p * 5 + k * 11) %% 9 - 4) / 10, 0)
  y <- 36 + (p * 37) %% 11 - t * (0.5 + ((p * 29) %% 13) / 13) + 0.3 * (p %% 2) * t -
    0.2 * ((p %/% 2) %% 2) * t + ((p * 53 + k * k * 17 + k * 31) %% 23 - 11) / 5
  data.frame(id = p, k = k, time = t, y = y)
}))
long <- merge(long, people, by = "id"); long <- long[order(long$id, long$k), ]

control <- lmeControl(opt = "nlminb", msMaxIter = 500, tolerance = 1e-10, msTol = 1e-12, niterEM = 200, maxIter = 500,
  msMaxEval = 5000)
fit <- function(fixed, data = long) lme(fixed, random = ~ time | id, data = data, control = control)
model <- function(f) {
  random <- getVarCov(f)
  list(log_likelihood = as.numeric(logLik(f)), fixed = unname(fixef(f)), names = names(fixef(f)),
    covariance = unname(vcov(f)), intercept = random[1, 1], both = random[1, 2], slope = random[2, 2],
    residual = f$sigma^2)
}
cells <- factor(2 * long$group + long$arm)
both <- fit(y ~ 0 + cell + cell:time, transform(long, cell = cells))
equal <- fit(y ~ 0 + g + cell:time, transform(long, cell = cells, g = factor(group)))
lines <- model(both)
fieller <- function(top, bottom, v, z = qnorm(0.975)) {
  f <- function(r) (top - r * bottom)^2 - z^2 * (v[1, 1] - 2 * r * v[1, 2] + r^2 * v[2, 2])
  at <- top / bottom
  rev(1 - c(uniroot(f, c(at - 5, at), tol = 1e-14)$root, uniroot(f, c(at, at + 5), tol = 1e-14)$root))
}
slopes <- 5:6
slowing <- fieller(lines$fixed[6], lines$fixed[5], lines$covariance[c(6, 5), c(6, 5)])

# everything a function of the biomarker
basis <- function(x, t) {
  cube <- function(u) pmax(u, 0)^3
  w <- (t[3] - t[1])^2
  cbind(x, (cube(x - t[1]) - cube(x - t[2]) * (t[3] - t[1]) / (t[3] - t[2]) +
    cube(x - t[3]) * (t[2] - t[1]) / (t[3] - t[2])) / w)
}
long$x <- log(long$marker)
straight <- fit(y ~ time * arm * x, long)
knots <- quantile(log(people$marker), c(0.1, 0.5, 0.9), names = FALSE)
b <- basis(long$x, knots); long$b1 <- b[, 1]; long$b2 <- b[, 2]
curved <- fit(y ~ time * arm * (b1 + b2), long)
grid <- quantile(people$marker, c(0.25, 0.5, 0.75), names = FALSE)
effect <- basis(log(grid), knots)
of_effect <- match(c("time:arm", "time:arm:b1", "time:arm:b2"), names(fixef(curved)))
weights <- cbind(1, effect)
curve <- list(biomarker = grid, estimate = as.vector(weights %*% fixef(curved)[of_effect]),
  se = sqrt(diag(weights %*% vcov(curved)[of_effect, of_effect] %*% t(weights))))

# scores of a search over thresholds: what the null model leaves of each participant's slope
null <- fit(y ~ time * (arm + b1 + b2), long)
random <- matrix(getVarCov(null), 2, 2) / null$sigma^2
left <- long$y - as.vector(model.matrix(~ time * (arm + b1 + b2), long) %*% fixef(null))
each <- t(sapply(people$id, function(p) {
  here <- long$id == p
  z <- cbind(1, long$time[here]); w <- t(z) %*% solve(diag(sum(here)) + z %*% random %*% t(z))
  known <- w %*% z
  c(w %*% left[here], known[1, 1], known[1, 2], known[2, 2])
}))
share <- sum(each[, 4]) / sum(each[, 3])
residual <- each[, 2] - share * each[, 1]
information <- each[, 5] - 2 * share * each[, 4] + share^2 * each[, 3]
candidates <- sort(unique(people$marker))
candidates <- candidates[candidates >= quantile(people$marker, 0.1) & candidates <= quantile(people$marker, 0.9)]
candidates <- candidates[sapply(candidates, function(c) min(sum(people$marker <= c), sum(people$marker > c)) >= 10)]
centred <- people$arm - ave(people$arm, people$stratum)
scores <- sapply(candidates, function(c) {
  above <- as.numeric(people$marker > c)
  terms <- centred * (above - sum(information * above) / sum(information)) * residual
  sum(terms) / sqrt(sum(terms^2))
})

# death and function together, up to a horizon of 20; changes in whole points, up to death, the end or the horizon
horizon <- 20
until <- pmin(people$days, horizon); dead <- people$died == 1 & people$days <= horizon
first <- long$y[long$k == 0]
values <- lapply(people$id, function(p) {
  d <- long[long$id == p & long$k > 0, ]
  d <- d[d$time <= until[p + 1], ]
  list(time = d$time, change = round(d$y - first[p + 1]))
})
change_by <- function(p, t) {
  known <- values[[p]]$time <= t
  if (any(known)) values[[p]]$change[max(which(known))] else NA
}
last <- sapply(seq_along(values), change_by, t = Inf)
kept <- which(dead | !is.na(last))
better <- function(a, b) { s <- sign(a - b); if (is.na(s)) 0 else s }
by_rank <- function(p, q) {
  if (dead[p] && dead[q]) better(until[p], until[q]) else if (dead[p]) -1 else if (dead[q]) 1 else better(last[p], last[q])
}
in_order <- function(when) function(p, q) {
  if (dead[q] && until[p] > until[q]) return(1)
  if (dead[p] && until[q] > until[p]) return(-1)
  t <- if (when == "common") min(until[p], until[q]) else Inf
  better(change_by(p, t), change_by(q, t))
}
treated <- people$arm[kept] == 1
compare <- function(rule) {
  n <- length(kept); u <- matrix(0, n, n)
  for (p in seq_len(n)) for (q in seq_len(n)) if (p != q) u[p, q] <- rule(kept[p], kept[q])
  score <- rowSums(u); pairs <- u[treated, !treated]
  wins <- sum(pairs > 0); losses <- sum(pairs < 0)
  z <- sum(score[treated]) / sqrt(sum(treated) * sum(!treated) / (n * (n - 1)) * sum(score^2))
  # DeLong: the spread of how often each participant does better than the other arm
  place <- (pairs + 1) / 2
  se <- 2 * sqrt(var(rowMeans(place)) / nrow(place) + var(colMeans(place)) / ncol(place))
  list(wins = wins, losses = losses, ties = sum(pairs == 0), score = score,
    mean_rank = c(mean(rank(score)[!treated]), mean(rank(score)[treated])), z = z, p = 2 * pnorm(-abs(z)),
    wilcoxon = wilcox.test(score ~ factor(!treated), exact = FALSE, correct = FALSE)$p.value, net_benefit_se = se)
}
pairs <- list(joint_rank = compare(by_rank), last_common_visit = compare(in_order("common")),
  last_visit = compare(in_order("last")))

at <- long[long$k == 4, ]
visit <- lapply(0:1, function(a) { t <- t.test(at$y[at$arm == a]); list(mean = unname(t$estimate), ci = as.vector(t$conf.int)) })

welch <- t.test(at$y[at$arm == 1], at$y[at$arm == 0])

# response and later death: a Cox model after a landmark, for each standard deviation, adjusted for baseline risk
suppressMessages(library(survival))
response <- (people$id * 17) %% 23 / 3; response[people$id %% 11 == 0] <- NA
after <- people$days > 6 & !is.na(response)
scaled <- response[after] / sd(response[after])
cox <- coxph(Surv(people$days[after] - 6, people$died[after]) ~ scaled + log(people$marker[after]),
  control = coxph.control(eps = 1e-11, iter.max = 100))
landmark <- list(participants = sum(after), events = sum(people$died[after]), gone = sum(people$days <= 6),
  sd = sd(response[after]), coef = unname(coef(cox)[1]), se = sqrt(vcov(cox)[1, 1]))

write_json(list(landmark = landmark,
  two_arms = model(fit(y ~ time * arm)), cells = lines, equal_at_baseline = model(equal),
  slowing = slowing, along = list(scale = 1, linear = unname(fixef(straight)["time:arm:x"]),
    linear_se = sqrt(vcov(straight)["time:arm:x", "time:arm:x"]), curve = curve),
  search = list(thresholds = candidates, z = scores), pairs = pairs, unknown = length(i) - length(kept), visit = visit,
  welch = list(estimate = unname(diff(rev(welch$estimate))), se = welch$stderr, ci = as.vector(welch$conf.int))),
  file.path(out_dir, "longitudinal.json"), auto_unbox = TRUE, digits = I(16), pretty = TRUE)
