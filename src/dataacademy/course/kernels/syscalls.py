"""System calls by name, and the filter (seccomp) that refuses those a learner's notebook has no use for.

The filter lets through what it does not name: numerical libraries use many calls.  It names every way to another
process, to the network and to the rights of files, which Landlock leaves open; calls newer than this table do not
exist for the confined process.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from dataclasses import dataclass
from functools import cache

# Name, number on x86_64, number on aarch64 (-: not there), from <asm/unistd.h>
_TABLE = """
    acct 163 89; add_key 248 217; adjtimex 159 171; bpf 321 280; capset 126 91; chmod 90 -; chown 92 -;
    chroot 161 51; clock_adjtime 305 266; clock_settime 227 112; clone 56 220; clone3 435 435; connect 42 203;
    delete_module 176 106; execve 59 221; execveat 322 281; fanotify_init 300 262; fanotify_mark 301 263;
    fchmod 91 52; fchmodat 268 53; fchown 93 55; fchownat 260 54; fcntl 72 25; finit_module 313 273; fork 57 -;
    fremovexattr 199 16; fsconfig 431 431; fsetxattr 190 7; fsmount 432 432; fsopen 430 430; fspick 433 433;
    futimesat 261 -; init_module 175 105; inotify_add_watch 254 27; io_uring_enter 426 426;
    io_uring_register 427 427; io_uring_setup 425 425; ioctl 16 29; ioperm 173 -; iopl 172 -; ioprio_set 251 30;
    kcmp 312 272; kexec_file_load 320 294; kexec_load 246 104; keyctl 250 219; kill 62 129;
    landlock_add_rule 445 445; landlock_create_ruleset 444 444; landlock_restrict_self 446 446; lchown 94 -;
    lremovexattr 198 15; lsetxattr 189 6; memfd_create 319 279; memfd_secret 447 447; migrate_pages 256 238;
    mknod 133 -; mknodat 259 33; modify_ldt 154 -; mount 165 40; mount_setattr 442 442; move_mount 429 429;
    move_pages 279 239; mq_open 240 180; mq_unlink 241 181; msgctl 71 187; msgget 68 186; msgrcv 70 188;
    msgsnd 69 189; name_to_handle_at 303 264; open 2 -; open_by_handle_at 304 265; open_tree 428 428;
    openat 257 56; openat2 437 437; perf_event_open 298 241; personality 135 92; pidfd_getfd 438 438;
    pidfd_open 434 434; pidfd_send_signal 424 424; pivot_root 155 41; prctl 157 167; prlimit64 302 261;
    process_madvise 440 440; process_mrelease 448 448; process_vm_readv 310 270; process_vm_writev 311 271;
    ptrace 101 117; quotactl 179 60; quotactl_fd 443 443; reboot 169 142; removexattr 197 14; request_key 249 218;
    rt_sigqueueinfo 129 138; rt_tgsigqueueinfo 297 240; sched_setaffinity 203 122; sched_setattr 314 274;
    sched_setparam 142 118; sched_setscheduler 144 119; semctl 66 191; semget 64 190; semop 65 193;
    semtimedop 220 192; setdomainname 171 162; setfsgid 123 152; setfsuid 122 151; setgid 106 144;
    setgroups 116 159; sethostname 170 161; setns 308 268; setpgid 109 154; setpriority 141 140; setregid 114 143;
    setresgid 119 149; setresuid 117 147; setreuid 113 145; setsid 112 157; settimeofday 164 170; setuid 105 146;
    setxattr 188 5; shmat 30 196; shmctl 31 195; shmget 29 194; socket 41 198; socketpair 53 199; swapoff 168 225;
    swapon 167 224; syslog 103 116; tgkill 234 131; tkill 200 130; truncate 76 45; umount2 166 39; unshare 272 97;
    uselib 134 -; userfaultfd 323 282; utime 132 -; utimensat 280 88; utimes 235 -; vfork 58 -; vhangup 153 58
