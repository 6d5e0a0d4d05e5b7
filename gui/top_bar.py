"""The bar at the top: the menus, the project and its state, the network's totals, Export."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenuBar, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.figures import grouped, scaled, size_text
from gui.theme import interface_font, set_role
from gui.workspace import Workspace


class ElidedLabel(QLabel):
    """A label that shortens its text where there is no room for it."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().windowText().color())
        text = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), text)


class TopBar(QFrame):
    """Shows the project's name and totals; Export asks for a file.

    In a narrow window the totals become short, then go, then the name elides; menus and buttons stay.
    """

    export_requested = Signal()

    def __init__(self, workspace: Workspace, menus: QMenuBar, undo: QAction, redo: QAction) -> None:
        super().__init__()
        self.setObjectName("top")
        self.setFixedHeight(45)
        self._workspace = workspace
        brand = QLabel("Lamina")
        brand.setFont(interface_font(14, semibold=True))
        set_role(brand, "title")
        menus.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._menus = menus
        self._name = ElidedLabel()
        self._name.setAccessibleName("Project")
        self._name.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._name.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        self._totals = QLabel()
        self._totals.setAccessibleName("Size of the network")
        set_role(self._totals, "secondary")
        self._export = QPushButton("Export .keras")
        self.show_export_key("")
        self._export.clicked.connect(self.export_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(8)
        row.addWidget(brand)
        row.addSpacing(4)
        row.addWidget(menus, 0, Qt.AlignmentFlag.AlignVCenter)
        for action in (undo, redo):
            row.addWidget(_tool_button(action))
        row.addWidget(self._name, 1)
        row.addWidget(self._totals)
        row.addSpacing(4)
        row.addWidget(self._export)
        self._row = row
        self._parts: list[str] = []
        workspace.analysis_changed.connect(self._show_totals)
        self._show_totals()

    def set_name(self, name: str, *, modified: bool) -> None:
        """Shows the project's name and whether something is not saved."""
        self._name.setText(f"{name} — edited" if modified else name)
        self._fit()

    def show_export_key(self, keys: str) -> None:
        """Names the keys of Export, such as " (Ctrl+E)", in its tip."""
        self._export.setToolTip(f"Save the trained network as a .keras file, which Keras loads anywhere{keys}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Shows as much of the totals as there is room for beside the whole name."""
        menus = [self._menus.actionGeometry(action) for action in self._menus.actions()]
        if menus and not any(place.isEmpty() for place in menus):
            self._menus.setMinimumWidth(sum(place.width() for place in menus) + 8)
        others = sum(
            item.sizeHint().width()
            for item in map(self._row.itemAt, range(self._row.count()))
            if item is not None and item.widget() is not self._totals
        )
        margins = self._row.contentsMargins()
        spaces = self._row.spacing() * (self._row.count() - 1)
        room = self.width() - others - spaces - margins.left() - margins.right()
        metrics = self._totals.fontMetrics()
        texts = [" · ".join(self._parts[:count]) for count in range(len(self._parts), 0, -1)]
        text = next((text for text in texts if metrics.horizontalAdvance(text) + 4 <= room), "")
        self._totals.setText(text)
        self._totals.setVisible(bool(text))

    def _show_totals(self) -> None:
        analysis = self._workspace.analysis
        self._parts = []
        if analysis.parameters:
            self._parts = [f"{grouped(analysis.parameters)} parameters", size_text(analysis.size)]
            if analysis.operations:
                self._parts.append(f"{scaled(analysis.operations)} operations")
        self._totals.setToolTip(
            "All weights, the memory that they take as 32-bit floats, and the multiplications and additions for one "
            "example"
        )
        self._fit()


def _tool_button(action: QAction) -> QWidget:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(18, 18))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
