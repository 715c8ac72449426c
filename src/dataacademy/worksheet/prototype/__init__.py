"""The least that can be tried at a counter: a form, the application it prints, and a queue board.

A small table of items says what is asked (項目, 形式, 必須, どこから).  :func:`form` asks it in the notebook,
:func:`fill` prints it before anybody takes up a pen, :func:`trial` tries it on cases, :func:`board` shows who is served
and who waits.  What is known of people stays in memory until it is saved deliberately.
"""

from __future__ import annotations

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet.prototype.application import Application
from dataacademy.worksheet.prototype.trying import example_cases, example_items, trial

__all__ = ["Application", "board", "example_cases", "example_items", "fill", "form", "trial"]


def form(items, *, title: str = "申請書", values=None, folder="申請書", size: float = 10.5):
    """The form for an application: a widget to be shown at the end of a cell.

    items
        A table (DataFrame or list of dicts) with ``項目``, ``形式`` (文字, 長い文字, カタカナ, 日付, 数, 電話番号,
        郵便番号, 選ぶ, はい・いいえ), ``必須`` (はい, いいえ), ``どこから`` (本人確認書類, 聞き取り, 前の届) and, if
        wanted, ``選択肢`` (divided by 「、」, for 選ぶ), ``字数`` (what the receiving system takes) and ``説明``.
    title
        What stands above the application, and in the names of saved files.
    values
        What is known beforehand: item -> value.
    folder
        Where its two buttons save; nothing is written before one of them is pressed.
    size
        Of the printed letters, in points (8 to 20).

    Where nobody looks on (papermill, nbconvert) it shows what is asked.  Errors: those of the table of items
    (``unknown_column, unknown_choice, bad_items``), ``unknown_item``, ``bad_size``.

    >>> form(example_items(), title="転入届", values={"氏名": "青空 花子"})
    フォーム「転入届」（10項目）
    """
    from dataacademy.worksheet.prototype.screen import Form  # ipywidgets takes a moment to import

    return Form(items, title=title, values=values, folder=folder, size=size)


def fill(form) -> Application:
    """The application with what stands in the form now.

    Its ``table`` is what is printed, ``problems`` what went wrong, ``save_pdf(path)`` and ``save_excel(path)`` keep it.

    >>> fill(form(example_items(), title="転入届", values={"氏名": "青空 花子"}))
    転入届：10項目のうち1項目を印字します（失敗 7、注意 0）。
    """
    from dataacademy.worksheet.prototype.screen import Form

    if not isinstance(form, Form):
        raise DataAcademyError(
            "not_a_form",
            "fill に渡されたものは、フォームではありません。",
            f"fill needs a form, not {type(form).__name__}.",
            fix="先に フォーム = da.prototype.form(項目の表) で作り、それを渡してください。",
            fix_en="Make one with da.prototype.form(items) first.",
        )
    return form.application


def board(log, *, office=None, date=None, at=None):
    """A queue board fed from a log: who is served at which counter and who waits, with a slider for the time.

    log
        A ``counter_log``: ``date, office, arrived, called, ended`` and, if there, ``ticket_no, procedure, counter``.
    office, date
        By default the one with the most tickets.
    at
        Time of day, "10:30"; by default when most people wait.

    Its ``serving`` and ``waiting`` are tables, ``at`` can be set.  Errors: ``unknown_column``, ``no_rows``,
    ``unknown_choice``, ``bad_time``.

    >>> import dataacademy as da
    >>> shown = board(da.load("counter_log"), at="10:30")
    >>> len(shown.serving)
    4
    """
    from dataacademy.worksheet.prototype.queueboard import Board

    return Board(log, office=office, date=date, at=at)
