# /// script
# requires-python = ">=3.11"
# dependencies = ["pycanon==1.3.6"]
# ///
"""pycanon's k, l and t of the sample town's check-ups; printed with a digest of the file they were computed from.

Run it by hand: uv run --no-project --script tests/oracles/privacy_pycanon.py > tests/oracles/privacy_pycanon.txt
"""

import hashlib
from pathlib import Path


def main():
    import pandas as pd
    from pycanon import anonymity

    file = Path(__file__).resolve().parents[2] / "datasets" / "mirai" / "checkups.csv"
    data = pd.read_csv(file)
    data = data[data["hba1c"].notna()].reset_index(drop=True)
    data["decade"] = data["age"] // 10
    by = ["office", "sex", "decade"]
    print("digest", hashlib.sha256(file.read_bytes()).hexdigest()[:16])
    print("k", anonymity.k_anonymity(data, by))
    print("distinct_l", anonymity.l_diversity(data, by, ["guidance"]))
    print("entropy_l", anonymity.entropy_l_diversity(data, by, ["guidance"]))
    print("t_ordered", repr(float(anonymity.t_closeness(data, by, ["hba1c"]))))
    print("t_equal", repr(float(anonymity.t_closeness(data, by, ["guidance"]))))


if __name__ == "__main__":
    main()
