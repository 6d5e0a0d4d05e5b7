"""Blocks on the system's clipboard: as text that any program takes, and under a type of our own beside it."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QGuiApplication

from gui.canvas.mime import NETWORK_MIME


def put_on_clipboard(text: str) -> None:
    """Puts blocks, written as a project's text, on the clipboard."""
    mime = QMimeData()
    mime.setText(text)
    mime.setData(NETWORK_MIME, QByteArray(text.encode("utf-8", "replace")))
    QGuiApplication.clipboard().setMimeData(mime)


def text_on_clipboard() -> str:
    """What may be blocks on the clipboard; "" where there is neither our own type nor text."""
    mime = QGuiApplication.clipboard().mimeData()
    if mime is None:
        return ""
    if mime.hasFormat(NETWORK_MIME):
        return bytes(mime.data(NETWORK_MIME).data()).decode("utf-8", "replace")
    return mime.text() if mime.hasText() else ""
