"""Attempts upon files: reading what is hidden, writing where it is not allowed."""

from __future__ import annotations

import ctypes
import os
import pwd
import socket
import sqlite3
import struct
from pathlib import Path

from confined.world import ROOT, SECRET, forbidden, need

from dataacademy.course.kernels import confinement as rules
from dataacademy.course.kernels.syscalls import call

HOME = next(home for home in (pwd.getpwuid(os.getuid()).pw_dir, "/root") if os.path.isdir(home))
libc = ctypes.CDLL(None, use_errno=True)


@forbidden
def read_anothers_submission(w):
    w.victim.read_text()


@forbidden
def read_by_a_relative_path(w):
    Path("..", "outside", w.victim.name).read_text()


@forbidden
def read_through_a_link_handed_in(w):
    (w.work / "link").read_text()


@forbidden
def read_through_a_folder_handle(w):
    handle = os.open(w.outside, os.O_PATH)
    os.open(w.victim.name, os.O_RDONLY, dir_fd=handle)


@forbidden
def read_by_io_of_numpy_and_pandas(w):
    import pandas as pd

    pd.read_csv(w.victim)


@forbidden
def read_through_mmap(w):
    import numpy as np

    np.memmap(w.victim, mode="r")


@forbidden
def list_others_submissions(w):
    os.listdir(w.outside)


@forbidden
def list_the_root(w):
    os.listdir("/")


@forbidden
def list_temporary_files(w):
    os.listdir("/tmp")


@forbidden(uncertain=True)
def list_home(w):
    os.listdir(HOME)


@forbidden(uncertain=True)
def read_passwords(w):
    Path("/etc/shadow").read_text()


@forbidden
def read_the_gradebook(w):
    sqlite3.connect(w.outside / "gradebook.db").execute("select * from grade").fetchall()


@forbidden
def write_the_gradebook(w):
    with sqlite3.connect(w.outside / "gradebook.db") as gradebook:
        gradebook.execute("insert into grade values (792)")


@forbidden
def read_solutions(w):
    ROOT.joinpath("solutions", "a4", "a4.ipynb").read_text(encoding="utf-8")


@forbidden
def read_the_history_of_the_project(w):
    (ROOT / ".git" / "HEAD").read_text()


@forbidden
def read_wrong_answers(w):
    ROOT.joinpath("tests", "wrong_answers", "a4.yml").read_text(encoding="utf-8")


@forbidden
def read_the_parents_environment(w):
    Path(f"/proc/{os.getppid()}/environ").read_bytes()


@forbidden
def read_the_parents_memory(w):
    open(f"/proc/{os.getppid()}/mem", "rb").close()


@forbidden
def read_the_parents_command(w):
    Path(f"/proc/{os.getppid()}/cmdline").read_bytes()


@forbidden
def read_the_first_process(w):
    Path("/proc/1/status").read_text()


@forbidden
def list_processes(w):
    os.listdir("/proc")


@forbidden
def find_secrets_of_the_start(w):
    start, end = w.block
    need(SECRET.encode() in ctypes.string_at(start, end - start))


@forbidden
def read_a_file_left_open(w):
    need(SECRET.encode() in os.pread(w.leaked, 100, 0))


@forbidden
def watch_the_course(w):
    watch = libc.inotify_init1(0)
    call("inotify_add_watch", watch, os.fsencode(w.outside), 0x100)


@forbidden(uncertain=True)
def open_by_handle(w):
    handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0) + bytes(128))
    mount = ctypes.c_int()
    call("name_to_handle_at", -100, os.fsencode(w.victim), handle, ctypes.byref(mount), 0)
    call("open_by_handle_at", os.open(w.work, os.O_RDONLY), handle, os.O_RDONLY)


@forbidden(uncertain=True)
def read_a_disk(w):
    disks = [d for d in ("/dev/sda", "/dev/vda", "/dev/nvme0n1", "/dev/kmsg") if os.path.exists(d)]
    os.close(os.open(disks[-1], os.O_RDONLY))


