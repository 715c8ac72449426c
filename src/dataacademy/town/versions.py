"""Several files of one table: copies in a folder, and the months of a series."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

from dataacademy.notes import Note
from dataacademy.tables.lint.series import copy_suffix


def leave_out_copies(looks, folder) -> None:
    """Of several versions of one table in one folder, the one under the plain name is used; then the longer one."""
    groups: dict[tuple, list] = {}
    for look in looks:
        if look.role == "facilities":
            place = PurePosixPath(look.file)
            stem = copy_suffix(place.stem)[0]
            known = not look.kind.startswith("other_")
            groups.setdefault((place.parent, look.kind if known else (look.kind, stem)), []).append(look)
    for versions in groups.values():
        best = min(versions, key=lambda k: (copy_suffix(PurePosixPath(k.file).stem)[1], -len(k.data), k.file))
        for look in versions:
            if look is not best:
                look.use, look.reason = False, f"同じフォルダに同じ種類の表があり、「{best.file}」を使うため"
    for copy, original in copied_months(looks, folder).items():
        next(k for k in looks if k.file == copy).use = False
        next(
            k for k in looks if k.file == copy
        ).reason = f"「{original}」と一字一句同じ内容のため（同じ月が二度登録されています）"


def copied_months(looks, folder) -> dict[str, str]:
    """Population files that are byte for byte another one: copy -> original."""
    seen: dict[str, str] = {}
    copies = {}
    for look in looks:
        if look.role == "population":
            digest = hashlib.sha256((folder / look.file).read_bytes()).hexdigest()
            if seen.setdefault(digest, look.file) != look.file:
                copies[look.file] = seen[digest]
    return copies


def leave_out_broken_months(looks, notes) -> None:
    """A month whose area names are garbled is not used: its people could not be put anywhere."""
    for look in looks:
        name = look.columns.get("area_name")
        if (
            look.role == "population"
            and look.use
            and any(n.kind == "mojibake" and n.file == look.file and n.column in ("", name) for n in notes)
        ):
            look.use, look.reason = False, "町名が文字化けしていて、地区と結びつけられないため"


def compare_months(looks, folder) -> list[Note]:
    """What is odd about the months of a series: copies, and headings that changed between files."""
    months = [k for k in looks if k.role == "population"]
    notes = [
        Note(
            "duplicate_month",
            f"「{original}」と一字一句同じ内容です。同じ月が二度登録されています。",
            f"Byte for byte the same as {original}.",
            level="warning",
            fix="正しい月のファイルに差しかえてください。それまで、このファイルは使いません。",
            file=copy,
        )
        for copy, original in copied_months(looks, folder).items()
    ]
    headings: dict[str, dict[str, list]] = {}
    for look in months:
        for name, heading in look.columns.items():
            headings.setdefault(name, {}).setdefault(heading, []).append(look)
    for name, used in headings.items():
        if len(used) > 1:
            usual = max(used, key=lambda h: len(used[h]))
            for heading, where in used.items():
                if heading != usual:
                    notes.append(
                        Note(
                            "heading_changed",
                            f"ほかの月では「{usual}」という見出しが、ここでは「{heading}」です。同じ項目として読みました。",
                            f"Heading {heading!r} is {usual!r} in other months; read as the same ({name}).",
                            level="warning",
                            fix="見出しは年によって変えないのが原則です。",
                            file=where[0].file,
                            row=1,
                            column=heading,
                        )
                    )
    for look in months:
        lacking = [
            n for n in headings if n not in look.columns and n in ("area_name", "total", "male", "female", "date")
        ]
        for name in lacking:
            usual = next(iter(headings[name]))
            spare = [
                c
                for c in look.data.columns
                if c not in look.columns.values()
                and not any(c in other.data.columns for other in months if other is not look)
            ]
            hint = f"この月だけにある見出しは「{'」「'.join(map(str, spare[:3]))}」です。" if spare else ""
            notes.append(
                Note(
                    "heading_missing",
                    f"ほかの月にある「{usual}」の列が見つかりません。{hint}",
                    f"Column {usual!r} of other months is missing.",
                    level="warning",
                    fix="列の名前が変わったのなら、town.yml の columns に「教材での名前: 見出し」を書いてください。",
                    file=look.file,
                    row=1,
                )
            )
    return notes
