"""Units, cases and months made by whole-number arithmetic (the same as in oracles/did.R and oracles/its.R)."""

from __future__ import annotations

import numpy as np
import pandas as pd


def panel(units: int = 24) -> pd.DataFrame:
    """``units`` × 8 periods: id, t (0–7), clusters cl of three units, treated, value y, covariate x, weight w."""
    i, t = (a.ravel() for a in np.indices((units, 8)))
    p = pd.DataFrame({"id": i, "t": t, "cl": i // 3, "treated": i % 3 == 0, "x": (i * 31 + t * 17) % 23 / 5})
    p["y"] = (
        10 + (i * 7) % 11 + 0.3 * t + 1.5 * (p["treated"] & (t >= 5)) + 0.4 * p["x"] + (i * 41 + t * t * 29) % 37 / 9
    )
    p["y"] += (p["cl"] * 5) % 7 * (t >= 5) / 3
    p["w"] = 1.0 + (i * 13) % 5
    return p


def cases() -> pd.DataFrame:
    """600 separate cases: month, treated, after, office cl (12), covariate x, kind g, value y."""
    i = np.arange(600)
    c = pd.DataFrame(
        {"month": (i * 7) % 10, "cl": i % 12, "x": (i * 37) % 101 / 10, "g": np.array(list("abc"))[(i * i) % 7 % 3]}
    )
    c["treated"] = c["cl"] < 5
    c["after"] = c["month"] >= 6
    c["y"] = (
        20 + c["x"] / 3 + 2.0 * (c["g"] == "b") - 1.2 * (c["treated"] & c["after"]) + (i * 71) % 97 / 20 + c["cl"] % 4
    )
    return c


def months() -> pd.DataFrame:
    """60 months from 2019-04: month, y with trend, season, jump and bend at 2022-04, and the untouched z."""
    t = np.arange(60)
    month = [f"{2019 + (k + 3) // 12}-{(k + 3) % 12 + 1:02d}" for k in t]
    y = 100 - 0.5 * t + (t % 12 * 5) % 12 - 8 * (t >= 36) - 0.4 * (t - 36) * (t >= 36) + (t * t * 17) % 29 / 6
    return pd.DataFrame({"month": month, "t": t, "y": y, "z": 90 - 0.4 * t + (t % 12 * 5) % 12 + (t * 23) % 31 / 8})


def jumps(n: int, curve: int) -> pd.DataFrame:
    """``n`` persons: running x in −1…1, value y with a jump at 0 on one of three curves."""
    i = np.arange(1, n + 1)
    x = 2 * ((i * i * 0.6180339887498949) % 1) - 1
    noise = 3 * ((i * 0.4142135623730951) % 1 + (i * 0.7320508075688772) % 1 - 1)
    line = (x, np.sin(3 * x) + x**2, np.exp(x) - 2 * x**3)[curve]
    return pd.DataFrame({"x": x, "y": line + (0.5, 0.4, 1.0)[curve] * (x >= 0) + 0.4 * noise})
