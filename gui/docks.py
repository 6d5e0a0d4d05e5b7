"""Side panels that can be resized, hidden and moved, without title bars unless somebody arranges them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QTabWidget, QWidget

VERSION = 2
"""Raised when the panels change so much that an arrangement kept by an older version no longer fits."""

LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea

CORNERS = (
    (Qt.Corner.TopLeftCorner, LEFT),
    (Qt.Corner.BottomLeftCorner, LEFT),
    (Qt.Corner.TopRightCorner, RIGHT),
    (Qt.Corner.BottomRightCorner, RIGHT),
)

TITLES = {
    "palette": "Layers",
    "outline": "Outline",
    "properties": "Properties",
    "training": "Training",
    "problems": "Problems",
}


SIDES = ((1200, (264, 424)), (900, (224, 400)), (0, (200, 300)))
"""Widths of the left and the right panels in windows from so many pixels on: the canvas needs its share."""


class Dock(QDockWidget):
    """A panel of the main window. Its title bar is there only while panels are being arranged."""

    def __init__(self, name: str, content: QWidget, window: QMainWindow) -> None:
        super().__init__(TITLES[name], window)
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


class Docks:
    """The panels around the canvas and their arrangement."""

    def __init__(self, window: QMainWindow, contents: Mapping[str, QWidget]) -> None:
        self._window = window
        self.by_name = {name: Dock(name, content, window) for name, content in contents.items()}
        window.setDockNestingEnabled(True)
        window.setTabPosition(LEFT | RIGHT | BOTTOM, QTabWidget.TabPosition.North)
        for corner, area in CORNERS:
            window.setCorner(corner, area)
        window.addDockWidget(LEFT, self.by_name["palette"])
        window.addDockWidget(LEFT, self.by_name["properties"])
        window.splitDockWidget(self.by_name["palette"], self.by_name["properties"], Qt.Orientation.Vertical)
        window.tabifyDockWidget(self.by_name["palette"], self.by_name["outline"])
        self.by_name["palette"].raise_()
        window.addDockWidget(RIGHT, self.by_name["training"])
        window.addDockWidget(BOTTOM, self.by_name["problems"])
        self.by_name["problems"].hide()
        self._first = window.saveState(VERSION)
        self._shared = SIDES[0][1]

    def __getitem__(self, name: str) -> Dock:
        return self.by_name[name]

    def fill_menu(self, menu: QMenu) -> None:
        """What can be done with the panels: show, hide, arrange, put back."""
        for dock in self.by_name.values():
            menu.addAction(dock.toggleViewAction())
        menu.addSeparator()
        self._arrange = menu.addAction("Arrange panels")
        self._arrange.setCheckable(True)
        self._arrange.setToolTip("Show title bars by which panels can be dragged to another side")
        self._arrange.toggled.connect(self._set_arranging)
        menu.addAction("Put panels back").triggered.connect(self.put_back)

    def set_sizes(self) -> None:
        """Gives the panels the sizes that the page is drawn with, or smaller ones where the window is narrow."""
        docks = self.by_name
        self._share_width()
        self._window.resizeDocks([docks["palette"], docks["properties"]], [560, 400], Qt.Orientation.Vertical)
        self._window.resizeDocks([docks["problems"]], [150], Qt.Orientation.Vertical)

    def follow_width(self) -> None:
        """Shares the width anew when the window has become narrow, or wide again."""
        if self._sides() != self._shared:
            self._share_width()

    def _sides(self) -> tuple[int, int]:
        """The widths of the left and the right panels in a window of the present width."""
        width = self._window.width()
        return next(sides for least, sides in SIDES if width >= least)

    def _share_width(self) -> None:
        self._shared = self._sides()
        sides = [self.by_name["palette"], self.by_name["training"]]
        self._window.resizeDocks(sides, list(self._shared), Qt.Orientation.Horizontal)

    def put_back(self) -> None:
        """Puts every panel where it was at the first start."""
        self._arrange.setChecked(False)
        self._window.restoreState(self._first, VERSION)
        self.set_sizes()

    def toggle(self, name: str) -> None:
        """Shows a panel, or hides it."""
        self.by_name[name].setVisible(not self.by_name[name].isVisible())

    def state(self) -> QByteArray:
        """The arrangement, for keeping."""
        return self._window.saveState(VERSION)

    def restore(self, state: QByteArray) -> bool:
        """Takes an arrangement that was kept; False when there is none that fits."""
        self._shared = self._sides()  # what was kept has the widths that the person left
        return not state.isEmpty() and self._window.restoreState(state, VERSION)

    def _set_arranging(self, arranging: bool) -> None:
        for dock in self.by_name.values():
            dock.set_arranging(arranging)
