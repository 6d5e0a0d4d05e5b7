"""What the outline's own actions do: functions of the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import edits
from engine.graph import PortRef
from gui.canvas import commands
from gui.grouping import group_selection
from gui.panels.outline.choices import Adding, Connecting
from gui.panels.outline.rows import Row
from gui.repairing import do_fix

if TYPE_CHECKING:
    from gui.panels.outline.panel import OutlinePanel


def enter(panel: OutlinePanel) -> None:
    """What Enter does with the current row."""
    if (row := panel.tree.current_row) is not None:
        enter_row(panel, row)


def enter_row(panel: OutlinePanel, row: Row) -> None:
    """Does a fix, goes to a link's other end, shows a problem at its block, or leads to the settings."""
    if row.fix is not None:
        do_fix(panel.workspace, row.fix)
        if row.id:
            panel.tree.go_to(("block", row.id))
    elif row.link is not None:
        panel.tree.go_to(("block", (row.link.source if row.kind == "input" else row.link.target).block))
    elif row.kind in ("input", "output"):
        connect(panel)
    elif row.kind == "problem" and row.id:
        panel.workspace.jump_requested.emit(row.id)
    elif row.kind in ("group", "block"):
        settings(panel)


def add(panel: OutlinePanel) -> None:
    """Asks which block to add after the current one."""
    panel.ask(Adding(panel.canvas))


def connect(panel: OutlinePanel) -> None:
    """Asks where to draw a link from the current block's outputs, or to the current input."""
    graph, row = panel.workspace.graph, panel.tree.current_row
    if row is None or row.id not in graph.blocks:
        return
    outputs = edits.output_ports(graph, row.id)
    inputs = edits.input_ports(graph, row.id)
    if row.kind in ("input", "output"):
        panel.ask(Connecting(panel.workspace, [PortRef(row.id, row.port)], row.kind))
    elif outputs:
        panel.ask(Connecting(panel.workspace, [PortRef(row.id, port.name) for port in outputs], "output"))
    elif inputs:
        panel.ask(Connecting(panel.workspace, [PortRef(row.id, port.name) for port in inputs], "input"))


def settings(panel: OutlinePanel) -> None:
    """Leads to the settings of what is chosen."""
    panel.settings_requested.emit()


def rename(panel: OutlinePanel) -> None:
    """Opens the field in which the current row is renamed."""
    panel.tree.edit(panel.tree.currentIndex())


def group(panel: OutlinePanel) -> None:
    """Groups the selected blocks and asks for a name."""
    made = group_selection(panel.workspace)
    if made and panel.tree.go_to(("group", made)):
        rename(panel)


def delete(panel: OutlinePanel) -> None:
    """Takes the current link off, or deletes what is chosen; the neighbour is chosen then, so that one can go on."""
    row = panel.tree.current_row
    if row is not None and row.kind in ("input", "output"):
        if row.link is not None:
            commands.remove_links(panel.workspace, [row.link])
        return
    following = panel.tree.neighbour()
    commands.delete_selection(panel.workspace)
    if following is not None:
        panel.tree.go_to(following)


def find(panel: OutlinePanel) -> None:
    """Puts the cursor into the field above the tree."""
    panel.focus_filter()
