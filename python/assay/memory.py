"""Freed memory kept for the next batch."""

from __future__ import annotations

import ctypes

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3


def keep_memory(mebibytes: int = 1024) -> bool:
    """Lets the process keep freed memory, up to some `mebibytes` at its end, instead of giving it back and faulting it in
    again page by page; False where the C library is not glibc.

    Reading a batch of a million tokens costs mostly fresh pages, as do a small model's steps on a CPU: both get several
    times faster. It holds for the whole process, so it is the trainer's to call, once and early.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    size = min(mebibytes << 20, 2**31 - 1)
    return all(mallopt(parameter, value) for parameter, value in (
        (_M_MMAP_THRESHOLD, min(size, 1 << 30)), (_M_TRIM_THRESHOLD, size), (_M_TOP_PAD, 64 << 20),
    ))  # fmt: skip
