"""The inside of every engine process: how it starts, speaks to the window, and ends with it.

The main thread does nothing but read the pipe, so that the window's writing never waits for Keras, and so that the end
of the window is seen in the middle of a step. The work is done on a thread of its own, the only one to touch Keras.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

from engine.settings import Backend
from engine.workers.protocol import Command, LastWords, Reply
from engine.workers.stderr import settle_streams

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

log = logging.getLogger(__name__)

_PR_SET_PDEATHSIG = 1


class Window:
    """The window as an engine process sees it: commands come in, replies go out."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def commands(self) -> Iterator[Command]:
        """The commands as they come; for the main thread. When the window is gone, so is the process."""
        while True:
            try:
                command = self._connection.recv()
            except (EOFError, OSError):
                leave(0)
            yield cast(Command, command)

    def send(self, reply: Reply | LastWords) -> None:
        """Sends a reply; from any thread."""
        try:
            with self._lock:
                self._connection.send(reply)
        except OSError:
            leave(0)

    def start_work(self, work: Callable[[], None]) -> None:
        """Runs `work` on a thread, as `run_or_say_why_not` does."""
        threading.Thread(target=self.run_or_say_why_not, args=(work,), name="lamina-work", daemon=True).start()

    def run_or_say_why_not(self, work: Callable[[], None]) -> None:
        """Runs `work`. A mistake in it ends the process, with last words to the window."""
        try:
            work()
        except Exception as error:
            log.exception("the engine process breaks")
            self.send(LastWords(f"{type(error).__name__}: {error}", traceback.format_exc()))
            leave(1)


def leave(code: int) -> None:
    """Ends the process at once, from whichever thread and whatever the others are doing.

    The interpreter's own way out would wait for the libraries' threads, which can take seconds or for ever.
    """
    os._exit(code)


def run_child(role: str, connection: Connection, backend: Backend, threads: int | None) -> None:
    """The main function of every engine process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches the children too; the window decides
    _die_with_the_window()
    settle_streams(role)
    window = Window(connection)
    window.run_or_say_why_not(lambda: _play(role, window, backend, threads))


def _play(role: str, window: Window, backend: Backend, threads: int | None) -> None:
    """Does what the role is for. Each imports its own part of the engine only."""
    if role == "analyst":
        from engine.workers import analyst

        analyst.main(window)
    elif role == "librarian":
        from engine.workers import librarian

        librarian.main(window)
    else:
        from engine.workers import trainer

        trainer.main(window, backend, threads)


def _die_with_the_window() -> None:
    """Asks Linux to kill this process when the window dies, even while a library keeps Python from running.

    Seeing the pipe close needs Python's lock, which loading TensorFlow from a cold disk holds for seconds.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
