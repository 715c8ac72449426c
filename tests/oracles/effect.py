# /// script
# requires-python = ">=3.11,<3.13"
# dependencies = [
#   "pysyncon==1.7.0", "rdrobust==2.1.1", "wildboottest==0.3.2", "csdid==0.4.3", "pandas<3", "statsmodels==0.15.0",
# ]
# ///
"""What pysyncon, rdrobust, wildboottest and csdid say, for tests/test_effect_*.py.

Run from the repository, in its own environment:
uv run --no-project --script tests/oracles/effect.py > tests/oracles/effect.txt
The first lines are digests of what went in: the tests compare them with today's data.
"""

import contextlib
import hashlib
import io
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

MIRAI = Path(__file__).resolve().parents[2] / "datasets" / "mirai"


def say(name, *numbers):
    flat = np.concatenate([np.ravel(np.asarray(n, dtype=float)) for n in numbers])
    print(name, *(f"{v:.10g}" for v in flat), flush=True)


def digest(name, content: bytes):
    print(f"digest_{name}", int(hashlib.sha256(content).hexdigest()[:12], 16), flush=True)


def jumps(n, curve):
    """Persons by whole-number arithmetic, the same as in tests/effect_panel.py."""
    i = np.arange(1, n + 1)
    x = 2 * ((i * i * 0.6180339887498949) % 1) - 1
    noise = 3 * ((i * 0.4142135623730951) % 1 + (i * 0.7320508075688772) % 1 - 1)
    line = (x, np.sin(3 * x) + x**2, np.exp(x) - 2 * x**3)[curve]
    return pd.DataFrame({"x": x, "y": line + (0.5, 0.4, 1.0)[curve] * (x >= 0) + 0.4 * noise})


def small_panel():
    """24 units in 8 clusters over 8 periods, the same as in tests/effect_panel.py."""
    i, t = (a.ravel() for a in np.indices((24, 8)))
    p = pd.DataFrame(
        {"id": i, "t": t, "cl": i // 3, "d": ((i % 3 == 0) & (t >= 5)) * 1.0, "x": (i * 31 + t * 17) % 23 / 5}
    )
    p["y"] = 10 + (i * 7) % 11 + 0.3 * t + 1.5 * p["d"] + 0.4 * p["x"] + (i * 41 + t * t * 29) % 37 / 9
    p["y"] += (p["cl"] * 5) % 7 * (t >= 5) / 3
    return p


def quiet():
    """A place for what the packages print."""
    return contextlib.redirect_stdout(io.StringIO())


def synthetic():
    """Synthetic control."""
    digest("waste", (MIRAI / "waste_monthly.csv").read_bytes())
    from pysyncon import Synth

    waste = pd.read_csv(MIRAI / "waste_monthly.csv")
    waste["grams"] = (
        1000 * waste["burnable_kg"] / waste["population"] / pd.PeriodIndex(waste["month"], freq="M").days_in_month
    )
    waste["recycled"] = waste["recyclables_kg"] / waste["population"]
    waste["t"] = waste["month"].rank(method="dense").astype(int) - 1
    towns = sorted(waste["municipality"].unique())
    others = [n for n in towns if n != "みらい市"]
    wide = waste.pivot(index="t", columns="municipality", values="grams")

    def mix(name, rows):
        """Synth divides every row by its spread among all towns; custom_V undoes that."""
        with quiet():
            model = Synth()
            model.fit(X0=rows[others], X1=rows["みらい市"], Z0=wide.loc[:41, others], Z1=wide.loc[:41, "みらい市"],
                      custom_V=rows.var(axis=1).to_numpy())  # fmt: skip
        say(f"{name}_weights", model.W)
        gap = wide["みらい市"].to_numpy() - wide[others].to_numpy() @ model.W
        say(name, gap[42:].mean(), np.sqrt(np.mean(gap[:42] ** 2)))

    course = wide.loc[:41]
    mix("synthetic", course)
    traits = waste[waste["t"] < 42].groupby("municipality")[["population", "recycled"]].mean().T
    traits = traits.div(traits.std(axis=1), axis=0)
    mix(
        "synthetic_predictors",
        pd.concat([course / (course.std(axis=1).mean() * np.sqrt(42)), traits], ignore_index=True),
    )


def discontinuity():
    """Regression discontinuity."""
    import rdrobust

    for name, n, curve in (("line", 1000, 0), ("sine", 3000, 1), ("cubic", 800, 2)):
        data = jumps(n, curve)
        digest(name, np.round(data.to_numpy(), 9).tobytes())
        with quiet():
            given = rdrobust.rdrobust(data["y"], data["x"], h=0.4, b=0.6)
            own = rdrobust.rdrobust(data["y"], data["x"])
        for label, r in (("given", given), ("own", own)):
            say(f"{name}_{label}", r.coef.to_numpy()[[0, 1]], r.se.to_numpy()[[0, 2]], r.bws.to_numpy()[:, 0])
    heaped = jumps(2000, 1)
    heaped["x"] = np.round(heaped["x"] * 30)
    digest("heaped", np.round(heaped.to_numpy(), 9).tobytes())
    with quiet():
        r = rdrobust.rdrobust(heaped["y"], heaped["x"], h=12, b=18, masspoints="off")
    say("heaped_given", r.coef.to_numpy()[[0, 1]], r.se.to_numpy()[[0, 2]])


def wild():
    """Wild cluster bootstrap: all 2^8 sign combinations."""
    import statsmodels.formula.api as smf
    from wildboottest.wildboottest import wildboottest

    panel = small_panel()
    digest("panel", np.round(panel[["y", "x"]].to_numpy(), 9).tobytes())
    model = smf.ols("y ~ d + x + C(id) + C(t)", data=panel)
    with quiet():
        boot = wildboottest(
            model, param="d", cluster=panel["cl"], B=9999, weights_type="rademacher", bootstrap_type="11", seed=1
        )
    say("wild_signs", boot["p-value"])
    with quiet():
        boot = wildboottest(
            model, param="d", cluster=panel["cl"], B=99999, weights_type="webb", bootstrap_type="11", seed=1
        )
    say("wild_webb", boot["p-value"])


def starts():
    """Different starts."""
    from csdid.att_gt import ATTgt

    digest("points", (MIRAI / "points.csv").read_bytes())
    points = pd.read_csv(MIRAI / "points.csv")
    points["t"] = points["month"].rank(method="dense").astype(int)
    points["g"] = points["wave"].map({"first": 7, "second": 10, "never": 0})
    points["n"] = points["user_id"].rank(method="dense").astype(int)
    with quiet(), contextlib.redirect_stderr(io.StringIO()):
        gt = ATTgt(yname="steps", gname="g", idname="n", tname="t", data=points, control_group=["notyettreated"],
                   xformla="steps ~ 1").fit(est_method="reg", base_period="universal")  # fmt: skip
        simple = gt.aggte("simple", bstrap=False, cband=False).atte
        dynamic = gt.aggte("dynamic", bstrap=False, cband=False).atte
    say("starts", simple["overall_att"], simple["overall_se"])
    say("starts_relative", dynamic["egt"])
    say("starts_dynamic", dynamic["att_egt"])
    say("starts_dynamic_se", np.nan_to_num(np.array(dynamic["se_egt"], dtype=float)))


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    for part in (synthetic, discontinuity, wild, starts):
        part()
