"""The command line: open the course, look into a town's files, build its course, check everything."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from dataacademy import cli_worksheet
from dataacademy.errors import DataAcademyError
from dataacademy.paths import SAMPLE_TOWN

_HELP = "データアカデミー：自治体職員のためのデータ活用研修（引数なしで教材を開きます）"
app = typer.Typer(help=_HELP, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
town_app = typer.Typer(help="町のファイルを調べます", no_args_is_help=True)
lessons_app = typer.Typer(help="レッスンの書式をそろえます（教材を書く人向け）", no_args_is_help=True)
exercises_app = typer.Typer(help="演習を作り、確かめます（教材を書く人向け）", no_args_is_help=True)
sample_app = typer.Typer(help="見本の町を作ります（教材を書く人向け）", no_args_is_help=True)
app.add_typer(town_app, name="town")
app.add_typer(lessons_app, name="lessons")
app.add_typer(exercises_app, name="exercises")
app.add_typer(sample_app, name="sample")
app.add_typer(cli_worksheet.worksheet_app, name="worksheet")
app.command("review")(cli_worksheet.review)
app.command("brief")(cli_worksheet.brief)
app.command("monitor")(cli_worksheet.monitor)

Town = Annotated[str, typer.Option("--town", help="町（見本の町は mirai、ほかは団体コード）")]
Scheduler = Annotated[str, typer.Option(help="すでにある dask のスケジューラーを使う（tcp://名前:番号）")]


def main() -> None:
    """Entry point: people's mistakes are told without a traceback."""
    for stream in (sys.stdout, sys.stderr):  # Japanese also where the console is not UTF-8
        stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except DataAcademyError as error:
        print(f"× {error}", file=sys.stderr)
        sys.exit(1)


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        open_(town=SAMPLE_TOWN, browser=True, source=False, port=0)


@app.command("open")
def open_(
    town: Town = SAMPLE_TOWN,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="ブラウザを自動で開くか")] = True,
    source: Annotated[bool, typer.Option("--source", help="教材の原本を開く（教材を書く人向け）")] = False,
    port: Annotated[int, typer.Option(help="ポート番号（0 は空いている番号）", min=0, max=65535)] = 0,
) -> None:
    """教材を JupyterLab で開きます（Ctrl-C で終わります）。"""
    from dataacademy.course.server import open_course

    sys.exit(open_course(town, browser=browser and not os.environ.get("CI"), source=source, port=port or None))


@town_app.command("inspect")
def town_inspect(
    folder: Annotated[Path, typer.Argument(help="町のファイルが入ったフォルダ")],
    code: Annotated[str, typer.Option("--code", help="全国地方公共団体コード（6桁）")],
    name: Annotated[str, typer.Option("--name", help="市区町村名（省くと表から読みます）")] = "",
) -> None:
    """フォルダのファイルを一つずつ見て、town.yml と問題の報告を書きます（元のファイルは変えません）。"""
    from dataacademy.town.report import inspect_and_write, show

    show(*inspect_and_write(folder, code=code, name=name))


@app.command("lint")
def lint_(
    path: Annotated[Path, typer.Argument(help="表のファイルか、表の入ったフォルダ", readable=False)],
    html: Annotated[
        Path | None, typer.Option(help="報告（HTML）の場所（省くと work/lint/ の中）", readable=False)
    ] = None,
    excel: Annotated[
        Path | None, typer.Option(help="印を付けたExcelの写しを置くフォルダ（省くと work/lint/ の中）", readable=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="注意も、内容と直し方まで画面に出します")] = False,
) -> None:
    """表の書き方の問題を、セルの番地と直し方を付けて挙げます。問題があれば終了コードは 1 です。

    元のファイルは変えません。報告（HTML）と、問題のある表に印を付けたExcelの写しを、いつも作ります。前回の写しは消します。
    報告と写しには元の値（個人情報を含むことがあります）が入ります。元のファイルと同じように扱ってください。
    """
    from dataacademy.tables.lint.command import lint

    try:
        with _Bar(stopped="止めました。点検は終わっていません。もう一度、はじめから実行してください。") as bar:
            found = lint(path, html=html, excel=excel, everything=everything, progress=bar.show)
    except DataAcademyError as error:
        print(f"× {error}", file=sys.stderr)
        sys.exit(2)
    for line in found.lines:
        print(line)
    sys.exit(1 if found.notes else 0)