"""
NUMBERS = {name: numbers for name, *numbers in (entry.split() for entry in _TABLE.split(";"))}
NEWEST = 451  # cachestat, the last call that the table was read against; Linux 6.5
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column above, AUDIT_ARCH_…

# Refused whatever their arguments.  ENOSYS: the C library or Python then take an older way.  0: the caller is told
# that it is done, because shutil, zipfile and libzmq set rights, times and priorities and would stop at an error.
_REFUSED: dict[int, str] = {
    errno.EPERM: """
        fork vfork execve execveat uselib setsid setpgid
        ptrace process_vm_readv process_vm_writev kcmp process_madvise process_mrelease
        pidfd_open pidfd_getfd pidfd_send_signal tkill connect
        setpriority ioprio_set sched_setaffinity sched_setattr move_pages migrate_pages
        mount umount2 pivot_root chroot unshare setns move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr
        swapon swapoff quotactl quotactl_fd acct mknod mknodat truncate
        open_by_handle_at name_to_handle_at inotify_add_watch fanotify_init fanotify_mark
        setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capset personality
        add_key request_key keyctl bpf perf_event_open userfaultfd memfd_secret
        kexec_load kexec_file_load init_module finit_module delete_module reboot syslog vhangup
        iopl ioperm modify_ldt sethostname setdomainname settimeofday clock_settime adjtimex clock_adjtime
        shmget shmat shmctl msgget msgsnd msgrcv msgctl semget semop semtimedop semctl mq_open mq_unlink
    """,
    errno.ENOSYS: "clone3 openat2 memfd_create io_uring_setup io_uring_enter io_uring_register",
    errno.ENOTSUP: "setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr",
    0: """
        chmod fchmod fchmodat chown fchown lchown fchownat utime utimes futimesat utimensat
        sched_setparam sched_setscheduler
    """,
}


@dataclass(frozen=True)
class _Check:
    """A call is refused with ``error`` unless its argument, masked, is among ``values`` (or where it is: ``among``)."""

    argument: int
    values: tuple[int, ...]
    error: int = errno.EPERM
    mask: int = 0xFFFFFFFF  # the arguments looked at here are int: the kernel ignores the upper half
    among: bool = True


_THREAD, _NAMESPACES = 0x10000, 0x7E020000  # CLONE_THREAD; CLONE_NEWNS, …CGROUP, …UTS, …IPC, …USER, …PID, …NET
_STREAM, _SEQPACKET = 1, 5  # a datagram socket may name its receiver in sendmsg(), where no filter sees it
# libzmq, asked to listen by TCP, lists the network's interfaces and ends the process at any error but EOPNOTSUPP
_UNIX = (
    _Check(0, (1,), errno.EOPNOTSUPP),
    _Check(1, (_STREAM, _SEQPACKET), errno.EPROTONOSUPPORT, mask=0xF),
)
# Truncating takes no right to write for Landlock before its third version: not when only opened for reading
_TRUNCATE, _ACCESS = 0o1000, 3
_OPEN = {"mask": _TRUNCATE | _ACCESS, "values": (_TRUNCATE, _TRUNCATE | 3), "among": False}
# Whether it is a terminal and how large, bytes waiting, blocking or not, close on exec; the rest is for devices and
# for flags of files, which need no right to write
_IOCTL = (0x5401, 0x802C542A, 0x5413, 0x540F, 0x541B, 0x5421, 0x5450, 0x5451)
_FCNTL = (8, 15, 1024)  # F_SETOWN, F_SETOWN_EX: signals to others; F_SETLEASE: others wait at open
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG: it ends with its parent


def _conditional(pid: int) -> dict[str, tuple[_Check, ...]]:
    own = (_Check(0, (pid,)),)
    return {
        "socket": _UNIX,
        "socketpair": _UNIX,
        "clone": (_Check(0, (_THREAD,), mask=_THREAD | _NAMESPACES),),
        "kill": own,
        "tgkill": own,
        "rt_sigqueueinfo": own,
        "rt_tgsigqueueinfo": own,
        "prlimit64": (_Check(0, (0, pid)),),
        "prctl": (_Check(0, (_DEATH_SIGNAL,), among=False),),
        "fcntl": (_Check(1, _FCNTL, among=False),),
        "ioctl": (_Check(1, _IOCTL, errno.ENOTTY),),
        "open": (_Check(1, error=errno.EACCES, **_OPEN),),
        "openat": (_Check(2, error=errno.EACCES, **_OPEN),),
    }


# Classic BPF (linux/filter.h) over struct seccomp_data: number, architecture, 8 bytes of address, arguments
_LOAD, _AND, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000

Instruction = tuple[int, int, int, int]  # operation, steps on if true, steps on if false, operand


def filter_program(machine: str, pid: int) -> list[Instruction]:
    """The filter for a process ``pid`` on ``machine`` (as ``platform.machine()`` names it).

    >>> len(filter_program("aarch64", 1)) < len(filter_program("x86_64", 1)) < 4096  # the kernel's limit
    True
    """
    column, architecture = _MACHINES[machine]
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),  # 32-bit calls have other numbers
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, NEWEST + 1),  # with them x32, whose numbers start at 2**30
        (_RETURN, 0, 0, _ERROR | errno.ENOSYS),
    ]
    for error, names in _REFUSED.items():
        for number in filter(None, (_number(name, column) for name in names.split())):
            program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERROR | error)]
    for name, checks in _conditional(pid).items():
        if number := _number(name, column):
            block = [step for check in checks for step in _checked(check)] + [(_RETURN, 0, 0, _ALLOW)]
            program += [(_EQUAL, 0, len(block), number), *block]
    return [*program, (_RETURN, 0, 0, _ALLOW)]


def _number(name: str, column: int) -> int | None:
    number = NUMBERS[name][column]
    return None if number == "-" else int(number)


def _checked(check: _Check) -> list[Instruction]:
    """Goes on behind its last step where the check is passed, and answers with its error where not."""
    steps = [(_LOAD, 0, 0, _ARGUMENTS + 8 * check.argument), (_AND, 0, 0, check.mask)]
    for left, value in zip(range(len(check.values) - 1, -1, -1), check.values, strict=True):
        passed, refused = left + 1, left  # the refusal stands right behind the comparisons
        missed = 0 if left or check.among else 1
        steps.append((_EQUAL, passed if check.among else refused, missed, value))
    return [*steps, (_RETURN, 0, 0, _ERROR | check.error)]


@cache
def _libc() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return library


def call(name: str, *arguments) -> int:
    """A system call by its name; ints are passed as long, raises OSError."""
    column, _ = _MACHINES[platform.machine()]
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = _libc().syscall(ctypes.c_long(_number(name, column)), *wide)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")
    return result


def known_machine() -> bool:
    """Whether the numbers of this machine's calls are in the table."""
    return platform.machine() in _MACHINES and struct.calcsize("P") == 8


_SECCOMP, _NO_NEW_PRIVILEGES, _FILTER = 22, 38, 2  # PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER


def no_new_privileges() -> None:
    """Never again more rights than now; what Landlock and seccomp ask of ordinary users."""
    call("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def refuse_calls() -> None:
    """Put the filter upon this thread and all it will start; there is no way back."""
    program = filter_program(platform.machine(), os.getpid())
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in program))
    # struct sock_fprog: number of instructions, address of the first
    header = ctypes.create_string_buffer(struct.pack("HP", len(program), ctypes.addressof(code)))
    call("prctl", _SECCOMP, _FILTER, header, 0, 0)
