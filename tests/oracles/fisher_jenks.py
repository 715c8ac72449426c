# /// script
# requires-python = ">=3.11"
# dependencies = ["mapclassify==2.10.0"]
# ///
"""Fisher-Jenks by mapclassify: upper bounds and sums of squares within the classes, of which ours must not be worse.

Run by hand: uv run --no-project --script tests/oracles/fisher_jenks.py > tests/oracles/fisher_jenks.txt
The largest takes about a minute (without numba), so CI compares with the printed result; the digest says of what.
"""

import hashlib
import json
import warnings
from pathlib import Path

import numpy as np

warnings.simplefilter("ignore")
import mapclassify  # noqa: E402

TOWN = Path(__file__).resolve().parents[2] / "datasets" / "mirai" / "areas.geojson"


def within(values, groups):
    return sum(float(((values[groups == g] - values[groups == g].mean()) ** 2).sum()) for g in np.unique(groups))


features = [feature["properties"] for feature in json.loads(TOWN.read_text(encoding="utf-8"))["features"]]
data = {
    "population": np.array([f["population"] for f in features], float),
    "households": np.array([f["households"] for f in features], float),
    "skewed_300": np.random.default_rng(5).lognormal(6, 1, 300).round(2),
    "skewed_5000": np.random.default_rng(20).lognormal(6, 1, 5_000).round(2),
}
text = json.dumps({name: values.tolist() for name, values in data.items()})
print("digest", hashlib.sha256(text.encode()).hexdigest())
print("mapclassify", mapclassify.__version__)
for name, values in data.items():
    for k in (3, 5, 7) if len(values) < 1000 else (5,):
        found = mapclassify.FisherJenks(values, k=k)
        print(name, k, f"{within(values, found.yb):.6f}", *(f"{bound:.6g}" for bound in found.bins))
