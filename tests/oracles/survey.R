# What R says about the sample town's questionnaire, for tests/test_survey_oracle.py.
# Run from the repository: python tests/survey_people.py > tests/oracles/survey.txt  (writes the answers, calls this).
# Needs Debian's r-base-core, r-cran-survey, r-cran-psych.
suppressMessages({library(survey); library(psych)})
invisible(Sys.setlocale("LC_COLLATE", "C"))
options(digits = 15, survey.lonely.psu = "fail")
say <- function(name, ...) cat(name, formatC(as.numeric(c(...)), digits = 12, format = "g"), "\n")

p <- read.csv(commandArgs(TRUE)[1], fileEncoding = "UTF-8", na.strings = "")
p$nps <- ifelse(p$q11 <= 10, p$q11, NA)
p$points <- 100 * ((p$nps >= 9) - (p$nps <= 6))
p$marks <- rowSums(p[paste0("q4_", 1:8)])
p$online <- ifelse(p$q10 == 9, NA, as.numeric(p$q10 == 1))
p$stay <- factor(ifelse(p$q6 <= 4, p$q6, NA))
p$one <- 1
plan <- list(
  plain = svydesign(ids = ~1, weights = ~weight, data = p),
  strata = svydesign(ids = ~1, strata = ~stratum, weights = ~weight, fpc = ~population, data = p),
  cluster = svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = p, nest = TRUE)
)
for (name in names(plan)) {
  d <- plan[[name]]
  it <- function(x) paste0(name, "_", x)
  say(it("df"), degf(d))
  a <- subset(d, !is.na(nps))
  m <- svymean(~nps, a, deff = "replace")
  say(it("mean"), coef(m), SE(m), confint(m, df = degf(a)), deff(m))
  m <- svytotal(~marks, subset(d, !is.na(marks)))
  say(it("total"), coef(m), SE(m))
  b <- svyby(~nps, ~quarter, a, svymean)
  for (g in b$quarter) say(it(paste0("mean_", match(g, sort(b$quarter)))), b[g, "nps"], b[g, "se"])
  m <- svyratio(~marks, ~nps, subset(d, !is.na(marks) & !is.na(nps)))
  say(it("ratio"), coef(m), SE(m))
  o <- subset(d, !is.na(online))
  m <- svyciprop(~online, o, method = "logit")
  say(it("share"), coef(m), SE(m), confint(m))
  old <- subset(o, age_group == "65+" & sex == "female")
  m <- svyciprop(~online, old, method = "logit")
  say(it("share_domain"), coef(m), SE(m), confint(m))
  q <- svyquantile(~nps, a, c(.25, .5, .75), qrule = "math", interval.type = "mean", ci = TRUE)
  say(it("quantile"), t(q[[1]][, 1:3]))
  s <- subset(d, !is.na(stay))
  t <- svychisq(~quarter + stay, s, statistic = "F")
  say(it("chisq"), t$statistic, t$parameter, t$p.value)
  b <- svyby(~stay, ~quarter, s, svymean, covmat = TRUE)
  for (k in 1:4) say(it(paste0("row_", k)), coef(b)[names(coef(b)) %in% paste0(b$quarter, ":stay", k)], SE(b)[[k]])
  v <- vcov(b); names <- paste0(b$quarter[c(1, 2)], ":stay1")
  say(it("difference"), coef(b)[names[1]] - coef(b)[names[2]], sqrt(v[names[1], names[1]] + v[names[2], names[2]] - 2 * v[names[1], names[2]]))
  s <- update(s, first = as.numeric(quarter == sort(unique(p$quarter))[1]), stay1 = as.numeric(stay == 1))
  b <- svyby(~stay1, ~first, s, svymean, covmat = TRUE)
  say(it("rest"), coef(b)[2] - coef(b)[1], SE(svycontrast(b, c(-1, 1))))
  m <- svymean(~points, subset(d, !is.na(points)))
  say(it("nps"), coef(m), SE(m))
}
# weights made to fit margins
u <- svydesign(ids = ~1, weights = ~one, data = p)
margin <- function(column, numbers) setNames(data.frame(sort(unique(p[[column]])), numbers), c(column, "Freq"))
r <- rake(u, list(~sex, ~age_group, ~quarter), list(margin("sex", c(33000, 27000)), margin("age_group", c(15000, 22000, 23000)),
          margin("quarter", c(12000, 9000, 24000, 15000))), control = list(maxit = 200, epsilon = 1e-10))
w <- weights(r); say("rake", min(w), max(w), sum(w), sum(w^2), w[1:5])
r <- postStratify(u, ~sex + age_group, data.frame(expand.grid(sex = c("female", "male"), age_group = c("18-39", "40-64", "65+")),
                  Freq = c(8000, 7000, 11000, 10500, 13000, 10500)))
w <- weights(r); say("poststratify", min(w), max(w), sum(w), sum(w^2), w[1:5])
# items
a <- suppressMessages(suppressWarnings(alpha(attitude)))
say("attitude", a$total$raw_alpha, a$total$std.alpha, a$total[["G6(smc)"]], a$total$average_r)
f <- alpha.ci(a$total$raw_alpha, nrow(attitude), ncol(attitude)); say("attitude_feldt", f$lower.ci, f$upper.ci)
say("attitude_dropped", a$alpha.drop$raw_alpha); say("attitude_r_drop", a$item.stats$r.drop)
q <- p[paste0("q3_", 1:5)]; q[q == 9] <- NA; q <- q[complete.cases(q), ]; q$q3_3 <- 6 - q$q3_3
a <- suppressWarnings(alpha(q)); say("trust", a$total$raw_alpha, a$total$std.alpha, a$total[["G6(smc)"]])
say("trust_dropped", a$alpha.drop$raw_alpha); say("trust_r_drop", a$item.stats$r.drop)
# derived importance: weighted correlation with the overall satisfaction
for (k in c("q1_01", "q1_05")) {
  there <- !is.na(p[[k]]) & p[[k]] <= 5 & !is.na(p$q5) & p$q5 <= 5
  say(paste0("cor_", k), cov.wt(p[there, c(k, "q5")], p$weight[there], cor = TRUE)$cor[1, 2])
}
# correspondence analysis of Greenacre's smoke table, by the singular value decomposition
m <- matrix(c(4, 2, 3, 2, 4, 3, 7, 4, 25, 10, 12, 4, 18, 24, 33, 13, 10, 6, 7, 2), 5, byrow = TRUE) / 193
e <- outer(rowSums(m), colSums(m)); s <- svd((m - e) / sqrt(e))
say("smoke_eig", s$d[1:3]^2); say("smoke_rows", abs(s$u[, 1] * s$d[1] / sqrt(rowSums(m)))); say("smoke_columns", abs(s$v[, 1] * s$d[1] / sqrt(colSums(m))))
