"""Side panels that can be resized, hidden and moved, without a title bar unless somebody arranges them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget


class Dock(QDockWidget):
    """A panel of the main window. Its title bar is there only while panels are being arranged."""

    def __init__(self, name: str, title: str, content: QWidget, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.setObjectName(name)
        self.setWidget(content)
        self._no_title = QWidget(self)
        self.set_arranging(False)

    def set_arranging(self, arranging: bool) -> None:
        """Shows a title bar by which the panel can be moved, or hides it."""
        features = QDockWidget.DockWidgetFeature.DockWidgetClosable
        if arranging:
            features |= QDockWidget.DockWidgetFeature.DockWidgetMovable
            features |= QDockWidget.DockWidgetFeature.DockWidgetFloatable
        self.setFeatures(features)
        self.setTitleBarWidget(None if arranging else self._no_title)  # type: ignore[arg-type]  # None restores Qt's own
        self._no_title.setVisible(False)


LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea
