"""Five principles as a checklist for any page: what a machine can see in its HTML, and what only people can say."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path

import pandas as pd
import yaml

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError

DONE, NOT_YET, PEOPLE = "できている", "まだ", "人が確かめる"
_OUTSIDE = re.compile(r"^(https?:)?//")
_DATE = re.compile(r"(20\d\d|令和\s*\d+|R\d+)\s*(年|[-/.])\s*\d{1,2}\s*(月|[-/.])?")
_PHONE = re.compile(r"(電話|TEL|Tel|☎|Phone)[^0-9０-９]{0,12}[0-9０-９(（]")


def checklist(page: str | Path) -> Analysis:
    """Look at a page by five principles: 利用者の視点, だれ一人取り残さない, 国際, 開く, みんなで作る.

    page
        A page made by :func:`build` (its Japanese one is looked at), the path of an HTML file (any page, saved from a
        browser), or HTML text.

    Table, one row a point: ``principle, point, result`` (できている, まだ, 人が確かめる), ``found`` (what was seen),
    ``fix`` (where it is まだ).  Value: how many points are まだ.  Figures: ``done, not_yet, people``.
    Principles: those of the code of conduct of 東京都's 新型コロナウイルス感染症対策サイト (2020), in our own words.
    Errors: no_page, not_a_page.
    Checked against a page spoilt in each of the points.
    When not to use: as proof of accessibility (JIS X 8341-3): a machine sees a part of it, and of a saved page only
    what was saved.  Let people who need it use the page.

    >>> import dataacademy as da
    >>> only = da.status_page.example().only("patients")
    >>> site = da.status_page.build(only, tables={"covid_daily": da.load("covid_daily")})
    >>> checklist(site).figures
    {'done': 18, 'not_yet': 0, 'people': 6}
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(_html(page), "html.parser")
    if soup.find() is None:
        raise DataAcademyError(
            "not_a_page",
            "HTML のページではありません。",
            "Not an HTML page.",
            fix="ブラウザの「名前を付けてページを保存」で保存した .html のファイルを渡してください。",
            fix_en="Pass an .html file saved from a browser.",
        )
    rows = []
    for group in _principles():
        for point in group["points"]:
            if "fix" not in point:
                rows.append((group["principle"], point["text"], PEOPLE, "", ""))
                continue
            good, found = _POINTS[point["id"]](soup)
            fix = "" if good else point["fix"]
            rows.append((group["principle"], point["text"], DONE if good else NOT_YET, found, fix))
    table = pd.DataFrame(rows, columns=["principle", "point", "result", "found", "fix"])
    n = {result: int((table["result"] == result).sum()) for result in (DONE, NOT_YET, PEOPLE)}
    return Analysis(
        table,
        n[NOT_YET],
        f"機械で見た {n[DONE] + n[NOT_YET]} 項目のうち、{n[DONE]} 項目ができています（まだ {n[NOT_YET]} 項目）。"
        f"残りの {n[PEOPLE]} 項目は、人が確かめます。",
        f"{n[DONE]} of {n[DONE] + n[NOT_YET]} points seen by a machine are done; {n[PEOPLE]} are for people.",
        used={"項目": len(table)},
        figures={"done": n[DONE], "not_yet": n[NOT_YET], "people": n[PEOPLE]},
    )


