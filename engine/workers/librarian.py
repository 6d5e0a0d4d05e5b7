"""The librarian: describes data sets and fetches those that can be downloaded. It needs no Keras."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue

from engine.data.description import DataDescription, DataError
from engine.workers.child import Window
from engine.workers.protocol import CancelFetch, DataRefused, Describe, Described, FetchProgress, Ready, Reply

log = logging.getLogger(__name__)

INTERVAL = 0.1
"""Seconds between two words about a download's progress."""


def main(window: Window) -> None:
    """Serves the window until it is gone. Requests are answered one after another; a download keeps none waiting."""
    requests: SimpleQueue[Describe] = SimpleQueue()
    cancelled: set[int] = set()
    window.start_work(partial(_work, window, requests))
    for command in window.commands():
        if isinstance(command, CancelFetch):
            cancelled.add(command.request)
        elif isinstance(command, Describe) and command.fetch:
            window.start_work(partial(_fetch, window, command, cancelled))
        elif isinstance(command, Describe):
            requests.put(command)


def _work(window: Window, requests: SimpleQueue[Describe]) -> None:
    from engine.data import loading

    window.send(Ready("librarian"))
    while True:
        request = requests.get()
        window.send(_answer(request, partial(loading.describe, request.data)))


def _fetch(window: Window, request: Describe, cancelled: set[int]) -> None:
    """Downloads on a thread of its own, and then describes what came."""
    from engine.data import loading

    told = 0.0

    def progress(done: int, total: int) -> bool:
        nonlocal told
        if time.monotonic() - told >= INTERVAL or done == total > 0:
            told = time.monotonic()
            window.send(FetchProgress(request.request, done, total))
        return request.request not in cancelled

    def fetch_and_describe() -> DataDescription:
        loading.fetch(request.data, progress)
        return loading.describe(request.data)

    window.send(_answer(request, fetch_and_describe))


def _answer(request: Describe, work: Callable[[], DataDescription]) -> Reply:
    """What comes of a request: the description, or why there is none. A file can be odd in ways nobody thought of."""
    try:
        return Described(request.request, request.data, work())
    except DataError as error:
        return DataRefused(request.request, request.data, str(error), error.can_fetch)
    except MemoryError:
        sentence = f"{request.data.source} does not fit into the memory that is free."
        return DataRefused(request.request, request.data, sentence)
    except Exception as error:
        log.exception("the librarian failed on %s", request.data.source)
        sentence = f"{request.data.source} could not be read ({type(error).__name__}: {error})."
        return DataRefused(request.request, request.data, sentence)
