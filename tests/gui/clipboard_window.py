"""One of two real windows that exchange blocks: it copies all that it has, or pastes and writes what it then has.

Run as a program, because each window has to be a process of its own.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QSocketNotifier, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.clip import clip_text
from engine.document import Document
from engine.graph import Block, Comment, Graph, Group
from engine.project import Project
from gui.canvas.view import CanvasView
from gui.workspace import Workspace
from tests.gui.canvas_help import chain

CTRL = Qt.KeyboardModifier.ControlModifier


def rich() -> Graph:
    """Four blocks, of which two form a group and one is bypassed, and a comment."""
    graph = chain("a", "b", "c", "d")
    blocks = graph.blocks
    return (
        graph.with_group(Group("g", "Head", "green"))
        .with_blocks(
            Block(key, "Dense", key.upper(), {"units": 7}, blocks[key].x, blocks[key].y, "g", bypassed=key == "c")
            for key in ("b", "c")
        )
        .with_comment(Comment("n", "A note", 300, 0))
    )


def main(task: str) -> None:
    """Copies and waits until it is told to end, or pastes."""
    application = QApplication([])
    workspace = Workspace(Document(Project(rich() if task == "copy" else Graph())))
    canvas = CanvasView(workspace)
    canvas.show()
    canvas.activateWindow()
    QTest.qWaitForWindowExposed(canvas)
    if task == "copy":
        QTest.keyClick(canvas, Qt.Key.Key_A, CTRL)
        QTest.keyClick(canvas, Qt.Key.Key_C, CTRL)
        sys.stdout.write("copied\n")
        sys.stdout.flush()
        ended = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
        ended.activated.connect(application.quit)
        application.exec()  # whoever copied answers for the clipboard
    else:
        QTest.keyClick(canvas, Qt.Key.Key_V, CTRL)
        sys.stdout.write(clip_text(workspace.graph))


if __name__ == "__main__":
    main(sys.argv[1])
