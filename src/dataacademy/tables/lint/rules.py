"""The rules: what is asked of a table that a machine is to read.  Their texts stand in ``rules.yml``.

``check`` is the number of the check in 総務省「統計表における機械判読可能なデータの表記方法の統一ルール」
(2020-12), "" where a rule is none of its fifteen.  The texts are our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import yaml


@dataclass(frozen=True)
class Rule:
    """One kind of problem.

    kind
        The key that notes carry.
    level
        ``error``: used as it is, a figure (or a place) goes wrong; ``warning``: people read it, machines do not.
    title, why, fix
        The rule, why it matters, how to mend a breach (Japanese); ``en`` is the title and ``fix_en`` the fix in
        English.
    """

    kind: str
    level: str
    title: str
    why: str
    fix: str
    en: str
    fix_en: str
    check: str = ""

    @property
    def name(self) -> str:
        """The rule as reports show it.

        >>> RULES["merged_cells"].name, RULES["swapped"].name
        ('1-4 セルを結合しない', '緯度と経度を取り違えない')
        """
        return f"{self.check} {self.title}".strip()


def _rules() -> dict[str, Rule]:
    text = files(__package__).joinpath("rules.yml").read_text(encoding="utf-8")
    return {kind: Rule(kind, **texts) for kind, texts in yaml.safe_load(text).items()}


RULES = _rules()
