"""Logic models: what is drawn, what is said of it, and what an instructor would say about the chain."""

from __future__ import annotations

import matplotlib
import pandas as pd
import pytest
from matplotlib import pyplot
from matplotlib.patches import FancyBboxPatch

from dataacademy import DataAcademyError, charts, effect, tables
from dataacademy.effect.chain import read_chain
from dataacademy.effect.logic import LETTERS, _wrap
from dataacademy.labels import LABELS
from dataacademy.styling import width_of

WHOLE = [
    {"id": "人手", "stage": "インプット", "text": "保健師2人", "to": "電話"},
    {"id": "電話", "stage": "活動", "text": "受けていない人に電話をかける", "to": ["通話"]},
    {"id": "通話", "stage": "アウトプット", "text": "つながった電話", "indicator": "通話の件数（月）",
     "to": [{"to": "受診", "assumption": "忘れていた人が多い", "indicator": "予約した人の割合"}]},
    {"id": "受診", "stage": "初期アウトカム", "text": "健診を受ける人が増える", "indicator": "受診率（年度）",
     "to": "治療", "assumption": "医療につながる"},
    {"id": "治療", "stage": "middle", "text": "高血圧の人が治療を続ける", "indicator": "服薬中の人の割合",
     "to": "脳卒中", "assumption": "治療が続く"},
    {"id": "脳卒中", "stage": "final", "text": "脳卒中で倒れる人が減る", "indicator": "救急搬送の件数（年）"},
]  # fmt: skip


def without(id: str, **changes) -> list[dict]:
    """The whole chain with one box changed (None: the key taken out)."""
    return [{k: v for k, v in (box | (changes if box["id"] == id else {})).items() if v is not None} for box in WHOLE]


def kinds(chain) -> list[str]:
    return [note.kind for note in effect.check_logic_model(chain).notes]


@pytest.fixture
def ax():
    drawn = effect.logic_model(WHOLE, title="受診の呼びかけ", source="国保年金課")
    yield drawn
    pyplot.close(drawn.figure)


def test_every_box_and_every_link_is_drawn(ax):
    assert len([p for p in ax.patches if isinstance(p, FancyBboxPatch)]) == 6
    assert len([t for t in ax.texts if t.get_gid() == "link"]) == 5
    words = "".join(t.get_text().replace("\n", "") for t in ax.texts if t.get_gid() == "box")
    for box in WHOLE:
        assert box["text"] in words and box.get("indicator", "") in words
    notes = next(t.get_text() for t in ax.texts if t.get_gid() == "source")
    assert "① 前提：忘れていた人が多い　指標：予約した人の割合" in notes and "③ 前提：治療が続く" in notes
    assert "破線" not in notes and "出典：国保年金課" in notes


def test_boxes_lie_inside_beside_each_other_and_hold_their_words(ax):
    ax.figure.draw_without_rendering()
    boxes = [p.get_window_extent() for p in ax.patches]
    texts = [t.get_window_extent() for t in ax.texts if t.get_gid() == "box"]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    for box, text in zip(boxes, texts, strict=True):
        assert box.x0 <= text.x0 and text.x1 <= box.x1 and box.y0 <= text.y0 and text.y1 <= box.y1
    assert [b.x0 for b in boxes] == sorted(b.x0 for b in boxes)  # from input on the left to outcome on the right
    assert ax.figure.bbox.containsx(boxes[-1].x1)


def test_crowded_stages_do_not_overlap():
    crowd = [{"stage": "活動", "text": f"{i} 番目の、少し長い名前の活動をする", "to": "よくなる"} for i in range(9)]
    ax = effect.logic_model([*crowd, {"stage": "最終アウトカム", "text": "よくなる"}])
    ax.figure.draw_without_rendering()
    boxes = [p.get_window_extent() for p in ax.patches]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    pyplot.close(ax.figure)


def test_an_outcome_without_indicator_has_a_broken_edge():
    ax = effect.logic_model(without("治療", indicator=None))
    assert [p.get_linestyle() != "-" and p.get_linestyle() != "solid" for p in ax.patches] == [False] * 4 + [
        True,
        False,
    ]
    assert "破線の箱は" in next(t.get_text() for t in ax.texts if t.get_gid() == "source")
    pyplot.close(ax.figure)


def test_it_is_read_aloud_and_the_linter_finds_nothing(ax):
    said = charts.alt(ax)
    assert said.startswith("ロジックモデル「受診の呼びかけ」。インプットは「保健師2人」。")
    assert "初期アウトカムは「健診を受ける人が増える」（指標：受診率（年度））" in said
    assert "「つながった電話」から「健診を受ける人が増える」" in said
    assert charts.lint(ax) == [] and charts.missing_glyphs(ax.figure) == []