@forbidden
def write_outside(w):
    (w.outside / "new.txt").write_text("x")


@forbidden(uncertain=True)
def write_a_file_without_a_name(w):
    os.write(os.open(w.outside, os.O_TMPFILE | os.O_RDWR), b"x")


@forbidden
def write_into_temporary_files(w):
    path = Path(f"/tmp/dataacademy-attempt-{os.getpid()}")
    path.write_text("x")
    path.unlink()


@forbidden
def write_into_shared_memory(w):
    path = Path(f"/dev/shm/dataacademy-attempt-{os.getpid()}")
    path.write_text("x")
    path.unlink()


@forbidden
def append_to_anothers_submission(w):
    with w.victim.open("a") as file:
        file.write("x")


@forbidden
def change_a_table(w):
    (w.tables / "people.csv").open("r+").close()


@forbidden
def empty_a_table_by_reading(w):
    table = w.tables / "emptied.csv"
    os.close(os.open(table, os.O_RDONLY | os.O_TRUNC))
    need(table.stat().st_size == 0)


@forbidden(uncertain=True)
def change_the_package(w):
    Path(rules.__file__).open("r+").close()


@forbidden(uncertain=True)
def change_a_library(w):
    import pandas

    Path(pandas.__file__).open("r+").close()


@forbidden
def truncate_outside(w):
    os.truncate(w.victim, 0)


@forbidden
def delete_outside(w):
    w.victim.unlink()


@forbidden
def make_a_folder_outside(w):
    (w.outside / "folder").mkdir()


@forbidden
def link_to_the_outside(w):
    Path("sly").symlink_to(w.victim)


@forbidden
def hard_link_from_outside(w):
    os.link(w.victim, "sly-file")


@forbidden
def hard_link_a_table(w):
    os.link(w.tables / "people.csv", "sly-table")


@forbidden
def move_in(w):
    os.rename(w.victim, "moved.txt")


@forbidden
def move_out(w):
    Path("mine.txt").write_text("x")
    os.rename("mine.txt", w.outside / "mine.txt")


@forbidden
def make_a_pipe_that_blocks_the_reader(w):
    os.mkfifo("pipe")


@forbidden(uncertain=True)
def make_a_device(w):
    os.mknod("device", 0o600 | 0o020000, os.makedev(1, 3))


@forbidden
def make_a_socket_in_the_folder(w):
    socket.socket(socket.AF_UNIX).bind("sly.sock")


@forbidden
def change_rights_outside(w):
    os.chmod(w.victim, 0o606)
    need(w.victim.stat().st_mode & 0o777 == 0o606)


@forbidden
def hide_ones_own_folder(w):
    Path("locked").mkdir()
    os.chmod("locked", 0)
    mode = os.stat("locked").st_mode & 0o777
    os.chmod("locked", 0o700)
    need(mode == 0)


@forbidden(uncertain=True)
def change_the_owner_outside(w):
    os.chown(w.victim, 1, 1)
    need(w.victim.stat().st_uid == 1)


@forbidden
def change_times_outside(w):
    os.utime(w.victim, (1, 1))
    need(w.victim.stat().st_mtime == 1)


@forbidden(uncertain=True)
def mark_a_file_outside(w):
    os.setxattr(w.victim, "user.sly", b"x")


@forbidden(uncertain=True)
def set_flags_of_a_table(w):
    import fcntl

    handle = os.open(w.tables / "people.csv", os.O_RDONLY)
    flags = bytearray(8)
    fcntl.ioctl(handle, 0x80086601, flags)  # FS_IOC_GETFLAGS
    fcntl.ioctl(handle, 0x40086602, flags)  # FS_IOC_SETFLAGS


@forbidden(uncertain=True)
def make_readers_of_a_table_wait(w):
    import fcntl

    handle = os.open(w.tables / "people.csv", os.O_RDONLY)
    fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_WRLCK)
