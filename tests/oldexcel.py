"""A minimal writer of old Excel files (.xls), for tests: nothing installed here writes them.

Layout after Microsoft's open specifications [MS-XLS] (records) and [MS-CFB] (the container).
"""

import struct

_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def xls(rows, merges=(), *, name="Sheet1", codepage=None, password=False) -> bytes:
    """A workbook of one sheet, BIFF8; BIFF5 with texts in ``codepage`` if one is given (932 = Japanese Windows).

    ``merges`` are (top, left, bottom, right), from 0, inclusive; with ``password`` the file says it is enciphered.
    """
    old = codepage is not None

    def text(value, length):
        raw = value.encode(f"cp{codepage}") if old else b"\1" + value.encode("utf-16-le")
        return struct.pack(length, len(raw) if old else len(value)) + raw

    def bof(kind):
        return _record(0x0809, struct.pack("<HHHH", 0x0500 if old else 0x0600, kind, 0, 0) + b"\0" * (0 if old else 8))

    size = (len(rows), 0, max(map(len, rows)), 0)
    sheet = bof(0x0010) + _record(0x0200, struct.pack("<HHHHH", 0, *size) if old else struct.pack("<IIHHH", 0, *size))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str) and value:
                sheet += _record(0x0204, struct.pack("<HHH", r, c, 0) + text(value, "<H"))
            elif value != "":
                sheet += _record(0x0203, struct.pack("<HHHd", r, c, 0, value))
    if merges:
        ranges = b"".join(struct.pack("<HHHH", top, bottom, left, right) for top, left, bottom, right in merges)
        sheet += _record(0x00E5, struct.pack("<H", len(merges)) + ranges)
    sheet += _record(0x000A)
    head = (
        bof(0x0005)
        + (_record(0x002F, b"\0\0\x34\x12\x78\x56") if password else b"")
        + _record(0x0042, struct.pack("<H", codepage or 1200))
    )
    label = text(name, "<B")
    place = len(head) + 4 + 6 + len(label) + 4
    head += _record(0x0085, struct.pack("<IBB", place, 0, 0) + label) + _record(0x000A)
    return compound({"Book" if old else "Workbook": head + sheet})


def _record(kind, body=b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def compound(streams: dict[str, bytes]) -> bytes:
    """An OLE2 file with one to three streams."""
    body, table, places = b"", [_FAT, _END], []
    for stream in streams.values():
        stream = stream.ljust(-(-max(len(stream), 4096) // 512) * 512, b"\0")  # shorter ones would stand elsewhere
        places.append((len(table), len(stream)))
        table += [*range(len(table) + 1, len(table) + len(stream) // 512), _END]
        body += stream
    table += [_FREE] * (128 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)

    def entry(label, kind, right, child, start, size):
        raw = label.encode("utf-16-le") + b"\0\0" if label else b""
        links = struct.pack("<HBBIII", len(raw), kind, 1, _FREE, right, child)
        return raw.ljust(64, b"\0") + links + b"\0" * 36 + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, _FREE, 1, _END, 0)
    for number, (name, (start, size)) in enumerate(zip(streams, places, strict=True), start=1):
        directory += entry(name, 2, number + 1 if number < len(streams) else _FREE, _FREE, start, size)
    directory += entry("", 0, _FREE, _FREE, 0, 0) * (3 - len(streams))
    return header + struct.pack("<128I", *table) + directory + body
