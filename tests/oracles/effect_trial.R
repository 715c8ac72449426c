# What R says, for tests/test_effect_trial.py.  Run from the repository:
#   Rscript tests/oracles/effect_trial.R > tests/oracles/effect_trial.txt
# Needs Debian's r-base-core, r-cran-sandwich, r-cran-lmtest.
# People are made by whole-number arithmetic, the same in tests/stats_people.py.
suppressMessages({library(sandwich); library(lmtest)})
options(digits = 15)
say <- function(name, ...) cat(name, formatC(as.numeric(c(...)), digits = 12, format = "g"), "\n")

i <- 1:240
p <- data.frame(g = c("A", "B", "C")[i %% 3 + 1], h = c("x", "y", "z", "v")[(i * i) %% 11 %% 4 + 1], cl = i %/% 12,
                x = (i * 37) %% 101 / 10, z = (i * 53) %% 89 / 20, w = 1 + (i * 29) %% 7)
p$y <- 2 + 0.5 * p$x + 0.7 * (p$g == "B") + ((i * 71) %% 97) / 48.5 + (p$cl * 13) %% 7 / 7
p$t <- as.numeric((i * 31) %% 17 < 8)
p$place <- as.numeric(p$cl %% 2 == 0)           # whole clusters in one arm
line <- function(fit, v, term = "t") {
  s <- sqrt(diag(v))[term]; c(coef(fit)[term], s)
}

# plain: Welch
w <- t.test(y ~ factor(-t), data = p); say("welch", diff(rev(w$estimate)), w$stderr, w$parameter, w$conf.int, w$p.value)
# Lin with HC2
p$xc <- p$x - mean(p$x); p$zc <- p$z - mean(p$z)
fit <- lm(y ~ t * (xc + zc), p); v <- vcovHC(fit, type = "HC2")
say("lin", line(fit, v), df.residual(fit), coefci(fit, "t", vcov. = v))
# a category: its three columns centred
d <- model.matrix(~ h, p)[, -1]; dc <- scale(d, scale = FALSE)
fit <- lm(y ~ t * dc, p); say("lin_category", line(fit, vcovHC(fit, type = "HC2")))
# weights
p$xw <- p$x - weighted.mean(p$x, p$w)
fit <- lm(y ~ t * xw, p, weights = w); say("lin_weighted", line(fit, vcovHC(fit, type = "HC2")))
# strata: difference within each, put together by size
d <- sapply(split(p, p$g), function(s) {
  a <- s$y[s$t == 1]; b <- s$y[s$t == 0]; n <- nrow(s) / nrow(p)
  c(n * (mean(a) - mean(b)), n^2 * (var(a) / length(a) + var(b) / length(b)))
})
say("strata", sum(d[1, ]), sqrt(sum(d[2, ])))
# clusters: CR2, and Bell & McCaffrey's degrees of freedom by full matrices
satterthwaite <- function(fit, cl, term) {
  X <- model.matrix(fit); n <- nrow(X); B <- solve(crossprod(X)); H <- X %*% B %*% t(X); R <- diag(n) - H
  k <- which(colnames(X) == term)
  P <- sapply(unique(cl), function(g) {
    s <- cl == g; e <- eigen(diag(1, sum(s)) - H[s, s, drop = FALSE], symmetric = TRUE)
    A <- e$vectors %*% diag(1 / sqrt(e$values), length(e$values)) %*% t(e$vectors)
    as.vector(t(R[s, , drop = FALSE]) %*% A %*% X[s, , drop = FALSE] %*% B[, k])
  })
  G <- crossprod(P); sum(diag(G))^2 / sum(G^2)
}
fit <- lm(y ~ place, p); say("cluster", line(fit, vcovCL(fit, p$cl, type = "HC2"), "place"), satterthwaite(fit, p$cl, "place"))
fit <- lm(y ~ place * xc, p); say("cluster_lin", line(fit, vcovCL(fit, p$cl, type = "HC2"), "place"), satterthwaite(fit, p$cl, "place"))
fit <- lm(y ~ t * xc, p); say("cluster_mixed", line(fit, vcovCL(fit, p$cl, type = "HC2")), satterthwaite(fit, p$cl, "t"))
# balance
smd <- function(v) { a <- v[p$t == 1]; b <- v[p$t == 0]; (mean(a) - mean(b)) / sqrt((var(a) + var(b)) / 2) }
share <- function(v) { a <- mean(v[p$t == 1]); b <- mean(v[p$t == 0]); (a - b) / sqrt((a * (1 - a) + b * (1 - b)) / 2) }
say("balance", smd(p$x), smd(p$z), sapply(c("v", "x", "y"), function(l) share(p$h == l)))
# sample ratio, attrition
say("ratio", binom.test(112, 240, 0.5)$p.value)
say("leaving", fisher.test(matrix(c(12, 80, 30, 78), 2))$p.value)
