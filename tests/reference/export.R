# Writes the public data sets of R's survival package that the reference cases use, as small csv files.
# usage: Rscript export.R OUTDIR
suppressMessages(library(survival))
out <- commandArgs(TRUE)[1]
save_csv <- function(d, name) write.csv(d, file.path(out, paste0(name, ".csv")), row.names = FALSE, na = "")

save_csv(veteran, "veteran")
p <- pbc[!is.na(pbc$trt), ]; p$death <- as.integer(p$status == 2)
save_csv(p, "pbc")
l <- lung
l$age_group <- as.character(cut(l$age, c(0, 59, 69, 120), labels = c("under 60", "60 to 69", "70 and over")))
save_csv(l, "lung")
save_csv(ovarian, "ovarian")
co <- colon[colon$etype == 2, c("id", "rx", "sex", "age", "nodes", "differ", "extent", "surg", "status", "time")]
save_csv(co, "colon")
save_csv(aml, "aml")
