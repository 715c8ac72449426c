# What R says, for tests/test_text_*.py.  Run from the repository: Rscript tests/oracles/text.R > tests/oracles/text.txt
# Needs Debian's r-base-core, r-cran-psych.  Codes are made by whole-number arithmetic, the same in the tests.
suppressMessages(library(psych))
options(digits = 15, warn = -1)
say <- function(name, ...) cat(name, formatC(as.numeric(c(...)), digits = 12, format = "g"), "\n")

i <- 0:149
a <- (i * 37) %% 101 %% 4
b <- ifelse((i * 53) %% 89 < 60, a, (i * 29) %% 4)
k <- cohen.kappa(cbind(a, b)); say("kappa", k$kappa, k$var.kappa, k$confid[1, c(1, 3)])
cohen <- matrix(c(88, 14, 18, 10, 40, 10, 2, 6, 12), ncol = 3, byrow = TRUE)  # Cohen (1968), shares of 200
k <- cohen.kappa(cohen, n.obs = 200); say("kappa_cohen_1968", k$kappa, k$var.kappa)

t <- fisher.test(matrix(c(23, 14, 41, 150), nrow = 2), alternative = "greater"); say("fisher_greater", t$p.value)
say("holm", p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.2), "holm"))
