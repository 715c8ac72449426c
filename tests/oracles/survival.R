# What R says, for tests/test_stats_survival.py.  Run: Rscript tests/oracles/survival.R
# Remission in weeks, 6-MP against placebo: Freireich et al. (1963).
library(survival)
t<-c(6,6,6,7,10,13,16,22,23,6,9,10,11,17,19,20,25,32,32,34,35); e<-c(rep(1,9),rep(0,12))
c0<-c(1,1,2,2,3,4,4,5,5,8,8,8,8,11,11,12,12,15,17,22,23)
s<-summary(survfit(Surv(t,e)~1,conf.type="log-log")); print(data.frame(s$time,s$n.risk,s$n.event,s$surv,s$lower,s$upper),digits=8)
g<-c(rep("6-MP",21),rep("placebo",21)); d<-survdiff(Surv(c(t,c0),c(e,rep(1,21)))~g); print(1-pchisq(d$chisq,1),digits=10); print(d$chisq,digits=10)
print(summary(survfit(Surv(c0,rep(1,21))~1))$table["median"]); print(summary(survfit(Surv(t,e)~1))$table["median"])
