"""Enters the fence that systemd builds around a service, and runs a command there.

`fence.py FENCE COMMAND…`: FENCE is a JSON file of `calls` (the system calls that stay), `families` (of
sockets), and `writable_code` (whether memory may be both). As systemd does, each is a filter of the
kernel's (seccomp) that the command and its children can't take off again.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from ctypes import CDLL, Structure, byref, c_char_p, c_int, c_uint, c_uint32, c_uint64, c_void_p
from pathlib import Path

ALLOW = 0x7FFF0000
EQUAL, MASKED = 4, 7  # seccomp.h: enum scmp_compare
WRITE, EXECUTE = 2, 4  # mman.h: PROT_
LAST_FAMILY = 45  # socket.h: AF_MAX - 1


class Compared(Structure):
    """seccomp.h: struct scmp_arg_cmp."""

    _fields_ = [  # as ctypes has it
        ("arg", c_uint),
        ("op", c_int),
        ("a", c_uint64),
        ("b", c_uint64),
    ]


lib = CDLL("libseccomp.so.2")
lib.seccomp_init.argtypes = [c_uint32]
lib.seccomp_init.restype = c_void_p
lib.seccomp_load.argtypes = [c_void_p]
lib.seccomp_syscall_resolve_name.argtypes = [c_char_p]
lib.seccomp_rule_add_array.argtypes = [c_void_p, c_uint32, c_int, c_uint, c_void_p]


def refused(code: int) -> int:
    """seccomp.h: SCMP_ACT_ERRNO."""
    return 0x00050000 | code


class Filter:
    """One filter of the kernel's."""

    def __init__(self, otherwise: int) -> None:
        self._context = lib.seccomp_init(otherwise)

    def rule(self, action: int, call: str, where: Compared | None = None) -> None:
        """What becomes of a call; one that this machine doesn't have is left out."""
        number = lib.seccomp_syscall_resolve_name(call.encode())
        if number >= 0:
            few = (0, None) if where is None else (1, byref(where))
            done = lib.seccomp_rule_add_array(self._context, action, number, *few)
            assert done == 0, (call, done)

    def load(self) -> None:
        """In force from now on."""
        assert lib.seccomp_load(self._context) == 0


def main(fence: Path, command: list[str]) -> None:
    """Enter, and become the command."""
    told = json.loads(fence.read_text())
    families = Filter(ALLOW)
    for family in set(range(LAST_FAMILY + 1)) - set(told["families"]):
        where = Compared(0, EQUAL, family, 0)
        families.rule(refused(errno.EAFNOSUPPORT), "socket", where)
    families.load()
    if not told["writable_code"]:
        code = Filter(ALLOW)
        both = WRITE | EXECUTE
        code.rule(refused(errno.EPERM), "mmap", Compared(2, MASKED, both, both))
        for call in ("mprotect", "pkey_mprotect"):
            code.rule(refused(errno.EPERM), call, Compared(2, MASKED, EXECUTE, EXECUTE))
        code.load()
    calls = Filter(refused(errno.EPERM))
    for call in told["calls"]:
        calls.rule(ALLOW, call)
    calls.load()
    os.execvp(command[0], command)  # as systemd does


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
