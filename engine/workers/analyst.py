"""The analyst: judges graphs while a person draws. Keras on the JAX backend, which starts fast and small."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from queue import Empty, SimpleQueue

from engine.judge.judge import GivenUpError, Judge
from engine.judge.report import Analysis, Problem
from engine.workers.child import Window
from engine.workers.protocol import Analyse, Analysed, Ready
from engine.workers.warming import small_network

log = logging.getLogger(__name__)

PATIENCE = 0.15
"""Seconds without a newer request after which the thorough pass begins."""


def main(window: Window) -> None:
    """Serves the window until it is gone."""
    requests: SimpleQueue[Analyse] = SimpleQueue()
    window.start_work(lambda: _work(window, requests))
    for command in window.commands():
        if isinstance(command, Analyse):
            requests.put(command)


def _work(window: Window, requests: SimpleQueue[Analyse]) -> None:
    """Prepares Keras, then answers: the newest request only, at once, and thoroughly when no newer one comes."""
    from engine.backend import prepare

    prepare("jax")
    import keras

    judge = Judge()
    judge.analyse(small_network(), None, trace=True)
    window.send(Ready("analyst", "jax", versions=(("keras", keras.__version__),)))
    request: Analyse | None = None
    while True:
        request = _newest(requests, request or requests.get())
        window.send(Analysed(request.revision, _judge(judge, request, trace=False)))
        try:
            request = requests.get(timeout=PATIENCE)
        except Empty:
            # The first trace of a large graph takes seconds; a person who goes on drawing does not wait for it.
            with contextlib.suppress(GivenUpError):
                analysis = _judge(judge, request, trace=True, wanted=requests.empty)
                window.send(Analysed(request.revision, analysis))
            request = None


def _newest(requests: SimpleQueue[Analyse], request: Analyse) -> Analyse:
    """The last of the requests that wait."""
    while True:
        try:
            request = requests.get_nowait()
        except Empty:
            return request


def _judge(judge: Judge, request: Analyse, *, trace: bool, wanted: Callable[[], bool] = lambda: True) -> Analysis:
    """The judge's word. Should the judge have a mistake, the graph is answered all the same."""
    try:
        return judge.analyse(request.graph, request.data, trace=trace, wanted=wanted)
    except GivenUpError:
        raise
    except Exception as error:
        log.exception("the judge failed on revision %d", request.revision)
        sentence = (
            "Lamina made a mistake in checking this network, so its shapes are not known "
            f"({type(error).__name__}: {error}). Undo the last change, and please report it."
        )
        return Analysis(problems=(Problem("error", None, sentence),), traced=trace)
