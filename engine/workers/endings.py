"""How an engine process came to its end, in words."""

from __future__ import annotations

import signal
import sys

_SIGNALS = {
    "SIGKILL": (
        "was killed by the system. Most likely the computer ran out of memory: close other programs, or make the "
        "network or the batch smaller"
    ),
    "SIGTERM": "was told to end by another program",
    "SIGHUP": "was ended together with its terminal",
    "SIGABRT": "gave up inside one of its libraries, which happens when memory or a driver fails it",
    "SIGSEGV": "crashed inside one of its libraries (a forbidden memory access)",
    "SIGBUS": "crashed inside one of its libraries (memory that is not there; a full disk can cause it)",
    "SIGILL": "crashed: a library uses instructions that this processor does not have",
    "SIGFPE": "crashed inside one of its libraries (an impossible integer division)",
}
"""By name, since not every system has every signal."""

_WINDOWS_CODES = {
    0xC0000005: _SIGNALS["SIGSEGV"],
    0xC0000409: _SIGNALS["SIGABRT"],
    0xC000001D: _SIGNALS["SIGILL"],
    0xC0000017: _SIGNALS["SIGKILL"],
    0xC0000135: "did not start: a library that it needs is missing",
}


def ending(role: str, exit_code: int | None, *, wanted: bool, last_words: str = "") -> str:
    """A sentence on how the process of a role ended; `last_words` are its own explanation, if it gave one."""
    if wanted:
        return f"The {role} has ended."
    if exit_code is None:
        return f"The {role} could not be started. {last_words}".rstrip()
    if exit_code < 0:
        try:
            name = signal.Signals(-exit_code).name
        except ValueError:
            name = f"signal {-exit_code}"
        return f"The {role} {_SIGNALS.get(name, 'was ended from outside')} ({name})."
    if last_words:
        return f"The {role} ended by a mistake of its own. {last_words}"
    if sys.platform == "win32" and exit_code in _WINDOWS_CODES:
        return f"The {role} {_WINDOWS_CODES[exit_code]} (code {exit_code:#x})."
    return f"The {role} ended unexpectedly (code {exit_code})."
