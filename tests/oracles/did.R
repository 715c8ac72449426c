# What R says, for tests/test_effect_did.py.  Run from the repository: Rscript tests/oracles/did.R > tests/oracles/did.txt
# Needs Debian's r-base-core, r-cran-sandwich.  The data are those of tests/effect_panel.py.
suppressMessages(library(sandwich))
say <- function(name, ...) cat(name, formatC(as.numeric(c(...)), digits = 12, format = "g"), "\n")

g <- expand.grid(t = 0:7, i = 0:23)
p <- data.frame(id = g$i, t = g$t, cl = g$i %/% 3, tr = as.numeric(g$i %% 3 == 0), x = (g$i * 31 + g$t * 17) %% 23 / 5,
                w = 1 + (g$i * 13) %% 5)
p$d <- p$tr * (p$t >= 5)
p$y <- 10 + (p$id * 7) %% 11 + 0.3 * p$t + 1.5 * p$d + 0.4 * p$x + (p$id * 41 + p$t^2 * 29) %% 37 / 9 +
  (p$cl * 5) %% 7 * (p$t >= 5) / 3
# K without the levels of units that lie within a cluster, as fixest and reghdfe count
nested <- function(m, v) v * df.residual(m) / (df.residual(m) + 23)
one <- function(name, m, cluster) say(name, coef(m)["d"], sqrt(nested(m, vcovCL(m, cluster = cluster, type = "HC1"))["d", "d"]))
one("panel", lm(y ~ d + factor(id) + factor(t), p), p$id)
one("panel_x", lm(y ~ d + x + factor(id) + factor(t), p), p$id)
one("panel_cluster", lm(y ~ d + x + factor(id) + factor(t), p), p$cl)
one("panel_weighted", lm(y ~ d + x + factor(id) + factor(t), p, weights = w), p$cl)

# event study: base is the last period before (t = 4)
for (k in setdiff(0:7, 4)) p[[paste0("e", k)]] <- p$tr * (p$t == k)
e <- paste0("e", setdiff(0:7, 4))
m <- lm(reformulate(c(e, "factor(id)", "factor(t)"), "y"), p)
v <- nested(m, vcovCL(m, cluster = p$id, type = "HC1"))
say("event", coef(m)[e]); say("event_se", sqrt(diag(v)[e]))
b <- e[1:4]
f <- drop(coef(m)[b] %*% solve(v[b, b]) %*% coef(m)[b]) / 4
say("event_joint", f, pf(f, 4, 23, lower.tail = FALSE))
a <- e[5:7]; say("event_mean", mean(coef(m)[a]), sqrt(sum(v[a, a])) / 3)
# the trend before, and the effects beyond it
q <- subset(p, t < 5); q$s <- q$tr * q$t
m <- lm(y ~ s + factor(id) + factor(t), q)
say("pre_slope", coef(m)["s"], sqrt(nested(m, vcovCL(m, cluster = q$id, type = "HC1"))["s", "s"]))
p$s <- p$tr * (p$t - 5)
m <- lm(reformulate(c(a, "s", "factor(id)", "factor(t)"), "y"), p)
v <- nested(m, vcovCL(m, cluster = p$id, type = "HC1"))
say("detrended", mean(coef(m)[a]), sqrt(sum(v[a, a])) / 3)

# separate cases
i <- 0:599
s <- data.frame(month = (i * 7) %% 10, cl = i %% 12, x = (i * 37) %% 101 / 10, g = c("a", "b", "c")[(i * i) %% 7 %% 3 + 1])
s$tr <- as.numeric(s$cl < 5); s$after <- as.numeric(s$month >= 6); s$d <- s$tr * s$after
s$y <- 20 + s$x / 3 + 2 * (s$g == "b") - 1.2 * s$d + (i * 71) %% 97 / 20 + s$cl %% 4
two <- function(name, m, v) say(name, coef(m)["d"], sqrt(v["d", "d"]))
m <- lm(y ~ tr + after + d, s); two("cases", m, vcovHC(m, type = "HC1"))
say("cells", tapply(s$y, list(s$after, 1 - s$tr), mean))
m <- lm(y ~ tr + after + d + x + g, s); two("cases_x", m, vcovHC(m, type = "HC1"))
two("cases_cluster", m, vcovCL(m, cluster = s$cl, type = "HC1"))
m <- lm(y ~ tr + after + d + x + g, s, weights = 1 + cl); two("cases_weighted", m, vcovHC(m, type = "HC1"))