@app.command("tailor")
def tailor_(
    town_file: Annotated[Path, typer.Argument(help="town.yml")],
    workers: Annotated[int, typer.Option(help="同時に動かす数（0 は CPU の数）")] = 0,
) -> None:
    """town.yml の町の教材を作ります（表・レッスン・演習の答え・実行の確認）。"""
    from dataacademy.course.tailor import tailor

    with _Bar() as bar:
        result = tailor(town_file, progress=bar.show, workers=workers or None)
    for run in result.runs:
        if not run.ok:
            print(f"× {run}", file=sys.stderr)
    for title, reason in result.left_out:
        print(f"除いたレッスン：{title}（{reason}）")
    for delivery in result.deliveries:
        if delivery.status in ("beside", "kept"):
            print(delivery.message)
    wrong = sum(note.level == "error" for note in result.problems)
    print(f"データの問題：{len(result.problems)} 件（うち誤り {wrong} 件）")
    if not result.runs and not result.unchanged:
        print("× 作れるレッスンがありません。施設の一覧（緯度・経度）と地区の人口を足してください。", file=sys.stderr)
        sys.exit(1)
    print(
        f"{result.about.name}の教材：実行 {len(result.runs)} 本、変わらず {result.unchanged} 本。報告は {result.report}"
    )
    print(f"開くには：uv run dataacademy open --town {result.about.code}")
    sys.exit(0 if result.ok else 1)


@app.command("verify")
def verify_(
    town: Annotated[list[str] | None, typer.Option("--town", help="町（何度でも書けます）")] = None,
    report: Annotated[Path | None, typer.Option(help="報告（HTML）の場所")] = None,
    workers: Annotated[int, typer.Option(help="同時に動かす数（0 は CPU の数）")] = 0,
    scheduler: Scheduler = "",
) -> None:
    """すべてのレッスンと解答を実行して確かめます。一つでも失敗すると終了コードは 1 です。

    ノートブック1本が使えるメモリーは 4 GB までです（Linux の場合）。
    """
    from dataacademy import paths
    from dataacademy.course import kernels

    with _Bar() as bar, kernels.environment():  # the warm process gets ready while the rest is imported
        from dataacademy.course.verify import verify, write_report

        towns = town or [SAMPLE_TOWN]
        number, cluster = workers or None, scheduler or None
        runs = verify(towns, on_start=bar.start, on_done=bar.step, workers=number, scheduler=cluster)
    path = report or paths.output() / "work" / "verify.html"
    write_report(runs, path)
    for run in runs:
        print(f"{'○' if run.ok else '×'} {run}")
    print(f"報告：{path}")
    sys.exit(0 if all(run.ok for run in runs) else 1)


@app.command("grade")
def grade_(
    folder: Annotated[
        Path,
        typer.Argument(help="提出されたものの入ったフォルダか zip（nbgrader の科目のフォルダでも）", readable=False),
    ],
    assignment: Annotated[list[str] | None, typer.Option(help="課題（何度でも書けます。省くとすべて）")] = None,
    town: Town = SAMPLE_TOWN,
    roster: Annotated[Path | None, typer.Option(help="名簿（CSV。id か 氏名 の列）", readable=False)] = None,
    output: Annotated[Path | None, typer.Option(help="結果を置くフォルダ（省くと <フォルダ>_採点）")] = None,
    workers: Annotated[int, typer.Option(help="同時に動かす数（0 は CPU の数）")] = 0,
    scheduler: Scheduler = "",
) -> None:
    """提出された演習を集めて採点し、返却用のページ、成績表、クラスのようすを書きます。

    もう一度実行すると、新しいものだけを採点します。提出されたファイルは変えません。
    """
    from dataacademy.course import kernels

    with _Bar() as bar, kernels.environment():  # the warm process gets ready while the rest is imported
        from dataacademy.course.grade.classrun import grade

        graded = grade(
            folder,
            output=output,
            only=assignment or (),
            town=town,
            roster=roster,
            workers=workers or None,
            scheduler=scheduler or None,
            progress=bar.show,
        )
    if graded.open_because:
        print(f"！ 受講者のプログラムを囲わずに動かしました。{graded.open_because}。", file=sys.stderr)
        print("  知らない人の提出物は、Linux で採点してください。", file=sys.stderr)
    for line in graded.unused:
        print(f"使わなかったファイル：{line}")
    print(f"{len(graded.marked)} 本を採点しました（うち今回 {graded.new} 本）。")
    for file in graded.files:
        print(f"書きました：{file}")


