# What R says, for tests/test_stats_*.py.  Run from the repository: Rscript tests/oracles/stats.R > tests/oracles/stats.txt
# Needs Debian's r-base-core, r-cran-survey, r-cran-sandwich, r-cran-lmtest, r-cran-pwr.
# People are made by whole-number arithmetic, the same in tests/stats_people.py; R's own data sets are only read.
suppressMessages({library(survey); library(sandwich); library(lmtest); library(pwr)})
options(digits = 15)
say <- function(name, ...) cat(name, formatC(as.numeric(c(...)), digits = 12, format = "g"), "\n")

i <- 1:240
p <- data.frame(g = c("A", "B", "C")[i %% 3 + 1], h = c("x", "y", "z", "v")[(i * i) %% 11 %% 4 + 1], cl = i %/% 12,
                x = (i * 37) %% 101 / 10, z = (i * 53) %% 89 / 20, w = 1 + (i * 29) %% 7, t = i)
p$y <- 2 + 0.5 * p$x + 0.7 * (p$g == "B") + ((i * 71) %% 97) / 48.5 + (p$cl * 13) %% 7 / 7
p$yes <- as.numeric((i * 61) %% 103 / 103 < plogis(-1 + 0.2 * p$x))
a <- p$y[p$g == "A"]; b <- p$y[p$g == "B"]
ds <- svydesign(ids = ~1, weights = ~w, data = p)

# describe
t <- t.test(a); say("describe_A", mean(a), t$conf.int, sd(a), quantile(a, c(.25, .5, .75)))
da <- subset(p, g == "A"); d <- svydesign(ids = ~1, weights = ~w, data = da); m <- svymean(~y, d)
say("describe_A_weighted", coef(m), SE(m), sqrt(svyvar(~y, d)),
    coef(svyquantile(~y, d, c(.25, .5, .75), qrule = "hf7", ci = FALSE)))
# proportion
say("wilson_15_25", prop.test(15, 25, correct = FALSE)$conf.int)
say("exact_682_925", binom.test(682, 925)$conf.int)
say("share_weighted", coef(svymean(~yes, ds)), SE(svymean(~yes, ds)))
# compare
t <- t.test(a, b); say("welch", t$statistic, t$parameter, t$p.value, t$conf.int)
t <- t.test(a, b, var.equal = TRUE); say("student", t$statistic, t$parameter, t$p.value, t$conf.int)
t <- wilcox.test(a, b, conf.int = TRUE, exact = FALSE); say("mann_whitney", t$statistic, t$p.value)
c8 <- c(1.1, 2.6, 3.7, 5.2, 8.3, 9.05, 12.4, 13.9); e8 <- c(0.4, 1.9, 2.2, 3.05, 4.4, 6.15, 7.7, 10.8)
t <- wilcox.test(c8, e8, conf.int = TRUE); say("mann_whitney_small", t$statistic, t$p.value, t$estimate, t$conf.int)
s <- svydesign(ids = ~1, strata = ~g, weights = ~w, data = subset(p, g != "C"))
t <- svyttest(y ~ g, s); say("welch_weighted", t$statistic, t$estimate)
t <- t.test(extra ~ group, data = sleep); say("sleep_welch", t$statistic, t$parameter, t$p.value)
t <- with(sleep, t.test(extra[group == 1], extra[group == 2], paired = TRUE)); say("sleep_paired", t$statistic, t$p.value, t$conf.int)
t <- suppressWarnings(wilcox.test(Ozone ~ Month, data = airquality, subset = Month %in% c(5, 8)))
say("airquality_wilcox", t$statistic, t$p.value)
# anova
t <- kruskal.test(Ozone ~ Month, data = airquality); say("airquality_kruskal", t$statistic, t$p.value)
f <- summary(aov(weight ~ group, PlantGrowth))[[1]]; say("plants_anova", f[1, 4], f[1, 5])
k <- TukeyHSD(aov(weight ~ group, PlantGrowth))$group
for (r in rownames(k)) say(paste0("plants_", r), k[r, ])
t <- oneway.test(weight ~ group, PlantGrowth); say("plants_welch", t$statistic, t$parameter, t$p.value)
# chi2
m <- rbind(c(762, 327, 468), c(484, 239, 477)); t <- chisq.test(m); say("agresti", t$statistic, t$p.value, t$stdres)
t <- mcnemar.test(matrix(c(794, 86, 150, 570), 2)); say("mcnemar", t$statistic, t$p.value)
say("mcnemar_exact", binom.test(86, 236)$p.value)
t <- prop.test(c(83, 90, 129, 70), c(86, 93, 136, 82)); say("smokers", t$statistic, t$parameter, t$p.value)
say("fisher", fisher.test(rbind(c(3, 1), c(1, 3)))$p.value)
t <- chisq.test(table(p$g, p$h)); say("gh", t$statistic, t$p.value)
t <- svychisq(~g + h, ds); say("gh_weighted", t$statistic, t$parameter, t$p.value)
# correlate
for (k in c("pearson", "spearman", "kendall")) {
  t <- suppressWarnings(cor.test(p$y, p$x, method = k, exact = FALSE)); say(paste0("cor_", k), t$estimate)
}
t <- cor.test(p$y, p$x); say("cor_pearson_ci", t$p.value, t$conf.int)
t <- cor.test(resid(lm(y ~ z, p)), resid(lm(x ~ z, p))); say("cor_partial", t$estimate)
say("cor_weighted", cov.wt(p[c("y", "x")], p$w, cor = TRUE)$cor[1, 2])
say("kendall_p", cor.test(p$y, p$x, method = "kendall", exact = FALSE)$p.value)
# regress
m <- lm(mpg ~ wt + hp, mtcars); say("mtcars", coef(m)); say("mtcars_classic", sqrt(diag(vcov(m))))
for (k in c("HC1", "HC3")) say(paste0("mtcars_", k), sqrt(diag(vcovHC(m, type = k))))
m <- lm(y ~ x + g, p); say("ols", coef(m), summary(m)$r.squared, summary(m)$sigma)
say("ols_cluster", sqrt(diag(vcovCL(m, ~cl, type = "HC1"))))
say("ols_hac", sqrt(diag(NeweyWest(m, lag = 4, prewhite = FALSE, adjust = FALSE))))
say("ols_cluster_p", coeftest(m, vcovCL(m, ~cl, type = "HC1"), df = length(unique(p$cl)) - 1)[2, 4])
m <- lm(y ~ x + g, p, weights = w); say("wls", coef(m)); say("wls_HC1", sqrt(diag(vcovHC(m, type = "HC1"))))
say("wls_HC3", sqrt(diag(vcovHC(m, type = "HC3"))))
say("svyglm", SE(svyglm(y ~ x + g, ds)))
m <- glm(yes ~ x + g, binomial, p, epsilon = 1e-14); say("logit", coef(m), logLik(m)); say("logit_classic", sqrt(diag(vcov(m))))
say("logit_HC1", sqrt(diag(vcovHC(m, type = "HC1")))); say("logit_cluster", sqrt(diag(vcovCL(m, ~cl, type = "HC1"))))
e <- predict(m, type = "response")
say("logit_effect", 100 * mean(e * (1 - e)) * coef(m)["x"],
    100 * mean(predict(m, transform(p, g = "B"), type = "response") - predict(m, transform(p, g = "A"), type = "response")))
