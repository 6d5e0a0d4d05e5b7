"""The analyst: judges graphs while a person draws. Keras on the JAX backend, which starts fast and small."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace
from queue import Empty, SimpleQueue

from engine.data.description import DataDescription
from engine.graph import Graph
from engine.judge.judge import GivenUpError, Judge
from engine.judge.report import Analysis, Problem
from engine.workers.child import Window
from engine.workers.protocol import Analyse, Analysed, Answered, Ask, Ready
from engine.workers.warming import small_network

log = logging.getLogger(__name__)

PATIENCE = 0.15
"""Seconds without a newer request after which the thorough pass begins."""


def main(window: Window) -> None:
    """Serves the window until it is gone."""
    requests: SimpleQueue[Analyse | Ask] = SimpleQueue()
    window.start_work(lambda: _work(window, requests))
    for command in window.commands():
        if isinstance(command, Analyse | Ask):
            requests.put(command)


def _work(window: Window, requests: SimpleQueue[Analyse | Ask]) -> None:
    """Prepares Keras, then answers: of graphs the newest only, at once, and thoroughly when no newer one comes; last
    with the repairs that help."""
    from engine.backend import prepare

    prepare("jax")
    import keras

    judge = Judge()
    judge.analyse(small_network(), None, trace=True)
    window.send(Ready("analyst", "jax", versions=(("keras", keras.__version__),)))
    shallow: Analyse | None = None
    """What was answered by the quick pass alone so far."""
    while True:
        try:
            waiting = _all(requests, requests.get(timeout=PATIENCE if shallow else None))
        except Empty:
            # The first trace of a large graph takes seconds; a person who goes on drawing does not wait for it.
            if shallow is not None:
                with contextlib.suppress(GivenUpError):
                    analysis = _judge(judge, shallow.graph, shallow.data, trace=True, wanted=requests.empty)
                    if analysis.problems:  # looking for what mends them may take a while
                        window.send(Analysed(shallow.revision, analysis))
                    analysis = _with_fixes(judge, shallow, analysis, requests.empty)
                    window.send(Analysed(shallow.revision, analysis))
                    shallow = None
            continue
        for question in (request for request in waiting if isinstance(request, Ask)):
            window.send(Answered(question.request, _answers(judge, question)))
        for request in [request for request in waiting if isinstance(request, Analyse)][-1:]:
            window.send(Analysed(request.revision, _judge(judge, request.graph, request.data, trace=False)))
            shallow = request


def _all(requests: SimpleQueue[Analyse | Ask], first: Analyse | Ask) -> list[Analyse | Ask]:
    """All requests that wait, in their order."""
    waiting = [first]
    while True:
        try:
            waiting.append(requests.get_nowait())
        except Empty:
            return waiting


def _answers(judge: Judge, question: Ask) -> dict[str, Analysis]:
    """The judge's word on each candidate of a question."""
    return {key: _judge(judge, graph, question.data, trace=False) for key, graph in question.candidates.items()}


def _judge(
    judge: Judge,
    graph: Graph,
    data: DataDescription | None,
    *,
    trace: bool,
    wanted: Callable[[], bool] = lambda: True,
) -> Analysis:
    """The judge's word. Should the judge have a mistake, the graph is answered all the same."""
    try:
        return judge.analyse(graph, data, trace=trace, wanted=wanted)
    except GivenUpError:
        raise
    except Exception as error:
        log.exception("the judge failed")
        sentence = (
            "Lamina made a mistake in checking this network, so its shapes are not known "
            f"({type(error).__name__}: {error}). Undo the last change, and please report it."
        )
        return Analysis(problems=(Problem("error", None, sentence),), traced=trace)


def _with_fixes(judge: Judge, request: Analyse, analysis: Analysis, wanted: Callable[[], bool]) -> Analysis:
    """The analysis with the repairs that help. Should an entry have a mistake, the problems are told all the same."""
    try:
        return judge.with_fixes(request.graph, request.data, analysis, wanted=wanted)
    except GivenUpError:
        raise
    except Exception:
        log.exception("no fixes could be looked for")
        return replace(analysis, complete=True)
