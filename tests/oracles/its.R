# What R says, for tests/test_effect_its.py.  Run from the repository: Rscript tests/oracles/its.R > tests/oracles/its.txt
# Needs Debian's r-base-core, r-cran-sandwich, r-cran-lmtest.  The months are those of tests/effect_panel.py.
suppressMessages({library(sandwich); library(lmtest)})
say <- function(name, ...) cat(name, formatC(as.numeric(c(...)), digits = 12, format = "g"), "\n")

t <- 0:59
s <- data.frame(t = t, m = factor((t + 3) %% 12 + 1), after = as.numeric(t >= 36), since = (t - 36) * (t >= 36))
s$y <- 100 - 0.5 * t + (t %% 12 * 5) %% 12 - 8 * s$after - 0.4 * s$since + (t^2 * 17) %% 29 / 6
s$z <- 90 - 0.4 * t + (t %% 12 * 5) %% 12 + (t * 23) %% 31 / 8
study <- function(name, formula, lag) {
  m <- lm(formula, s); v <- NeweyWest(m, lag = lag, prewhite = FALSE, adjust = TRUE)
  k <- c("t", "after", "since"); say(name, coef(m)[k], sqrt(diag(v)[k]))
  a <- c(1, mean(s$since[s$after == 1])); k <- k[-1]
  say(paste0(name, "_average"), a %*% coef(m)[k], sqrt(a %*% v[k, k] %*% a))
  say(paste0(name, "_dw"), dwtest(m)$statistic)
  x <- model.matrix(m); x[, k] <- 0; last <- x[60, ]
  say(paste0(name, "_last"), last %*% coef(m), sqrt(last %*% v %*% last))
}
study("months", y ~ t + after + since + m, 3)
study("months_lag6", y ~ t + after + since + m, 6)
study("plain", y ~ t + after + since, 3)
w <- 2 * pi * ((t + 3) %% 12 + 1) / 12
study("harmonic", y ~ t + after + since + sin(w) + cos(w) + sin(2 * w) + cos(2 * w), 3)
study("controlled", I(y - z) ~ t + after + since + m, 3)
