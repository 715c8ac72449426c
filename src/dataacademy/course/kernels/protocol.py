"""How the owner of kernels and the warm process talk.

The warm process listens on a socket in a private folder.  **One connection is one kernel**: the owner connects and
passes the end of a pipe-like line that only the forked child reads; the warm process answers ``{"pid": …}``, later
``{"exit": …}``, and obeys ``{"signal": …}``.  When the connection closes, for whatever reason, the kernel is killed.
What a kernel is told (environment, keys, limits) travels on the child's own line and so never passes through the
memory that later kernels inherit.
"""

from __future__ import annotations

import json
import socket

LISTENER = "warm"  # name of the listening socket in the folder
READY = b"ready"  # what the child answers on its line when its sockets are bound
_LONGEST = 64 * 1024


def send(line: socket.socket, message: dict, fds: tuple[int, ...] = ()) -> None:
    """Send one message, with open files if given."""
    socket.send_fds(line, [json.dumps(message).encode()], fds)


def receive(line: socket.socket, fds: int = 0) -> tuple[dict | None, list[int]]:
    """One message and the files that came with it; ``None`` where the other end is gone."""
    data, files, _, _ = socket.recv_fds(line, _LONGEST, fds)
    return (json.loads(data) if data else None), files


def write_request(line: socket.socket, request: dict) -> None:
    """Tell the child what to become; nothing more can be written after it."""
    line.sendall(json.dumps(request).encode())
    line.shutdown(socket.SHUT_WR)


def read_all(line: socket.socket) -> bytes:
    """Everything until the other end stops writing."""
    parts = []
    while part := line.recv(_LONGEST):
        parts.append(part)
    return b"".join(parts)
