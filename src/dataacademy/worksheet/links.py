"""What holds a record: links to it, and sentences that quote its number."""

from __future__ import annotations

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet.fields import Field, fields_of
from dataacademy.worksheet.model import Worksheet
from dataacademy.worksheet.quotes import PLACEHOLDER
from dataacademy.worksheet.records import Record

_MOST_TOLD = 10


def pointing_to(worksheet: Worksheet, id: str) -> list[tuple[Record, Field]]:
    """The fields of other records that link to ``id`` or quote it (``{finding1}``)."""
    return [
        (record, field)
        for record in worksheet
        if record.id != id
        for field in fields_of(type(record))
        if _names(getattr(record, field.name), field.type, id)
    ]


def _names(value, type: str, id: str) -> bool:
    if type in ("text", "long"):
        return "{" in value and any(match[1] == id for match in PLACEHOLDER.finditer(value))
    return value == id if type == "link" else type == "links" and id in value


def check_free(worksheet: Worksheet, id: str) -> None:
    """Refuse to take out a record that others rest on.  Errors: ``still_used`` with every place."""
    if not (used := pointing_to(worksheet, id)):
        return
    quoted = any(field.type in ("text", "long") for _, field in used)
    told = [f"・{record.id}「{field.label}」" for record, field in used[:_MOST_TOLD]]
    if len(used) > _MOST_TOLD:
        told.append(f"・ほかに {len(used) - _MOST_TOLD} か所")
    raise DataAcademyError(
        "still_used",
        f"{id} は、ほかの記録が使っているので、消していません。\n" + "\n".join(told),
        f"{id} is still used by {', '.join(f'{record.id}.{field.name}' for record, field in used)}.",
        fix=f"先に、この欄から {id} を外してください。" + (f"文の中の {{{id}}} も書き直します。" if quoted else ""),
        fix_en=f"First take {id} out of these fields" + (f" and {{{id}}} out of the sentences." if quoted else "."),
        value=id,
    )
