"""Office files that are the same, byte for byte, whenever the worksheet is the same."""

from __future__ import annotations

import datetime
import io
import re
import zipfile

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can tell
_TIMES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def settled(content: bytes, *, inside: bool = False) -> bytes:
    """An Office file without the moment it was packed; workbooks inside it (data of charts) are settled too."""
    fresh = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith(".xlsx"):
                part = settled(part, inside=True)
            elif name == "docProps/core.xml" and inside:
                part = _TIMES.sub(rb"\g<1>2000-01-01T00:00:00Z\g<3>", part)
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            new.writestr(info, part)
    return fresh.getvalue()


def describe(core, *, title: str, author: str, day: datetime.date | None) -> None:
    """Set the properties of a document; its times are the day the worksheet tells."""
    moment = datetime.datetime.combine(day or datetime.date(2000, 1, 1), datetime.time())
    core.title, core.author, core.last_modified_by = title[:250], author[:250], author[:250]
    core.subject = core.comments = core.keywords = ""
    core.created = core.modified = moment
    core.language, core.revision = "ja-JP", 1