m <- suppressWarnings(svyglm(yes ~ x + g, ds, family = quasibinomial(), epsilon = 1e-14)); say("svylogit", coef(m)); say("svylogit_se", SE(m))
say("svylogit_cluster", sqrt(diag(vcovCL(suppressWarnings(glm(yes ~ x + g, quasibinomial, p, weights = w / mean(w),
    epsilon = 1e-14)), ~cl, type = "HC1"))))
m <- glm(yes ~ x + g, binomial, p, epsilon = 1e-14)
say("logit_hac", sqrt(diag(NeweyWest(m, lag = 4, prewhite = FALSE, adjust = FALSE))))
# trend
s <- data.frame(t = 1:40, v = 50 - 0.3 * (1:40) + ((1:40) * 17) %% 23 / 4); m <- lm(v ~ t, s)
v <- NeweyWest(m, lag = 3, prewhite = FALSE, adjust = FALSE)
say("trend", coef(m)[2], sqrt(v[2, 2]), coeftest(m, v)[2, 4])
o <- combn(40, 2); say("theil_sen", median((s$v[o[2, ]] - s$v[o[1, ]]) / (o[2, ] - o[1, ])))
say("mann_kendall", cor.test(s$t, s$v, method = "kendall", exact = FALSE, continuity = TRUE)$p.value)
# standardize: Fay & Feuer (1997) with gamma quantiles; exact Poisson
e <- c(12, 30, 88); n <- c(9000, 5000, 2500); std <- c(50000, 30000, 20000); w <- std / sum(std) / n
y <- sum(w * e); v <- sum(w^2 * e); wm <- max(w)
say("fay_feuer", 1e5 * c(y, qgamma(.025, y^2 / v, scale = v / y), qgamma(.975, (y + wm)^2 / (v + wm^2), scale = (v + wm^2) / (y + wm))))
say("smr", 130 / 104.5, poisson.test(130, 104.5)$conf.int)
# forecast: a Leslie matrix
sv <- c(.995, .998, .996, .99, .985, .97, .94, .9, .84, .75, .6, .5, .4, .3, .2); f <- .31; N <- 1000 - 40 * (0:15); N[1] <- f * sum(N[4:10])
L <- matrix(0, 16, 16); for (j in 1:15) L[j + 1, j] <- sv[j]; L[16, 15] <- .2; L[16, 16] <- .2
for (j in 1:2) N <- { nxt <- L %*% N; nxt[1] <- f * sum(nxt[4:10]); nxt }
say("leslie", sum(N), N[1], N[16])
# power: the n of pwr itself (tolerance 1e-4), then the same searched to the end
say("pwr_t_50", pwr.t.test(n = 50, d = .3)$power)
to_the_end <- function(name, power, wanted, n) {
  say(name, uniroot(function(n) power(n)$power - wanted, c(n / 2, n * 2), tol = 1e-12)$root)
}
to_the_end("needed_t_.5", function(n) pwr.t.test(n, d = .5), .8, 64)
to_the_end("needed_t_.2", function(n) pwr.t.test(n, d = .2), .8, 390)
to_the_end("needed_paired", function(n) pwr.t.test(n, d = .4, type = "paired"), .9, 68)
to_the_end("needed_2p", function(n) pwr.2p.test(ES.h(.6, .5), n), .8, 390)
to_the_end("needed_prop", function(n) power.prop.test(n, .5, .75), .9, 77)
to_the_end("needed_anova", function(n) pwr.anova.test(4, n, .25), .8, 45)
to_the_end("needed_chisq", function(n) pwr.chisq.test(.3, n, 2), .8, 107)
to_the_end("needed_r", function(n) pwr.r.test(n, .3), .8, 84)
