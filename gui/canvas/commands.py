"""What can be done to the selected blocks without the mouse: each is one step of the history.

All of these change the document and the selection of a workspace and know nothing of the view. Main thread only.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF

from engine import edits, groups
from engine.clip import clip_text, read_clip
from engine.graph import Graph, Link
from engine.project import ProjectError
from gui.canvas.geometry import on_grid, safe
from gui.workspace import Workspace

OFFSET = 24.0
"""How far a copy is shifted to the right and down."""


def delete_selection(workspace: Workspace, label: str = "Delete") -> None:
    """Removes what is selected; where a block stood in a chain its neighbours are joined."""
    graph = edits.remove_blocks(workspace.graph, workspace.selection).without_comments(workspace.selected_comments)
    workspace.document.apply_graph(label, graph)


def duplicate_selection(workspace: Workspace) -> None:
    """Puts a copy of what is selected, with the links in it, a little lower, and selects it."""
    part = _selected_part(workspace)
    if part.blocks or part.comments:
        _add_part(workspace, "Duplicate", part, OFFSET, OFFSET)


def _selected_part(workspace: Workspace) -> Graph:
    return workspace.graph.part(workspace.selection, workspace.selected_comments)


def selection_text(workspace: Workspace) -> str:
    """What is selected, and the links in it, as a project's text; "" where nothing is."""
    return clip_text(_selected_part(workspace))


def paste_text(workspace: Workspace, text: str, place: QPointF | None, times: int = 1) -> bool:
    """Adds the blocks that a project's text holds, in one step, and selects them; says whether there were any.

    They are centred at `place`, or `times` offsets away from where they were copied. What is no project changes
    nothing and is explained in the status bar.
    """
    try:
        part = read_clip(text) if text.strip() else Graph()
    except ProjectError as error:
        workspace.message_posted.emit(f"{error} Nothing was pasted.")
        return False
    if not part.blocks and not part.comments:
        workspace.message_posted.emit("There are no blocks on the clipboard. Copy some first.")
        return False
    part = part.with_blocks(replace(block, x=safe(block.x), y=safe(block.y)) for block in part.blocks.values())
    part = edits.move_comments(part, {one.id: (safe(one.x), safe(one.y)) for one in part.comments.values()})
    dx = dy = OFFSET * times
    if place is not None:
        places = [(block.x, block.y) for block in part.blocks.values()]
        places += [(comment.x, comment.y) for comment in part.comments.values()]
        across, down = [x for x, _ in places], [y for _, y in places]
        dx = on_grid(place.x() - (min(across) + max(across)) / 2)
        dy = on_grid(place.y() - (min(down) + max(down)) / 2)
    _add_part(workspace, "Paste", part, dx, dy)
    return True


def _add_part(workspace: Workspace, label: str, part: Graph, dx: float, dy: float) -> None:
    graph, added = workspace.graph.with_part(part, dx, dy)
    count = f" {len(added.blocks)} blocks" if len(added.blocks) > 1 else ""
    workspace.document.apply_graph(label + count, graph)
    workspace.select(added.blocks, added.comments)


def nudge_selection(workspace: Workspace, dx: float, dy: float) -> None:
    """Moves the selected blocks a little; nudges in a row are one step."""
    graph = workspace.graph
    blocks = [graph.blocks[key] for key in groups.movable(graph, workspace.selection)]
    comments = [graph.comments[key] for key in workspace.selected_comments]
    graph = edits.move_blocks(graph, {one.id: (safe(one.x) + dx, safe(one.y) + dy) for one in blocks})
    graph = edits.move_comments(graph, {one.id: (safe(one.x) + dx, safe(one.y) + dy) for one in comments})
    workspace.document.apply_graph("Move", graph, "nudge")


def disconnect_selection(workspace: Workspace) -> None:
    """Removes every link at the selected blocks."""
    graph = workspace.graph
    chosen = set(workspace.selection)
    remove_links(workspace, [link for link in graph.links if {link.source.block, link.target.block} & chosen])


def remove_links(workspace: Workspace, links: list[Link]) -> None:
    """Removes some links."""
    workspace.document.apply_graph("Disconnect", workspace.graph.without_links(links))


def append_block(workspace: Workspace, type_name: str) -> str:
    """Adds a block where the network goes on: after the selection, else at its end; selects it and returns its id."""
    after = workspace.selection[-1] if workspace.selection else None
    graph, block = edits.append_block(workspace.graph, type_name, after)
    workspace.document.apply_graph(f"Add {type_name}", graph)
    workspace.select((block,))
    return block


def rename(workspace: Workspace, block: str, name: str) -> None:
    """Gives a block a name that `edits.name_refusal` has nothing against."""
    workspace.document.apply_graph("Rename", edits.rename_block(workspace.graph, block, name))
