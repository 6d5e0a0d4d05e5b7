"""Qt objects are destroyed on the main thread only."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gui.collector import Collector


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    made = Collector()
    yield made
    made.stop()


class Ring(QObject):
    """A Qt object that holds itself, so that only the collector can free it; it notes on which thread that was."""

    def __init__(self, freed_on: list[int]) -> None:
        super().__init__()
        self.ring = self
        self._freed_on = freed_on

    def __del__(self) -> None:
        self._freed_on.append(threading.get_ident())


def test_a_busy_thread_frees_no_qt_object(collector: Collector, qtbot: QtBot) -> None:
    freed_on: list[int] = []
    gc.collect()
    Ring(freed_on)

    kept: list[list[int]] = []

    def allocate() -> None:
        kept.extend([number] for number in range(200_000))

    worker = threading.Thread(target=allocate, name="lamina-busy")
    worker.start()
    worker.join()
    assert freed_on == []
    qtbot.waitUntil(lambda: bool(freed_on))
    assert freed_on == [threading.get_ident()]
