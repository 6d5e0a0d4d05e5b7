"""The button in the property panel that bypasses the selected blocks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from engine.bypass import never_bypassed
from engine.catalogue import CATALOGUE
from engine.graph import Block
from gui.bypassing import are_bypassed, toggle_bypass
from gui.icons import icon
from gui.workspace import Workspace


class BypassButton(QToolButton):
    """Down while all selected blocks are bypassed; hidden where one of them never can be."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._blocks: tuple[str, ...] = ()
        self.setCheckable(True)
        self.setIcon(icon("bypass"))
        self.setIconSize(QSize(16, 16))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Bypass")
        self.clicked.connect(self._toggle)

    def show_blocks(self, blocks: Sequence[Block]) -> None:
        """Shows whether these blocks, which are the selected ones, are bypassed."""
        self._blocks = tuple(block.id for block in blocks)
        can = bool(blocks) and not any(never_bypassed(block, CATALOGUE.get(block.type)) for block in blocks)
        is_on = are_bypassed(self._workspace, self._blocks)
        self.setVisible(can or is_on)
        self.setChecked(is_on)
        this = "This block is" if len(blocks) == 1 else "These blocks are"
        self.setToolTip(f"{this} bypassed: data pass by unchanged" if is_on else "Bypass: let data pass by unchanged")

    def _toggle(self) -> None:
        toggle_bypass(self._workspace, self._blocks)
        # The button has gone down by itself; whether the blocks are bypassed may only be known a little later.
        self.setChecked(are_bypassed(self._workspace, self._blocks))
