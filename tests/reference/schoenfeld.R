# Computes schoenfeld.json: scaled Schoenfeld residuals of treatment for every case in cases.json, for everybody and on
# both sides of the threshold, and the smooth curve with its standard error that plot.cox.zph draws through them.
# usage, in this folder: Rscript schoenfeld.R OUTDIR
suppressMessages({library(survival); library(jsonlite)})
source("effects.R")
out_dir <- commandArgs(TRUE)[1]

# What plot.cox.zph hands to lines(): the function itself, with its drawing calls replaced by ones that take notes.
# The band is two standard errors wide on either side; a spline that R calls singular is not drawn.
drawn_by_r <- function(z) {
  noted <- list()
  draw <- survival:::plot.cox.zph
  paper <- new.env(parent = environment(draw))
  paper$plot <- paper$axis <- paper$points <- function(...) NULL
  paper$lines <- function(x, y, ...) noted[[length(noted) + 1]] <<- list(x = x, y = as.vector(y))
  environment(draw) <- paper
  suppressWarnings(draw(z, df = 4, nsmo = 40))
  if (!length(noted)) return(NULL)
  list(time = arr(noted[[1]]$x), estimate = arr(noted[[1]]$y),
    standard_error = arr((noted[[2]]$y - noted[[1]]$y) / 2))
}

residuals_of <- function(d) {
  fit <- coxph(Surv(time, event) ~ tr, data = d, ties = "efron", control = tight)
  z <- cox.zph(fit, transform = "km")
  list(coef = num(coef(fit)), time = arr(z$time), fallen = arr(z$x), residual = arr(z$y[, 1]),
    smooth = tryCatch(drawn_by_r(cox.zph(fit, transform = "identity")), error = function(e) NULL))
}

answer <- function(k) {
  raw <- read.csv(k$csv, na.strings = c("", "NA"), check.names = FALSE)
  arm <- as.character(raw[[k$arm]])
  d <- data.frame(time = as.numeric(raw[[k$time]]), event = as.integer(as.character(raw[[k$event]]) == k$event_value),
    tr = ifelse(arm == k$treated, 1, ifelse(arm == k$control, 0, NA)))
  d$x <- if (is.null(k$biomarker)) NA else as.numeric(raw[[k$biomarker]])
  d <- d[!is.na(d$tr), ]
  out <- list(overall = residuals_of(d))
  if (is.null(k$threshold)) return(out)
  c(out, list(low = residuals_of(d[which(d$x <= k$threshold), ]), high = residuals_of(d[which(d$x > k$threshold), ])))
}

cases <- fromJSON("cases.json", simplifyVector = FALSE)
names(cases) <- vapply(cases, function(k) k$name, "")
write(toJSON(lapply(cases, answer), digits = NA, na = "null", null = "null"), file.path(out_dir, "schoenfeld.json"))