def test_the_readers_own_axes_and_settings_stay_theirs():
    before = dict(matplotlib.rcParams)
    figure, own = pyplot.subplots()
    assert effect.logic_model(WHOLE, ax=own) is own
    assert dict(matplotlib.rcParams) == before
    pyplot.close(figure)


@pytest.mark.parametrize(
    "text", ["受診", "健診を受ける人が増える、そして続ける", "KPI dashboard を見る人（月）", "あ" * 60]
)
def test_words_are_wrapped_without_loss(text):
    lines = _wrap(text)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width_of(line) <= LETTERS + 1 for line in lines)
    assert not any(line[0] in "、。）」" or line[-1] in "（「" for line in lines)


# --- the table, there and back ----------------------------------------------------------------------------------------


def test_the_table_is_the_chain(tmp_path):
    found = effect.check_logic_model(WHOLE)
    assert found.value == 0 and found.notes == () and "見つかりません" in found.sentence
    assert [c for c in found.table.columns if c not in LABELS] == []
    again = effect.check_logic_model(found.table)
    pd.testing.assert_frame_equal(again.table, found.table)
    found.table.to_csv(tmp_path / "chain.csv", index=False)
    read = effect.check_logic_model(tables.read(tmp_path / "chain.csv").data)
    pd.testing.assert_frame_equal(read.table, found.table)


def test_a_box_with_two_links_has_two_rows():
    chain = read_chain(without("電話", to=[{"to": "通話"}, {"to": "受診", "assumption": "直接"}]))
    rows = chain.table[chain.table["id"] == "電話"]
    assert rows[["to", "assumption"]].values.tolist() == [["通話", ""], ["受診", "直接"]]
    assert read_chain(chain.table).links == chain.links


# --- what an instructor would say -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "chain"),
    [
        ("missing_stage", WHOLE[1:]),
        ("missing_stage", without("通話", to=None)[:3]),
        ("dead_end", without("電話", to=None)),
        ("no_cause", without("電話", to=None)),
        ("no_indicator", without("治療", indicator=None)),
        ("no_assumption", without("受診", assumption=None)),
        ("output_as_outcome", without("受診", text="受診のチラシを3,000部配布した")),
        ("output_as_outcome", without("受診", text="講座の参加者数")),
        ("outcome_as_output", without("通話", text="受診率の向上")),
        ("leap", without("電話", to=["通話", "治療"])),
    ],
)
def test_each_mistake_is_named(kind, chain):
    assert kind in kinds(chain) and kind not in kinds(WHOLE)
    note = next(n for n in effect.check_logic_model(chain).notes if n.kind == kind)
    assert note.ja and note.en and note.fix and note.fix_en and "{" not in note.ja + note.en + note.fix


# --- bad input --------------------------------------------------------------------------------------------------------

CASES = [
    ("not_a_chain", "電話をかける", "箱のリストか表"),
    ("not_a_chain", [["活動", "電話"]], "箱のリストか表"),
    ("no_rows", [], "箱が一つもありません"),
    ("unknown_choice", without("電話", stage="活働"), "もしかして「活動」"),
    ("unknown_choice", without("電話", to="通詰"), "もしかして「通話」"),
    ("empty_box", without("電話", text=" "), "2 番目の箱に内容"),
    ("empty_box", without("電話", stage=None), "2 番目の箱に段階"),
    ("duplicate", [*WHOLE, {"id": "電話", "stage": "活動", "text": "手紙を送る"}], "ちがう内容"),
    ("backwards", without("治療", to="受診"), "流れが逆"),
    ("backwards", without("治療", to="治療"), "流れが逆"),
    (
        "circle",
        [*WHOLE, {"stage": "活動", "text": "a", "to": "b"}, {"stage": "活動", "text": "b", "to": "a"}],
        "ひと回り",
    ),
    ("too_many_boxes", [{"stage": "活動", "text": f"{i}"} for i in range(41)], "41 あります"),
    ("unknown_column", pd.DataFrame({"段階": ["活動"], "text": ["a"]}), "stage"),
]


@pytest.mark.parametrize(("kind", "chain", "words"), CASES, ids=[f"{i}-{c[0]}" for i, c in enumerate(CASES)])
def test_bad_input_has_its_own_message(kind, chain, words):
    for function in (effect.logic_model, effect.check_logic_model):
        with pytest.raises(DataAcademyError) as caught:
            function(chain)
        note = caught.value.note
        assert note.kind == kind, str(note)
        assert words in str(note), str(note)
        assert note.ja and note.en and note.fix and note.fix_en
    assert pyplot.get_fignums() == []
