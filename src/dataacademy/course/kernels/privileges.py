"""What a process can give up besides files and calls: namespaces shared with others, root's rights, its secrets."""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path

from dataacademy.course.kernels.syscalls import call

_NEW_USER, _NEW_NETWORK, _NEW_IPC = 0x10000000, 0x40000000, 0x08000000
_CAPABILITY_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3
_ENVIRONMENT_FIELDS = slice(47, 49)  # env_start and env_end in /proc/self/stat, counted behind the name
_DUMPABLE = 4  # PR_SET_DUMPABLE


def leave_namespaces() -> None:
    """A user namespace of its own, and in it an empty network; the user keeps name and files.  Raises OSError."""
    user, group = os.geteuid(), os.getegid()
    call("unshare", _NEW_USER | _NEW_NETWORK | _NEW_IPC)
    for file, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        Path("/proc/self", file).write_text(text)


def drop_capabilities() -> None:
    """Root keeps its files and nothing of its power; for others nothing changes."""
    header = ctypes.create_string_buffer(struct.pack("Ii", _CAPABILITY_VERSION, 0))
    call("capset", header, ctypes.create_string_buffer(24))  # effective, permitted, inheritable: none


def forget_environment() -> None:
    """Overwrite the environment this program was started with: a forked process would find it in its memory."""
    wanted = dict(os.environ)
    ctypes.CDLL(None).clearenv()
    os.environ.clear()
    os.environ.update(wanted)  # copies of the C library, elsewhere
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    start, end = map(int, fields[_ENVIRONMENT_FIELDS])
    ctypes.memset(start, 0, end - start)


def leave_no_dump() -> None:
    """No image of the memory is written or piped to a collector of crashes, whatever the limits of files say."""
    call("prctl", _DUMPABLE, 0, 0, 0, 0)


def die_first() -> None:
    """If the machine runs out of memory, this process goes before others."""
    Path("/proc/self/oom_score_adj").write_text("1000")
