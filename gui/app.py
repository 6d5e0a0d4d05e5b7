"""Starts the window: application, theme, engine processes, and an end that leaves nothing behind."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from gui.collector import Collector
from gui.engine import EngineClient
from gui.icons import icon
from gui.main_window import MainWindow
from gui.preferences import Preferences
from gui.theme import prepare


def run(path: Path | None, template: str = "") -> int:
    """Opens the window, with the project in `path` or a template where one is named; returns the exit status."""
    QApplication.setApplicationName("Lamina")
    QApplication.setApplicationDisplayName("Lamina")
    QGuiApplication.setDesktopFileName("lamina")
    application = QApplication(sys.argv[:1])
    preferences = Preferences()
    prepare(application, preferences.theme)
    application.setWindowIcon(icon("lamina", "accent"))
    collector = Collector(application)
    engine = EngineClient()
    window = MainWindow(preferences, engine)
    window.closed.connect(application.quit)
    window.show()
    collector.settle()
    # The window is on the screen before the engine's processes take the processor for their start.
    QTimer.singleShot(0, engine, engine.start)
    QTimer.singleShot(0, window, lambda: window.start(path, template))
    _let_interrupts_close(window)
    return application.exec()


def _let_interrupts_close(window: MainWindow) -> None:
    """Ctrl-C in the terminal closes the window as its own button does; Python sees it when the timer wakes it."""
    signal.signal(signal.SIGINT, lambda *_: window.close())
    timer = QTimer(window)
    timer.start(200)
    timer.timeout.connect(lambda: None)
