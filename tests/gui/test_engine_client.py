"""The window's engine client: real processes, real pipes, and what happens when one of them dies."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.graph import Graph
from engine.judge.report import Analysis
from engine.project import Project
from engine.settings import DataSettings
from engine.templates import load_template
from engine.training.events import Batches, Finished, Started, TrainingEvent
from engine.training.job import Job
from engine.workers.protocol import Analysed, DataRefused, Described, Exported, ExportRefused
from gui.engine import ENDED_BY_PERSON, EngineClient, EngineState

PATIENCE = 120_000
"""Milliseconds that a slow machine may take for anything here."""


class Heard:
    """Everything that a client has said."""

    def __init__(self, client: EngineClient) -> None:
        self.analysed: list[Analysed] = []
        self.described: list[Described] = []
        self.refused: list[DataRefused] = []
        self.events: list[TrainingEvent] = []
        self.exported: list[Exported] = []
        self.export_refused: list[ExportRefused] = []
        self.lost: list[str] = []
        self.messages: list[str] = []
        client.analysed.connect(self.analysed.append)
        client.described.connect(self.described.append)
        client.data_refused.connect(self.refused.append)
        client.training_events.connect(self.events.extend)
        client.exported.connect(self.exported.append)
        client.export_refused.connect(self.export_refused.append)
        client.run_lost.connect(self.lost.append)
        client.engine_message.connect(self.messages.append)


@pytest.fixture
def client(qtbot: QtBot) -> Iterator[EngineClient]:
    made = EngineClient()
    yield made
    made.shutdown()


@pytest.fixture
def heard(client: EngineClient) -> Heard:
    return Heard(client)


def _digits(epochs: int) -> Project:
    project = load_template("digits-mlp")
    return replace(project, training=replace(project.training, epochs=epochs))


def test_the_newest_graph_is_answered_and_older_answers_are_dropped(
    client: EngineClient, heard: Heard, qtbot: QtBot
) -> None:
    client.warm_trainers = False
    client.start()
    graph = load_template("digits-mlp").graph
    for _ in range(20):
        client.analyse(Graph(), None)
    client.analyse(graph, None)
    qtbot.waitUntil(lambda: bool(heard.analysed), timeout=PATIENCE)
    assert all(set(answer.analysis.blocks) == set(graph.blocks) for answer in heard.analysed)


def test_a_data_set_is_described_and_a_missing_file_refused(client: EngineClient, heard: Heard, qtbot: QtBot) -> None:
    client.warm_trainers = False
    client.start()
    client.describe(DataSettings("digits"))
    qtbot.waitUntil(lambda: bool(heard.described), timeout=PATIENCE)
    assert heard.described[0].description.inputs[0].shape == (8, 8, 1)
    client.describe(DataSettings("npz:/nowhere/data.npz"))
    qtbot.waitUntil(lambda: bool(heard.refused), timeout=PATIENCE)
    assert "/nowhere/data.npz" in heard.refused[0].message


@pytest.mark.timeout(480)
def test_a_run_is_paused_resumed_stopped_and_exported(
    client: EngineClient, heard: Heard, qtbot: QtBot, tmp_path: Path
) -> None:
    client.start()
    job = Job(_digits(2000), tmp_path / "run")
    assert client.train(job)
    assert not client.train(job), "pressing twice starts one run"
    assert client.is_running
    qtbot.waitUntil(lambda: any(isinstance(event, Batches) for event in heard.events), timeout=PATIENCE)
    assert client.state is EngineState.TRAINING
    client.pause()
    qtbot.waitUntil(lambda: client.state is EngineState.PAUSED, timeout=PATIENCE)
    count = len(heard.events)
    client.resume()
    qtbot.waitUntil(lambda: len(heard.events) > count, timeout=PATIENCE)
    client.set_learning_rate(0.01)
    client.stop()
    qtbot.waitUntil(lambda: isinstance(heard.events[-1], Finished), timeout=PATIENCE)
    assert sum(isinstance(event, Started) for event in heard.events) == 1
    assert not client.is_running
    client.export_run(tmp_path / "run", tmp_path / "digits.keras")
    qtbot.waitUntil(lambda: bool(heard.exported or heard.export_refused), timeout=PATIENCE)
    assert heard.export_refused == []
    assert (tmp_path / "digits.keras").is_file()
    assert heard.exported[0].difference <= 1e-5
    assert heard.lost == heard.messages == []


@pytest.mark.timeout(480)
def test_a_run_whose_process_is_ended_by_hand_is_lost_and_the_next_one_works(
    client: EngineClient, heard: Heard, qtbot: QtBot, tmp_path: Path
) -> None:
    client.start()
    client.train(Job(_digits(2000), tmp_path / "run"))
    qtbot.waitUntil(lambda: any(isinstance(event, Batches) for event in heard.events), timeout=PATIENCE)
    client.kill_run()
    qtbot.waitUntil(lambda: bool(heard.lost), timeout=PATIENCE)
    assert heard.lost == [ENDED_BY_PERSON]
    assert not client.is_running
    heard.events.clear()
    assert client.train(Job(_digits(1), tmp_path / "next"))
    qtbot.waitUntil(lambda: any(isinstance(event, Finished) for event in heard.events), timeout=PATIENCE)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind are those of POSIX")
def test_a_dead_analyst_is_started_again_and_asked_again(client: EngineClient, heard: Heard, qtbot: QtBot) -> None:
    client.warm_trainers = False
    client.start()
    client.analyse(load_template("digits-mlp").graph, None)
    qtbot.waitUntil(lambda: bool(heard.analysed), timeout=PATIENCE)
    heard.analysed.clear()
    _kill(client, "analyst")
    qtbot.waitUntil(lambda: bool(heard.messages), timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(heard.analysed), timeout=PATIENCE)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind are those of POSIX")
def test_who_asks_an_analyst_that_dies_is_told_so(client: EngineClient, heard: Heard, qtbot: QtBot) -> None:
    client.warm_trainers = False
    client.start()
    answers: list[Mapping[str, Analysis]] = []
    qtbot.waitUntil(lambda: _pid(client, "analyst") is not None, timeout=PATIENCE)
    assert client.ask({"a": load_template("digits-mlp").graph}, None, answers.append)
    _kill(client, "analyst")
    qtbot.waitUntil(lambda: bool(heard.messages), timeout=PATIENCE)
    assert answers == [{}]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind are those of POSIX")
def test_a_process_that_dies_again_and_again_is_left_alone(client: EngineClient, heard: Heard, qtbot: QtBot) -> None:
    client.warm_trainers = False
    client.start()
    for deaths in (1, 2, 3):
        qtbot.waitUntil(lambda: _pid(client, "librarian") is not None, timeout=PATIENCE)
        _kill(client, "librarian")
        qtbot.waitUntil(partial(_has, heard.messages, deaths), timeout=PATIENCE)
    assert "several times" in heard.messages[-1]
    assert "librarian" not in [process.role for process in client._processes()]
    client.describe(DataSettings("iris"))
    qtbot.waitUntil(lambda: bool(heard.described), timeout=PATIENCE)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind are those of POSIX")
def test_a_dead_librarian_refuses_what_it_was_asked_and_answers_again(
    client: EngineClient, heard: Heard, qtbot: QtBot
) -> None:
    client.warm_trainers = False
    client.start()
    client.describe(DataSettings("iris"))
    qtbot.waitUntil(lambda: _pid(client, "librarian") is not None, timeout=PATIENCE)
    _kill(client, "librarian")
    qtbot.waitUntil(lambda: bool(heard.messages), timeout=PATIENCE)
    assert len(heard.described) + len(heard.refused) == 1, "every question has one answer"
    client.describe(DataSettings("digits"))
    qtbot.waitUntil(lambda: any(answer.data.source == "digits" for answer in heard.described), timeout=PATIENCE)


def _has(messages: list[str], count: int) -> bool:
    return len(messages) == count


def _pid(client: EngineClient, role: str) -> int | None:
    return next((process.pid for process in client._processes() if process.role == role and process.alive), None)


def _kill(client: EngineClient, role: str) -> None:
    pid = _pid(client, role)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
