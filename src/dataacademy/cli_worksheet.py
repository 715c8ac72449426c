"""The commands about worksheets: begin, export and import, restore, review, write briefs, monitor."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

worksheet_app = typer.Typer(help="ワークシートを作り、Excelとやりとりし、前の版に戻します", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="ワークシート（.yml）", readable=False)]


@worksheet_app.command("new")
def new(
    team: Annotated[str, typer.Argument(help="班の名前（worksheets/ に作ります）か、.yml の場所")],
    flow: Annotated[str, typer.Option(help="A：データ分析による課題把握、B：データ活用による課題解決")] = "A",
    town: Annotated[str, typer.Option(help="町（見本の町は mirai、ほかは団体コード）")] = "mirai",
) -> None:
    """新しいワークシートを作ります。同じ名前のものがあれば、それを使います。"""
    from dataacademy.worksheet import open_sheet

    print(f"ワークシート：{open_sheet(team, flow=flow, town=town).path}")


@worksheet_app.command("examples")
def examples(
    folder: Annotated[Path | None, typer.Option(help="作る場所（省くと examples/）")] = None,
    town: Annotated[str, typer.Option(help="町（見本の町は mirai、ほかは団体コード）")] = "mirai",
) -> None:
    """お手本のワークシートを、町の表から作ります。"""
    from dataacademy import paths
    from dataacademy.worksheet.worked import build

    for file in build(folder or paths.home() / "examples", town=town):
        print(f"作りました：{file}")


@worksheet_app.command("history")
def history(file: File) -> None:
    """取ってある版を、新しい順に挙げます。"""
    from dataacademy.worksheet.store import versions

    for version in versions(file):
        print(version)


@worksheet_app.command("restore")
def restore(
    file: File,
    version: Annotated[str, typer.Argument(help="版の名前（省くと、読める版のうち最も新しいもの）")] = "",
) -> None:
    """前の版に戻します。今のファイルは、版の一つとして残ります。"""
    from dataacademy.worksheet.store import restore

    print(f"戻しました：{restore(file, version)[1]}")


@worksheet_app.command("export")
def export(
    file: File,
    target: Annotated[Path | None, typer.Argument(help="Excelの場所（省くと、となりに同じ名前で）")] = None,
) -> None:
    """ワークシートをExcelに書き出します。"""
    from dataacademy.worksheet.excel import export
    from dataacademy.worksheet.store import read

    print(f"書きました：{export(read(file).worksheet, target or file.with_suffix('.xlsx'))}")


@worksheet_app.command("import")
def import_(
    file: File,
    source: Annotated[Path | None, typer.Argument(help="Excelの場所（省くと、となりの同じ名前）")] = None,
) -> None:
    """Excelで直したところを、ワークシートに入れます。両方で直したところは、入れずに知らせます（終了コードは 1）。"""
    from dataacademy.worksheet.excel import import_
    from dataacademy.worksheet.store import read, save

    stored = read(file)
    imported = import_(source or file.with_suffix(".xlsx"), stored.worksheet)
    save(file, imported.worksheet, base=stored)
    print(imported)
    sys.exit(1 if imported.conflicts or imported.errors else 0)


def review(
    path: Annotated[Path, typer.Argument(help="ワークシートか、班のワークシートの入ったフォルダ", readable=False)],
    html: Annotated[Path | None, typer.Option(help="報告（HTML）の場所（省くと work/review/ の中）")] = None,
    comments: Annotated[Path | None, typer.Option(help="講評の文を直したファイル（YAML）", readable=False)] = None,
) -> None:
    """講師なら次の回までに何を聞くかを挙げます。直すところがあれば終了コードは 1、読めなければ 2 です。"""
    from dataacademy.errors import DataAcademyError
    from dataacademy.worksheet.review.command import review_path

    try:
        outcome = review_path(path, html=html, comments=comments)
    except DataAcademyError as error:
        print(f"× {error}", file=sys.stderr)
        sys.exit(2)
    for line in outcome.lines:
        print(line)
    sys.exit(1 if outcome.to_mend else 0)


def brief(
    file: File,
    folder: Annotated[Path | None, typer.Argument(help="書き出すフォルダ（省くと、となりの「…_記録/資料」）")] = None,
    only: Annotated[list[str] | None, typer.Option(help="書く資料の名前。いくつか書くときは、くり返します")] = None,
) -> None:
    """一枚もの、首長報告、課題公開シート、プロジェクトシート、住民向けページ、数の出どころのページを書きます。"""
    from dataacademy.worksheet.brief import write
    from dataacademy.worksheet.store import read

    print(write(read(file).worksheet, file, folder, only=only or None))


def monitor(
    worksheet: File,
    data: Annotated[Path, typer.Option("--data", help="新しいファイルの入ったフォルダ", readable=False)],
) -> None:
    """新しいファイルで、すべての指標を計算し直します。計算できない指標があれば終了コードは 1 です。"""
    from dataacademy.worksheet.monitor import monitor

    seen = monitor(worksheet, data)
    print(seen)
    sys.exit(1 if seen.failed else 0)
