"""Helpers for tests that run real engine processes."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from engine import edits
from engine.graph import Graph, Value
from engine.settings import Backend
from engine.workers.process import EngineProcess, Role
from engine.workers.protocol import Gone, Ready, Reply

PATIENCE = 120.0
"""Seconds after which a reply that did not come fails a test; a loaded machine starts Keras slowly."""


def chain(*blocks: str | tuple[str, dict[str, Value]]) -> Graph:
    """A graph of blocks one below the other; parameters stand beside a block's type."""
    graph, last = Graph(), None
    for entry in blocks:
        type_name, parameters = (entry, {}) if isinstance(entry, str) else entry
        graph, last = edits.append_block(graph, type_name, last)
        for name, value in parameters.items():
            graph = edits.set_parameter(graph, [last], name, value)
    return graph


def digits_network(units: int = 32) -> Graph:
    """A network that learns the digits."""
    hidden: tuple[str, dict[str, Value]] = ("Dense", {"units": units})
    last: tuple[str, dict[str, Value]] = ("Dense", {"units": 10, "activation": "softmax"})
    return chain(("Input", {"scaling": "0–1"}), "Flatten", hidden, last, "Output")


class Listener:
    """A process, and every reply that has come from it so far."""

    def __init__(self, process: EngineProcess) -> None:
        self.process = process
        self.replies: list[Reply] = []

    def wait_for(self, condition: Callable[[Reply], bool], what: str = "a reply") -> Reply:
        """The first reply so far that fulfils the condition, waiting for it where it has not come yet."""
        looked_at = 0
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.replies += self.process.receive()
            for reply in self.replies[looked_at:]:
                if condition(reply):
                    return reply
            if self.replies and isinstance(self.replies[-1], Gone):
                break
            looked_at = len(self.replies)
            threading.Event().wait(0.002)
        raise AssertionError(f"{what} did not come; there is {self.replies[-5:]}")

    def gone(self) -> Gone:
        """The process's end."""
        reply = self.wait_for(lambda reply: isinstance(reply, Gone), "the end of the process")
        assert isinstance(reply, Gone)
        return reply

    def ready(self) -> Ready:
        """The process's word that it is warm."""
        reply = self.wait_for(lambda reply: isinstance(reply, Ready), "the word that the process is warm")
        assert isinstance(reply, Ready)
        return reply


@contextmanager
def running(role: Role, backend: Backend = "tensorflow", threads: int | None = None) -> Iterator[Listener]:
    """An engine process that has been started, and is gone afterwards whatever happens."""
    process = EngineProcess(role, backend, threads)
    process.start()
    try:
        yield Listener(process)
    finally:
        process.kill()
        assert process.join(30)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Waits for a condition."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come about"
        threading.Event().wait(0.002)


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has asked for its exit code has, too."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


@contextmanager
def main_module_is(path: Path) -> Iterator[None]:
    """Has spawned children import that file as their main module, as those of the application do."""
    main = sys.modules["__main__"]
    before = {name: main.__dict__.get(name) for name in ("__file__", "__spec__")}
    main.__dict__.update({"__file__": str(path), "__spec__": None})
    try:
        yield
    finally:
        main.__dict__.update(before)
