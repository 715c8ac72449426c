"""Texts as words: the first step of every analysis, made once and handed on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.finding import Finding
from dataacademy.text.inputs import texts_of
from dataacademy.text.reader import PARTS, WIDTH, Reader, Token, plain_text


@dataclass(frozen=True)
class Tokens(Finding):
    """The words of texts.

    documents
        The rows of the table that have a text, with all their columns.
    column
        The column the texts are in.
    reader
        How the texts were read; words asked for later are read in the same way.
    place_of
        For every row of ``table``, which of the documents it is from (0, 1, …).
    names
        For every normalized form, the word it is shown as: its most frequent spelling.
    """

    documents: Any = None
    column: str = ""
    reader: Any = None
    place_of: Any = None
    names: Any = None

    @property
    def words(self) -> pd.Index:
        """The different words; the columns of :meth:`matrix`."""
        return self.table["word"].cat.categories

    def matrix(self, *, within: str = "document"):
        """What stands where: sparse booleans, documents (or sentences with a word) × words."""
        from scipy.sparse import csr_array

        rows, count = self.place_of, len(self.documents)
        if within == "sentence":
            pairs = np.column_stack([rows, self.table["sentence"].to_numpy()])
            rows = np.unique(pairs, axis=0, return_inverse=True)[1].ravel() if len(pairs) else rows
            count = int(rows.max()) + 1 if len(rows) else 0
        codes = self.table["word"].cat.codes.to_numpy()
        cells = csr_array((np.ones(len(codes), dtype=np.int32), (rows, codes)), shape=(count, len(self.words)))
        cells.sum_duplicates()
        cells.data[:] = 1
        return cells

    def word_of(self, written: str) -> str:
        """The word in ``table`` that is meant by ``written``, in any spelling; an empty string if there is none."""
        return self.names.get(self.reader.form_of(written), "")

    def text_of(self, place: int) -> str:
        """The text of a document in the form in which its words were found."""
        return plain_text(self.documents[self.column].iloc[place])


def tokenize(
    data: pd.DataFrame,
    *,
    text: str,
    words: Iterable[str] = (),
    synonyms: Mapping[str, Iterable[str]] | None = None,
    stop_words: Iterable[str] = (),
    keep: Iterable[str] = (),
    compounds: bool = False,
    parts: Iterable[str] = PARTS,
) -> Tokens:
    """Cut the texts of a column into words (SudachiPy, longest units); spellings of one word are one word.

    text
        The column of texts.
    words
        Own words that are to stay in one piece although the dictionary does not know them: ``["空き店舗"]``.
    synonyms
        Spellings and synonyms that are one word: ``{"子ども": ["子供", "子供達"]}``.  Spellings that the dictionary
        knows (買物, 買いもの → 買い物; バスターミナル in half width) are one word anyway.
    stop_words, keep
        Words not to count besides :data:`STOP_WORDS` (する, こと, …); words of that list to count nevertheless.
    compounds
        Whether nouns in a row are one word (子育て支援センター).
    parts
        Parts of speech that are counted: 名詞, 動詞, 形容詞, 形容動詞; also 副詞, 代名詞, 感動詞, 連体詞, 接続詞.

    Table, one row a word: ``document`` (label of the row in ``data``), ``sentence``, ``place`` (in morphemes, from 0),
    ``word`` (in its form of the dictionary, in the most frequent spelling), ``surface`` (as written), ``part``.  Value:
    the number of words.  ``.documents``: the rows with a text.
    Names of people, numbers, counters after numbers, e-mail and web addresses are never counted.

    Errors: not_text, all_missing, unknown_column, not_a_word, two_synonyms, no_words, no_text_package.
    Checked against SudachiPy's own output, morpheme by morpheme.
    When not to use: to judge single answers: negation is lost (困らない is counted as 困る); read them with
    :func:`kwic`.

    >>> import dataacademy as da
    >>> tokens = tokenize(da.load("survey"), text="q12", words=["空き店舗"])
    >>> len(tokens.documents) > 500, "空き店舗" in tokens.words
    (True, True)
    >>> tokenize(pd.DataFrame({"意見": ["買物が不便で、買いものに困る。"]}), text="意見").table["word"].tolist()
    ['買い物', '不便', '買い物', '困る']
    """
    used, left_out = texts_of(data, text)
    reader = Reader(words, synonyms, stop_words, keep, compounds, parts)
    which, different = pd.factorize(used[text].to_numpy(dtype=object))
    flat: list = []
    ends, people = np.zeros((2, len(different)), dtype=np.int64)
    for k, one in enumerate(different):
        reader.scan(plain_text(one), flat)
        ends[k], people[k] = len(flat) // WIDTH, reader.people
    table, place_of, names = _table(flat, ends, which, used.index)
    if table.empty:
        raise DataAcademyError(
            "no_words",
            f"列「{text}」の文章から、数える言葉が一つも見つかりませんでした。",
            f"No word to count was found in column {text!r}.",
            fix="品詞（parts=）と、数えない言葉（stop_words=）を確かめてください。",
            fix_en="Check parts= and stop_words=.",
            column=str(text),
        )
    passed = int(np.diff(people, prepend=0)[which].sum())
    if passed:
        left_out += (f"人の名前らしい言葉 {passed:,} 個（個人が分かるので数えません）",)
    kinds = table["word"].nunique()
    return Tokens(
        table,
        len(table),
        f"{len(used):,} 件の記述を、{len(table):,} 語（{kinds:,} 種類）に分けました。",
        f"{len(used):,} texts hold {len(table):,} words ({kinds:,} different ones).",
        used={"記述": len(used)},
        left_out=left_out,
        documents=used,
        column=text,
        reader=reader,
        place_of=place_of,
        names=names,
    )


def _table(
    flat: list, ends: np.ndarray, which: np.ndarray, index: pd.Index
) -> tuple[pd.DataFrame, np.ndarray, dict[str, str]]:
    """The tokens of every document, from those of the different texts (``ends`` in ``flat``); and the words' names."""
    lengths = np.diff(ends, prepend=0)
    counts = lengths[which]
    place_of = np.repeat(np.arange(len(which)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    at = np.repeat((ends - lengths)[which], counts) + within

    def coded(field: str) -> tuple[np.ndarray, np.ndarray]:
        words = np.array(flat[Token._fields.index(field) :: WIDTH], dtype=object)
        codes, values = pd.factorize(words, sort=True)
        return codes[at], values

    def numbers(field: str) -> np.ndarray:
        return np.array(flat[Token._fields.index(field) :: WIDTH], dtype=np.int32)[at]

    forms, values = coded("form")
    names = _names(forms, values, *coded("base"))
    order = np.argsort([names[form] for form in values], kind="stable")  # categories stand in the order of the names
    words = np.argsort(order)[forms] if len(order) else forms
    shown = pd.Index([names[values[k]] for k in order], dtype="str")
    table = {"document": index[place_of], "sentence": numbers("sentence"), "place": numbers("place")}
    table["word"] = pd.Categorical.from_codes(words, categories=shown)
    for field in ("surface", "part"):
        codes, categories = coded(field)
        table[field] = pd.Categorical.from_codes(codes, categories=pd.Index(categories, dtype="str"))
    return pd.DataFrame(table), place_of, names


def _names(forms: np.ndarray, values: np.ndarray, bases: np.ndarray, spellings: np.ndarray) -> dict[str, str]:
    """The word each form is shown as: as most people spell it, unless no spelling leads or it is another form's."""
    pairs, counts = np.unique(forms.astype(np.int64) * max(len(spellings), 1) + bases, return_counts=True)
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for pair, n in zip(pairs.tolist(), counts.tolist(), strict=True):
        form, base = divmod(pair, len(spellings))
        counted[values[form]][spellings[base]] = n
    names: dict[str, str] = {}
    taken = set(counted)
    for form in sorted(counted, key=lambda f: (-counted[f].total(), f)):
        (first, most), *others = counted[form].most_common(2)
        leads = not others or most > others[0][1]
        names[form] = first if leads and first not in taken else form
        taken.add(names[form])
    return names


def tokens_of(data, text: str | None) -> Tokens:
    """Tokens as they are, or those of a table's column ``text`` read in the usual way."""
    if isinstance(data, Tokens):
        return data
    if text is None:
        raise DataAcademyError(
            "no_text_column",
            "どの列の文章を調べるかが決まりません。",
            "It is not clear which column holds the texts.",
            fix='text="自由記述の列" を指定するか、先に da.text.tokenize(表, text="列") の結果を渡してください。',
            fix_en="Give text=, or pass what da.text.tokenize returned.",
        )
    return tokenize(data, text=text)


def unknown_word(word: str, tokens: Tokens) -> DataAcademyError:
    """The error for a word that stands in no text."""
    guess = nearest_guess(word, tokens.words)
    return DataAcademyError(
        "unknown_word",
        f"「{word}」は、どの記述にも出てきません。" + (f"もしかして「{guess}」ですか。" if guess else ""),
        f"{word!r} stands in no text." + (f" Did you mean {guess!r}?" if guess else ""),
        fix="da.text.word_count で、出てくる言葉を確かめてください。",
        fix_en="See da.text.word_count for the words there are.",
    )
