"""`time.sleep` for a process under libfaketime 0.9.10, which breaks the system call behind it.

With the monotonic clock left real, its `clock_nanosleep` answers every sleep with EINVAL. Waiting
for no file at all takes as long and isn't touched.
"""

import select
import time
from typing import Any


def _sleep(seconds: Any, /) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], seconds)


time.sleep = _sleep
