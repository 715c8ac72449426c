"""Landlock: which files this process may reach, for good; no signal and no abstract socket to others, no TCP."""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path

from dataacademy.course.kernels.syscalls import call

# LANDLOCK_ACCESS_FS_… (linux/landlock.h)
_WRITE_FILE, _READ_FILE, _READ_FOLDER, _REMOVE_FOLDER, _REMOVE_FILE = (1 << n for n in range(1, 6))
_MAKE_FOLDER, _MAKE_FILE, _MAKE_SOCKET, _MOVE, _TRUNCATE = 1 << 7, 1 << 8, 1 << 9, 1 << 13, 1 << 14
_OF_FILES = _READ_FILE | _WRITE_FILE | _TRUNCATE
READ = _READ_FILE | _READ_FOLDER
# No links, pipes and devices: whoever looks into the folder later must find plain files in it
WRITE = READ | _WRITE_FILE | _TRUNCATE | _REMOVE_FOLDER | _REMOVE_FILE | _MAKE_FOLDER | _MAKE_FILE | _MOVE
BIND = WRITE | _MAKE_SOCKET
_VERSIONS = ((1, 13), (2, 14), (3, 15), (5, 16))  # from this version on, so many rights of files can be ruled
_CREATE_VERSION, _PATH_BENEATH = 1, 1
_TCP, _SCOPES = 0b11, 0b11  # bind and connect, from version 4; abstract sockets and signals, from version 6


def version() -> int:
    """The kernel's version of Landlock; raises OSError where there is none."""
    return call("landlock_create_ruleset", None, 0, _CREATE_VERSION)


def restrict_files(rights: dict[Path, int]) -> None:
    """Leave this thread only ``rights`` (:data:`READ`, :data:`WRITE`, :data:`BIND`) below each path it can reach."""
    known = version()
    ruled = (1 << max(bits for since, bits in _VERSIONS if since <= known)) - 1
    # struct landlock_ruleset_attr: files, network, scopes
    attributes = struct.pack("QQQ", ruled, _TCP if known >= 4 else 0, _SCOPES if known >= 6 else 0)
    ruleset = call(
        "landlock_create_ruleset", ctypes.create_string_buffer(attributes, len(attributes)), len(attributes), 0
    )
    try:
        for path, allowed in rights.items():
            _allow(ruleset, path, allowed & ruled)
        call("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, allowed: int) -> None:
    try:
        target = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    try:
        if not os.path.isdir(path):
            allowed &= _OF_FILES
        # struct landlock_path_beneath_attr, packed: rights, file
        rule = ctypes.create_string_buffer(struct.pack("=Qi", allowed, target))
        call("landlock_add_rule", ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(target)
