"""An engine process as the window sees it: commands go out, replies come in, and nothing here ever blocks.

Each process has one background thread on the window's side. It starts the process, carries commands from the outbox
into the pipe and replies from the pipe into the mailbox, and sees the process end. The methods of `EngineProcess` may
be called from any one thread, the window's main thread above all.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections import deque
from multiprocessing.connection import wait
from typing import Literal

from engine.settings import Backend
from engine.training.events import Failed, Finished
from engine.workers.child import run_child
from engine.workers.endings import ending
from engine.workers.protocol import Analyse, Command, Gone, LastWords, Ready, Reply, Trained
from engine.workers.stderr import read_native_errors

Role = Literal["analyst", "librarian", "trainer"]

GRACE = 2.0
"""Seconds that a process has to end after its pipe was closed; then it is ended the hard way."""

_FAMILY = threading.Lock()
"""Held while a process is started or its exit code is collected: multiprocessing looks after the children of all
threads in both places, and two threads that ask for one exit code leave one of them without it."""


class EngineProcess:
    """One engine process: the analyst, the librarian or a trainer.

    `backend` ("tensorflow" or "jax") and `threads` (processor threads, None for all) are for a trainer.
    """

    def __init__(self, role: Role, backend: Backend = "tensorflow", threads: int | None = None) -> None:
        self.role = role
        self.backend = backend
        self.threads = threads
        self.ready = False
        self.pid: int | None = None
        context = multiprocessing.get_context("spawn")
        self._pipe, self._far_end = context.Pipe()
        self._bell, self._rope = context.Pipe(duplex=False)
        self._process = context.Process(
            target=run_child, args=(role, self._far_end, backend, threads), name=f"lamina-{role}", daemon=True
        )
        self._thread = threading.Thread(target=self._serve, name=f"lamina-{role}", daemon=True)
        self._lock = threading.Lock()
        self._outbox: deque[Command] = deque()
        self._mailbox: deque[Reply] = deque()
        self._rung = False
        self._started = False
        self._gone = False
        self._told_to_end = False
        self._run_is_over = False
        self._last_words = LastWords("", "")

    @property
    def alive(self) -> bool:
        """Whether it was started and its `Gone` is still to come."""
        return self._started and not self._gone

    def start(self) -> None:
        """Starts the process and returns at once; commands may be sent right away."""
        self._started = True
        self._thread.start()

    def send(self, command: Command) -> None:
        """Puts a command into the outbox. One that a newer one makes pointless and that still waits there is dropped;
        a process that has ended takes none."""
        with self._lock:
            if isinstance(command, Analyse):
                self._outbox = deque(waiting for waiting in self._outbox if not isinstance(waiting, Analyse))
            self._outbox.append(command)
            self._ring()

    def receive(self) -> list[Reply]:
        """Everything that has come since the last call, in order."""
        replies = []
        while self._mailbox:
            replies.append(self._mailbox.popleft())
        return replies

    def end(self) -> None:
        """Closes the pipe, upon which the process ends by itself within a second. Does not wait for that."""
        with self._lock:
            self._told_to_end = True
            self._ring()

    def kill(self) -> None:
        """Ends the process the hard way, whatever it is doing. Does not wait."""
        self.end()
        with _FAMILY:
            if self.pid is not None and not self._gone:
                self._process.kill()

    def join(self, timeout: float) -> bool:
        """Waits up to `timeout` seconds for the end; True when the process is gone."""
        if self._started:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _ring(self) -> None:
        """Wakes the background thread. The lock is held; one ring is enough until it was heard."""
        if not self._rung and not self._gone:
            self._rung = True
            self._rope.send_bytes(b"!")

    def _serve(self) -> None:
        """The background thread, from the start of the process to its end."""
        exit_code = None
        try:
            with _FAMILY:
                # On Linux the child dies with the thread that started it, which is why this one does.
                self._process.start()
                self.pid = self._process.pid
            self._far_end.close()  # or the pipe would stay open when the child closes it
            self._carry()
        except OSError as error:  # no memory or no process left
            self._last_words = LastWords(f"The system says: {error.strerror or error}.", "")
        finally:
            self._pipe.close()
            self._far_end.close()
            if self.pid is not None:
                exit_code = self._collect()
            with self._lock:
                self._gone = True
                self._bell.close()
                self._rope.close()
            self._mailbox.append(self._farewell(exit_code))

    def _carry(self) -> None:
        """Carries messages both ways until the process ends or is told to."""
        while True:
            active = wait([self._pipe, self._bell, self._process.sentinel])
            if self._bell in active:
                with self._lock:
                    self._bell.recv_bytes()
                    self._rung = False
                    if self._told_to_end:
                        return
                    commands, self._outbox = self._outbox, deque()
                self._write(commands)
            if self._pipe in active:
                try:
                    self._take(self._pipe.recv())
                except (EOFError, OSError):
                    return
            elif self._process.sentinel in active and not self._pipe.poll():
                return

    def _write(self, commands: deque[Command]) -> None:
        """Writes commands into the pipe. A process that is gone has left its last replies there to be read."""
        try:
            for command in commands:
                self._pipe.send(command)
        except OSError:
            return

    def _take(self, reply: Reply | LastWords) -> None:
        """Takes notice of a reply and puts it into the mailbox."""
        if isinstance(reply, LastWords):
            self._last_words = reply
            return
        if isinstance(reply, Ready):
            self.ready = True
        if isinstance(reply, Trained) and isinstance(reply.event, Finished | Failed):
            self._run_is_over = True
        self._mailbox.append(reply)

    def _collect(self) -> int | None:
        """Waits for the process to end, helps it after a while, and returns its exit code."""
        wait([self._process.sentinel], GRACE)
        with _FAMILY:
            if self._process.is_alive():
                self._process.kill()
            self._process.join()
            return self._process.exitcode

    def _farewell(self, exit_code: int | None) -> Gone:
        wanted = self._told_to_end or (self._run_is_over and exit_code == 0)
        native = read_native_errors(self.role, self.pid) if self.pid is not None else ""
        details = "" if wanted else "\n".join(part for part in (self._last_words.details, native) if part)
        message = ending(self.role, exit_code, wanted=wanted, last_words=self._last_words.message)
        return Gone(exit_code, wanted, message, details)
