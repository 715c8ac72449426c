# What R's spdep says of the sample town, for tests/test_maps_moran.py.  Run from the repository:
#   Rscript tests/oracles/maps_spdep.R > tests/oracles/maps_spdep.txt
# Needs Debian's r-cran-spdep (with r-cran-sf).
suppressMessages({library(spdep); library(sf)})
options(digits = 15, warn = -1)
say <- function(name, ...) cat(name, formatC(as.numeric(c(...)), digits = 12, format = "g", width = 1), "\n")

script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
town <- file.path(dirname(dirname(dirname(normalizePath(script)))), "datasets", "mirai")
files <- file.path(town, c("areas.geojson", "ambulance_calls.csv"))
cat("digest", tools::md5sum(files), "\n")
areas <- st_transform(st_read(files[1], quiet = TRUE), 6676)
calls <- table(read.csv(files[2], colClasses = c(area_id = "character"))$area_id)
areas$calls <- as.numeric(calls[areas$area_id])
areas$size <- areas$population / areas$households

queen <- poly2nb(areas, queen = TRUE, snap = 0.001)
rook <- poly2nb(areas, queen = FALSE, snap = 0.001)
say("queen_count", card(queen)); say("rook_count", card(rook))
main <- areas[card(queen) > 0, ]
w <- nb2listw(poly2nb(main, queen = TRUE, snap = 0.001), style = "W")
for (name in c("calls", "size")) {
  t <- moran.test(main[[name]], w, randomisation = TRUE)
  say(paste0("moran_", name), t$estimate, t$statistic)
  say(paste0("local_", name), localmoran(main[[name]], w)[, 1])
}
set.seed(1)
say("moran_rate", suppressMessages(EBImoran.mc(main$calls, main$population, w, nsim = 99)$statistic))
say("fdr", p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.2, 0.03), "fdr"))
