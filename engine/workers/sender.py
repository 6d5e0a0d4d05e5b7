"""Sends what a training reports: gathered, thirty times a second at most, nothing lost and nothing overtaken."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable

import numpy as np

from engine.training.events import Batches
from engine.workers.child import Window
from engine.workers.protocol import Reply, Trained

INTERVAL = 1 / 30
"""Seconds between two sendings."""


class Sender:
    """An outbox with a thread, so that a training never waits for the pipe. `put` may be called from any thread."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._outbox: deque[Reply] = deque()
        self._news = threading.Condition()
        self._sending = False
        threading.Thread(target=self._serve, name="lamina-sender", daemon=True).start()

    def put(self, reply: Reply) -> None:
        """Sends a reply soon."""
        with self._news:
            self._outbox.append(reply)
            self._news.notify_all()

    def flush(self) -> None:
        """Waits until everything is in the pipe."""
        with self._news:
            self._news.wait_for(lambda: not self._outbox and not self._sending)

    def _serve(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: bool(self._outbox))
                waiting, self._outbox = self._outbox, deque()
                self._sending = True
            for reply in gathered(waiting):
                self._window.send(reply)
            with self._news:
                self._sending = False
                self._news.notify_all()
            time.sleep(INTERVAL)


def gathered(replies: Iterable[Reply]) -> list[Reply]:
    """The replies in order, with batches that follow one another in one epoch joined into one event."""
    joined: list[Reply] = []
    run: list[Batches] = []

    def close_run() -> None:
        if run:
            joined.append(Trained(_joined(run)))
            run.clear()

    for reply in replies:
        if not (isinstance(reply, Trained) and isinstance(reply.event, Batches)):
            close_run()
            joined.append(reply)
            continue
        if run and not _follows(run[-1], reply.event):
            close_run()
        run.append(reply.event)
    close_run()
    return joined


def _follows(first: Batches, second: Batches) -> bool:
    return first.epoch == second.epoch and first.first_step + len(first.times) == second.first_step


def _joined(run: list[Batches]) -> Batches:
    if len(run) == 1:
        return run[0]
    times, values = (np.concatenate([getattr(part, name) for part in run]) for name in ("times", "values"))
    return Batches(run[0].epoch, run[0].first_step, times, values)
