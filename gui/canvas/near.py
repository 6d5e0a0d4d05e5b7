"""What frames, groups' cards and comments have in common: they show less from far away, unless told otherwise."""

from __future__ import annotations

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem


class NearItem(QGraphicsItem):
    """An item that shows everything from close by. `detailed` has it do so at any zoom, as for a picture on paper."""

    def __init__(self, *, detailed: bool) -> None:
        super().__init__()
        self._detailed = detailed

    def show_detailed(self, detailed: bool) -> None:
        """Shows everything at any zoom, or only from close by."""
        self._detailed = detailed
        self.update()

    def nearness(self, painter: QPainter, option: QStyleOptionGraphicsItem) -> float:
        """The zoom that decides what is shown, never zero."""
        return 1.0 if self._detailed else max(0.01, option.levelOfDetailFromTransform(painter.worldTransform()))