@cache
def _principles() -> list[dict]:
    source = resources.files("dataacademy.status_page").joinpath("checklist.yml").read_text(encoding="utf-8")
    return yaml.load(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _html(page) -> str | bytes:
    pages = getattr(page, "html", None)
    if isinstance(pages, dict):
        return pages["ja"]
    if isinstance(page, str) and "<" in page:
        return page
    path = Path(page)
    if not path.is_file():
        raise DataAcademyError(
            "no_page",
            f"ページのファイル「{path.name}」がありません。",
            f"{path.name} does not exist.",
            fix="ファイルの名前と、置いた場所を確かめてください。https で始まるアドレスは読みにいきません。",
            fix_en="Check its name and folder; addresses are not fetched.",
        )
    return path.read_bytes()  # its encoding stands in the page, and is found there


def _text(soup) -> str:
    """What is read on the page, without the readings above words; a word in pieces (ruby) stays one."""
    read = [s for s in (soup.body or soup).strings if s.parent.name not in ("script", "style", "rt", "rp")]
    inside = [s.parent.name == "ruby" for s in read]
    return "".join(s if at and (inside[at] or inside[at - 1]) else f"\n{s}" for at, s in enumerate(read))


def _title(soup):
    title, heads = soup.title.get_text(strip=True) if soup.title else "", soup.find_all("h1")
    return len(title) >= 4 and len(heads) == 1, f"題名「{title[:30]}」、大見出し {len(heads)} 個"


def _dated(soup):
    found = soup.find("time") or _DATE.search(_text(soup))
    return bool(found), "日付があります" if found else "日付が見つかりません"


def _phone_screen(soup):
    meta = soup.find("meta", attrs={"name": "viewport"})
    said = meta.get("content", "").replace(" ", "") if meta else ""
    fixed = re.search(r"user-scalable=(no|0)|maximum-scale=1(\.0)?(,|$)", said)
    return "width=device-width" in said and not fixed, said or "viewport がありません"


def _language(soup):
    lang = (soup.html.get("lang") or "") if soup.html else ""
    return bool(re.match(r"^[a-z]{2,3}(-|$)", lang)), f"lang={lang}" if lang else "lang がありません"


def _pictures(soup):
    named = ("aria-label", "aria-labelledby", "alt")
    silent = [img for img in soup.find_all("img") if img.get("alt") is None]
    for svg in soup.find_all("svg"):
        hidden = svg.get("aria-hidden") == "true" or svg.get("role") == "presentation"
        if not hidden and not svg.find("title") and not any(svg.get(key) for key in named):
            silent.append(svg)
    silent += [c for c in soup.find_all("canvas") if not c.get_text(strip=True) and not c.get("aria-label")]
    return not silent, f"説明のない絵が {len(silent)} 個" if silent else "説明のない絵はありません"


def _charts(soup):
    charts = [
        x for x in soup.find_all(["svg", "canvas"]) if x.get("aria-hidden") != "true" and x.find_parent("svg") is None
    ]
    charts += soup.select("figure img")
    alone = 0
    for chart in charts:
        room = chart.find_parent(["section", "article", "figure", "main", "body"])
        while room is not None and room.name == "figure" and room.find("table") is None:
            room = room.find_parent(["section", "article", "main", "body"])
        alone += room is None or room.find("table") is None
    return not alone, f"グラフ {len(charts)} 個、表のないもの {alone} 個"


def _headings(soup):
    levels = [int(h.name[1]) for h in soup.find_all(re.compile(r"^h[1-6]$"))]
    jumps = [b for a, b in zip([0, *levels], levels, strict=False) if b > a + 1]
    return bool(levels) and not jumps, f"見出し {len(levels)} 個、飛んだ所 {len(jumps)} か所"


def _tables(soup):
    tables = [t for t in soup.find_all("table") if t.get("role") not in ("presentation", "none")]
    bare = [t for t in tables if t.find("th") is None]
    return not bare, f"表 {len(tables)} 個、見出しのないもの {len(bare)} 個"


def _keyboard(soup):
    first = (soup.body or soup).find("a", href=True)
    target = first["href"][1:] if first and first["href"].startswith("#") else ""
    skip = bool(target) and soup.find(id=target) is not None
    ahead = [x for x in soup.find_all(tabindex=True) if re.fullmatch(r"\s*[1-9]\d*\s*", x["tabindex"])]
    mouse = [x for x in soup.find_all(onclick=True) if x.name not in ("a", "button", "input", "summary")]
    mouse = [x for x in mouse if not x.get("tabindex")]
    told = [] if skip else ["「本文へ」のリンクがありません"]
    told += [f"順番を変えたもの {len(ahead)} 個"] * bool(ahead) + [f"マウスでしか押せないもの {len(mouse)} 個"] * bool(
        mouse
    )
    return not told, "、".join(told) or "本文へ進めます"


def _alone(soup):
    parts = [
        (x, x.get("src") or x.get("data") or "") for x in soup.find_all(["script", "img", "iframe", "video", "object"])
    ]
    rels = ({"stylesheet"}, {"preload"}, {"icon"}, {"preconnect"})
    parts += [(x, x.get("href", "")) for x in soup.find_all("link") if any(r <= set(x.get("rel", [])) for r in rels)]
    outside = [address for _, address in parts if _OUTSIDE.match(address)]
    outside += re.findall(
        r"(?:@import\s+|url\()[\"']?(?:https?:)?//", " ".join(s.get_text() for s in soup.find_all("style"))
    )
    return not outside, f"外から読む部品が {len(outside)} 個" if outside else "外から読む部品はありません"


def _telephone(soup):
    found = soup.select_one('a[href^="tel:"]') or _PHONE.search(_text(soup))
    return bool(found), "電話番号があります" if found else "電話番号が見つかりません"


def _english(soup):
    own = (soup.html.get("lang") or "ja")[:2] if soup.html else "ja"
    links = [a for a in soup.find_all("a", href=True) if (a.get("hreflang") or a.get("lang") or own)[:2] != own]
    links += [a for a in soup.find_all("a", href=True) if re.search(r"English|Foreign|中文|한국어", a.get_text())]
    return bool(links), f"ほかの言語へのリンク {len(set(map(id, links)))} 個"


def _easy(soup):
    found = [a for a in soup.find_all("a", href=True) if "やさしい" in _text(a)]
    return bool(found), "リンクがあります" if found else "リンクが見つかりません"


def _data(soup):
    files = [a["href"] for a in soup.find_all("a", href=True)]
    files = [f for f in files if re.search(r"\.(json|csv|xlsx?|geojson|tsv|ods)(\?|$)", f, re.IGNORECASE)]
    return bool(files), f"数のファイル {len(files)} 個"


def _words(pattern: str, name: str):
    def look(soup):
        found = re.search(pattern, _text(soup))
        return bool(found), f"「{found[0]}」とあります" if found else f"{name}が見つかりません"

    return look


_POINTS = {
    "title": _title,
    "dated": _dated,
    "phone_screen": _phone_screen,
    "language": _language,
    "pictures": _pictures,
    "charts": _charts,
    "headings": _headings,
    "tables": _tables,
    "keyboard": _keyboard,
    "alone": _alone,
    "telephone": _telephone,
    "english": _english,
    "easy": _easy,
    "data": _data,
    "licence": _words(
        r"CC[ -]?BY|クリエイティブ・コモンズ|利用条件|利用規約|使うときの\s*決まり|ライセンス|[Ll]icen[cs]e", "利用条件"
    ),
    "source": _words(r"出典|資料：|出した\s*ところ|Source", "出典"),
    "corrected": _words(r"訂正|なおした|[Cc]orrect(ed|ion)", "訂正の欄"),
    "tell": _words(
        r"お知らせください|ご意見|お問い?合わせ|問合せ|教えて\s*ください|ご連絡|[Cc]ontact|tell us", "知らせ先"
    ),
}
