"""Attempts upon the network, other processes, rights of the system and limits."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path

from confined.world import NOBODY, forbidden, gone_or_child, need

from dataacademy.course.kernels.syscalls import call

libc = ctypes.CDLL(None, use_errno=True)


@forbidden
def connect_by_tcp(w):
    socket.create_connection(("127.0.0.1", w.port), timeout=5)


@forbidden
def listen_by_tcp(w):
    socket.create_server(("127.0.0.1", 0))


@forbidden
def send_by_udp(w):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", w.port))


@forbidden
def open_a_tcp6_socket(w):
    socket.socket(socket.AF_INET6)


@forbidden
def ask_the_kernel_by_netlink(w):
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)


@forbidden(uncertain=True)
def listen_to_all_packets(w):
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


@forbidden
def connect_to_an_abstract_socket(w):
    socket.socket(socket.AF_UNIX).connect(f"\0dataacademy-{w.port}")


@forbidden
def connect_to_anothers_socket(w):
    socket.socket(socket.AF_UNIX).connect(str(w.outside / "stream.sock"))


@forbidden
def send_to_anothers_socket(w):
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", str(w.outside / "datagram.sock"))


@forbidden
def send_from_a_pair_to_anothers_socket(w):
    ours, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    ours.sendmsg([b"x"], (), 0, str(w.outside / "datagram.sock"))


@forbidden
def fork(w):
    gone_or_child(os.fork())


@forbidden
def fork_by_libc(w):
    pid = libc.fork()
    need(pid >= 0)
    gone_or_child(pid)


@forbidden(uncertain=True)
def fork_by_its_number(w):
    gone_or_child(call("fork"))


@forbidden
def clone_by_its_number(w):
    gone_or_child(call("clone", signal.SIGCHLD, 0, 0, 0, 0))


@forbidden(uncertain=True)
def clone3_by_its_number(w):
    arguments = ctypes.create_string_buffer(struct.pack("11Q", 0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, 0, 0, 0))
    gone_or_child(call("clone3", arguments, 88))


@forbidden(uncertain=True)
def fork_by_a_32_bit_call(w):
    import mmap

    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(bytes([0xB8, 2, 0, 0, 0, 0xCD, 0x80, 0xC3]))  # mov eax, 2; int 0x80; ret
    function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
    pid = function()
    if pid < 0:
        raise OSError(-pid, "int 0x80")
    gone_or_child(pid)


@forbidden
def run_a_program(w):
    subprocess.run(["/bin/true"], check=True)


@forbidden
def run_a_shell(w):
    need(os.system("true") == 0)


@forbidden
def spawn_a_program(w):
    gone_or_child(os.posix_spawn("/bin/true", ["true"], {}))


@forbidden
def become_a_program(w):
    os.dup2(w.report, 1)
    os.execv("/bin/echo", ["echo", '["works", ""]'])


@forbidden
def start_a_worker(w):
    import multiprocessing

    worker = multiprocessing.get_context("fork").Process(target=print)
    worker.start()
    worker.join()


@forbidden
def signal_the_parent(w):
    os.kill(os.getppid(), 0)


@forbidden
def signal_a_neighbour(w):
    os.kill(w.decoy, 0)


@forbidden
def signal_everyone(w):
    os.kill(-1, 0)


@forbidden
def signal_a_neighbours_thread(w):
    call("tgkill", w.decoy, w.decoy, 0)


@forbidden
def signal_a_neighbours_thread_the_old_way(w):
    call("tkill", w.decoy, 0)


@forbidden
def signal_by_pidfd(w):
    signal.pidfd_send_signal(os.pidfd_open(w.decoy), 0)


@forbidden
def let_the_kernel_signal_a_neighbour(w):
    import fcntl

    ours, _ = socket.socketpair()
    fcntl.fcntl(ours, fcntl.F_SETOWN, w.decoy)


@forbidden(uncertain=True)
def trace_a_neighbour(w):
    call("ptrace", 0x4206, w.decoy, 0, 0)  # PTRACE_SEIZE


@forbidden(uncertain=True)
def read_a_neighbours_memory(w):
    start, _ = w.block
    buffer = ctypes.create_string_buffer(8)
    here = struct.pack("QQ", ctypes.addressof(buffer), 8)
    there = struct.pack("QQ", start, 8)
    call("process_vm_readv", os.getppid(), here, 1, there, 1, 0)


@forbidden
def slow_a_neighbour_down(w):
    os.setpriority(os.PRIO_PROCESS, w.decoy, 19)


@forbidden
def bind_a_neighbour_to_a_core(w):
    os.sched_setaffinity(w.decoy, os.sched_getaffinity(0))


@forbidden
def let_a_neighbour_wait_longer(w):
    call("sched_setscheduler", w.decoy, os.SCHED_BATCH, struct.pack("i", 0))
    need(os.sched_getscheduler(w.decoy) == os.SCHED_BATCH)


@forbidden
def limit_a_neighbour(w):
    resource.prlimit(w.decoy, resource.RLIMIT_CORE, (0, 0))


@forbidden
def outlive_the_parent(w):
    call("prctl", 1, 0, 0, 0, 0)  # PR_SET_PDEATHSIG


@forbidden
def leave_the_session(w):
    os.setsid()


@forbidden(uncertain=True)
def make_a_user_namespace(w):
    call("unshare", 0x10000000)


@forbidden(uncertain=True)
def mount_a_file_system(w):
    call("mount", b"none", os.fsencode(w.base / "mount"), b"tmpfs", 0, None)
    libc.umount2(os.fsencode(w.base / "mount"), 2)


@forbidden(uncertain=True)
def change_the_root(w):
    os.chroot(w.work)


@forbidden(uncertain=True)
def change_the_user(w):
    os.setuid(NOBODY)


@forbidden
def raise_the_limits(w):
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@forbidden(uncertain=True)
def queue_by_io_uring(w):
    os.close(call("io_uring_setup", 4, ctypes.create_string_buffer(120)))


@forbidden
def hide_memory_in_a_file(w):
    os.close(os.memfd_create("sly"))


@forbidden
def leave_shared_memory(w):
    segment = call("shmget", 0, 4096, 0o600 | 0o1000)
    call("shmctl", segment, 0, None)


@forbidden(uncertain=True)
def leave_a_message_queue(w):
    name = f"dataacademy-{os.getpid()}".encode()
    os.close(call("mq_open", name, os.O_CREAT | os.O_RDWR, 0o600, None))
    call("mq_unlink", name)


@forbidden(uncertain=True)
def change_the_personality(w):
    call("personality", 0x0040000)  # ADDR_NO_RANDOMIZE


@forbidden(uncertain=True)
def use_a_call_not_known_yet(w):
    """Calls beyond the table: free, the kernel complains of the argument; confined, there is no such call."""
    mseal = 462  # Linux 6.10
    if libc.syscall(ctypes.c_long(mseal), *map(ctypes.c_long, (1, 1, 1))) < 0 and ctypes.get_errno() != errno.EINVAL:
        raise OSError(ctypes.get_errno(), "mseal")


@forbidden
def take_much_memory(w):
    bytearray(512 * 1024**2)


@forbidden
def take_much_memory_for_numbers(w):
    import numpy as np

    np.empty(512 * 1024**2, dtype="u1")


@forbidden(limits={"file_size": 2**20})
def write_a_large_file(w):
    path = Path("large")
    try:
        path.write_bytes(bytes(2 * 2**20))
    finally:
        size = path.stat().st_size
        path.unlink()
    need(size == 2 * 2**20)


@forbidden(limits={"open_files": 64})
def open_many_files(w):
    for _ in range(80):
        os.open(os.devnull, os.O_RDONLY)


@forbidden(limits={"cpu_seconds": 1})
def compute_for_long(w):
    while time.process_time() < 1.4:
        sum(range(10000))


@forbidden(limits={"cpu_seconds": 1})
def compute_for_long_against_the_warning(w):
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while time.process_time() < 2.4:
        sum(range(10000))


@forbidden(users=True)
def start_very_many_threads(w):
    threading.stack_size(64 * 1024)
    for _ in range(400):
        threading.Thread(target=time.sleep, args=(2,), daemon=True).start()