@lessons_app.command("format")
def lessons_format() -> None:
    """レッスンと解答のノートブックを、決まった書式に直します。"""
    from dataacademy.course.notebooks import format_file, sources

    for path in sources():
        if format_file(path):
            print(f"直しました：{path}")


@lessons_app.command("build")
def lessons_build() -> None:
    """用語集のページ、「はじめに」のレッスンの一覧、時間割を、course.yml と用語集から作り直します。"""
    from dataacademy.course.generated import build

    for path in build():
        print(f"作りました：{path}")


@lessons_app.command("check")
def lessons_check() -> None:
    """決まった書式でないところ、読みにくいところ、作り直していないページを挙げます。

    一つでもあれば終了コードは 1 です。
    """
    from dataacademy.course import generated, readability
    from dataacademy.course.notebooks import problems, sources

    found = [note for path in sources() for note in problems(path)]
    if not any(note.kind == "not_a_notebook" for note in found):
        found += [note for path in sources() for note in readability.problems(path)] + generated.problems()
    for note in found:
        print(note)
    sys.exit(1 if found else 0)


@exercises_app.command("build")
def exercises_build(town: Town = SAMPLE_TOWN) -> None:
    """変わった演習だけを、solutions/ から作り直します（見本の町は exercises/ に、ほかの町は work/ の中に）。"""
    from dataacademy.course.exercises.building import build

    with _Bar() as bar:
        results = build(town, on_done=bar.show)
    for built in results:
        print(f"× {built}" if built.note else built, file=sys.stderr if built.note else sys.stdout)
    sys.exit(1 if any(built.note for built in results) else 0)


@exercises_app.command("check")
def exercises_check() -> None:
    """演習の書き方、受講者用、正解とまちがいの言葉を確かめます。一つでも問題があれば終了コードは 1 です。"""
    from dataacademy.course.exercises.checking import line
    from dataacademy.course.exercises.examining import check

    with _Bar(stopped="止めました。確かめ終わっていません。もう一度実行してください。") as bar:
        found = check(on_done=bar.show)
    for note in found:
        print(line(note))
    sys.exit(1 if found else 0)


@app.command("progress")
def progress_(town: Town = SAMPLE_TOWN) -> None:
    """すべての演習の進みぐあいを、保存されたノートブックから読みます（実行はしません）。"""
    from dataacademy import paths
    from dataacademy.course.progress import progress
    from dataacademy.files import write_text

    found, path = progress(town), paths.workspace(town) / "progress.html"
    write_text(path, found.html)
    print(found)
    print(f"くわしくは：{path}")


@sample_app.command("build")
def sample_build(
    residents: Annotated[int, typer.Option(help="住民の数（性能を測るときは 1000000 など）", min=1000)] = 80_000,
    folder: Annotated[Path | None, typer.Option(help="書き出すフォルダ（省くと datasets/mirai）")] = None,
) -> None:
    """見本の町 みらい市 の表、仕込んだ真実、汚れたファイルを作り直します。"""
    from dataacademy.town.sample import RESIDENTS, build_sample

    if residents != RESIDENTS and folder is None:
        raise DataAcademyError(
            "sample_folder",
            f"{residents:,}人の町は教材には入れません。書き出すフォルダを --folder で指定してください。",
            "A town of another size is not part of the course; name a folder with --folder.",
            fix="例：dataacademy sample build --residents 1000000 --folder work/large",
            fix_en="For example: dataacademy sample build --residents 1000000 --folder work/large",
        )
    print(f"作りました：{build_sample(folder, residents=residents)}")


class _Bar:
    """A progress bar on the terminal, from the first step on; plain lines where there is none.

    stopped
        What is said if somebody stops the work with Ctrl-C.
    """

    def __init__(
        self, stopped: str = "止めました。できあがったものだけが残っています。もう一度実行すると、続きから始めます。"
    ):
        self._stopped = stopped

    def __enter__(self):
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._progress = Progress(
            BarColumn(30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True),
        )
        self._task = self._progress.add_task("", total=None)
        return self

    def __exit__(self, kind, *_):
        if self._progress.live.is_started:
            self._progress.stop()
        if kind is KeyboardInterrupt:
            print(self._stopped, file=sys.stderr)

    def start(self, total: int) -> None:
        self._progress.start()
        self._progress.update(self._task, total=total)

    def step(self, run) -> None:
        self._progress.update(self._task, advance=1, description=str(run))

    def show(self, done: int, total: int, what: object) -> None:
        self._progress.start()
        self._progress.update(self._task, completed=done, total=total, description=str(what))
