"""Starts Keras for a command, without what its libraries print beside Python."""

from __future__ import annotations

import atexit
import functools
import os

from engine.backend import prepare
from engine.workers.stderr import read_native_errors, settle_streams

_ROLE = "command"


def start_keras(backend: str) -> None:
    """Settles the backend. What libraries print natively goes to a file that is removed unless the process crashes."""
    _settle_streams_once()
    prepare(backend)


@functools.cache
def _settle_streams_once() -> None:
    settle_streams(_ROLE)
    atexit.register(read_native_errors, _ROLE, os.getpid())
