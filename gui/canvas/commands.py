"""What can be done to the selected blocks without the mouse: each is one step of the history.

All of these change the document and the selection of a workspace and know nothing of the view. Main thread only.
"""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QPointF

from engine import edits
from engine.catalogue import CATALOGUE
from engine.graph import Block, Graph, Link, PortRef
from engine.project import Project, ProjectError, from_json, to_json
from gui.canvas.geometry import on_grid, safe
from gui.workspace import Workspace

OFFSET = 24.0
"""How far a copy is shifted to the right and down."""


def delete_selection(workspace: Workspace, label: str = "Delete") -> None:
    """Removes the selected blocks; where one stood in a chain its neighbours are joined."""
    if workspace.selection:
        graph = edits.remove_blocks(workspace.graph, frozenset(workspace.selection))
        workspace.document.apply_graph(label, graph)


def duplicate_selection(workspace: Workspace) -> None:
    """Puts a copy of the selected blocks, with the links among them, a little lower, and selects it."""
    if workspace.selection:
        _add_part(workspace, "Duplicate", workspace.graph.part(workspace.selection), OFFSET, OFFSET)


def selection_text(workspace: Workspace) -> str:
    """The selected blocks and the links among them as a project's text, "" where nothing is selected."""
    return to_json(Project(workspace.graph.part(workspace.selection))) if workspace.selection else ""


def paste_text(workspace: Workspace, text: str, place: QPointF | None, times: int = 1) -> bool:
    """Adds the blocks that a project's text holds, in one step, and selects them; says whether there were any.

    They are centred at `place`, or `times` offsets away from where they were copied. What is no project changes
    nothing and is explained in the status bar.
    """
    try:
        part = from_json(text, "What is on the clipboard").graph if text.strip() else Graph()
    except ProjectError as error:
        workspace.message_posted.emit(f"{error} Nothing was pasted.")
        return False
    if not part.blocks:
        workspace.message_posted.emit("There are no blocks on the clipboard. Copy some with Ctrl+C first.")
        return False
    part = part.with_blocks(replace(block, x=safe(block.x), y=safe(block.y)) for block in part.blocks.values())
    dx = dy = OFFSET * times
    if place is not None:
        across = [block.x for block in part.blocks.values()]
        down = [block.y for block in part.blocks.values()]
        dx = on_grid(place.x() - (min(across) + max(across)) / 2)
        dy = on_grid(place.y() - (min(down) + max(down)) / 2)
    _add_part(workspace, "Paste", part, dx, dy)
    return True


def _add_part(workspace: Workspace, label: str, part: Graph, dx: float, dy: float) -> None:
    graph, added = workspace.graph.with_part(part, dx, dy)
    count = f" {len(added)} blocks" if len(added) > 1 else ""
    workspace.document.apply_graph(label + count, graph)
    workspace.select(added)


def nudge_selection(workspace: Workspace, dx: float, dy: float) -> None:
    """Moves the selected blocks a little; nudges in a row are one step."""
    blocks = [workspace.graph.blocks[block] for block in workspace.selection]
    places = {block.id: (safe(block.x) + dx, safe(block.y) + dy) for block in blocks}
    if places:
        workspace.document.apply_graph("Move", edits.move_blocks(workspace.graph, places), "nudge")


def disconnect_selection(workspace: Workspace) -> None:
    """Removes every link at the selected blocks."""
    graph = workspace.graph
    chosen = set(workspace.selection)
    remove_links(workspace, [link for link in graph.links if {link.source.block, link.target.block} & chosen])


def remove_links(workspace: Workspace, links: list[Link]) -> None:
    """Removes some links."""
    workspace.document.apply_graph("Disconnect", workspace.graph.without_links(links))


def append_block(workspace: Workspace, type_name: str) -> str:
    """Adds a block where the network goes on: after the selection, else at the end of the chain; selects it.

    Returns its id. Before an Output there is always room; an Input goes above the first block that lacks one.
    """
    spec = CATALOGUE[type_name]
    graph = workspace.graph
    if not spec.inputs:
        graph, block = _add_on_top(graph, type_name)
    else:
        graph, block = edits.append_block(graph, type_name, _place_to_append(graph, workspace.selection))
        graph = _feed_waiting_output(graph, block)
    workspace.document.apply_graph(f"Add {type_name}", graph)
    workspace.select((block,))
    return block


def _place_to_append(graph: Graph, selection: tuple[str, ...]) -> str | None:
    """The block to append after; None in a graph where no block gives anything."""
    for block in reversed(selection):
        if edits.output_ports(graph, block):
            return block
        above = graph.links_into(block)
        if above:
            return above[-1].source.block
    order = [block for block in graph.order() if edits.output_ports(graph, block)]
    ends = [block for block in order if all(_is_end(graph, link.target.block) for link in graph.links_from(block))]
    linked = [block for block in ends if graph.links_into(block) or graph.links_from(block)]
    best = linked or ends
    return best[-1] if best else None


def _is_end(graph: Graph, block: str) -> bool:
    return not edits.output_ports(graph, block)


def _add_on_top(graph: Graph, type_name: str) -> tuple[Graph, str]:
    """A block without inputs, above the first one that waits for data, and connected to it."""
    spec = CATALOGUE[type_name]
    waiting = [block for block in graph.order() if edits.input_ports(graph, block) and not graph.links_into(block)]
    if not waiting:
        return edits.append_block(graph, type_name, None)
    below = graph.blocks[waiting[0]]
    graph, block = edits.add_block(graph, type_name, safe(below.x), safe(below.y) - edits.CARD_STEP)
    if spec.outputs:
        target = PortRef(below.id, edits.input_ports(graph, below.id)[0].name)
        graph = edits.connect(graph, PortRef(block, spec.outputs[0].name), target)
    return graph, block


def _feed_waiting_output(graph: Graph, block: str) -> Graph:
    """Joins a block that was appended at the very end to the one end of the network that still lacks its input."""
    outputs = edits.output_ports(graph, block)
    if not outputs or graph.links_from(block):
        return graph
    waiting = [key for key in graph.blocks if key != block and _is_end(graph, key) and not graph.links_into(key)]
    known = [key for key in waiting if edits.input_ports(graph, key)]
    if len(known) != 1:
        return graph
    end, added = graph.blocks[known[0]], graph.blocks[block]
    graph = edits.connect(
        graph, PortRef(block, outputs[0].name), PortRef(end.id, edits.input_ports(graph, end.id)[0].name)
    )
    if end.y < added.y + edits.CARD_STEP * 0.9 and math.isclose(end.x, added.x, abs_tol=CARD_OVERLAP):
        graph = edits.move_blocks(graph, {end.id: (end.x, added.y + edits.CARD_STEP)})
    return graph


CARD_OVERLAP = 272.0
"""Cards whose centres are nearer than this, side by side, stand in each other's way."""


def name_complaint(graph: Graph, block: str, name: str) -> str:
    """Why a block cannot have a name, as a sentence; "" when it can."""
    if not name.strip():
        return "A block needs a name."
    if any(other.name == name.strip() for other in graph.blocks.values() if other.id != block):
        return f"Another block is called '{name.strip()}' already."
    return ""


def rename(workspace: Workspace, block: str, name: str) -> None:
    """Gives a block a name that `name_complaint` has nothing against."""
    renamed: Block = replace(workspace.graph.blocks[block], name=name.strip())
    workspace.document.apply_graph("Rename", workspace.graph.with_block(renamed))
