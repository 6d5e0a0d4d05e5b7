"""What a person does to groups, as steps of the history of a workspace; the canvas, the outline and the panel share it.

Main thread only.
"""

from __future__ import annotations

from collections.abc import Collection

from engine import groups
from gui.workspace import Workspace


def selected_groups(workspace: Workspace) -> tuple[str, ...]:
    """The groups that selected blocks belong to, in the graph's order."""
    blocks = workspace.graph.blocks
    touched = {blocks[key].group for key in workspace.selection if key in blocks}  # some may be gone since this moment
    return tuple(key for key in workspace.graph.groups if key in touched)


def selected_group(workspace: Workspace) -> str:
    """The group whose blocks are exactly what is selected; "" where there is none."""
    if workspace.selected_comments or not workspace.selection:
        return ""
    return groups.selected_group(workspace.graph, workspace.selection)


def select_group(workspace: Workspace, group: str) -> None:
    """Selects a group: all its blocks."""
    workspace.select(workspace.graph.members(group))


def group_selection(workspace: Workspace) -> str:
    """Puts the selected blocks into a new group and returns its id; "" where none are selected."""
    if not workspace.selection:
        return ""
    graph, group = groups.group_blocks(workspace.graph, workspace.selection)
    workspace.document.apply_graph("Group", graph)
    return group


def ungroup(workspace: Workspace, keys: Collection[str]) -> None:
    """Takes some groups apart; their blocks stay."""
    graph = workspace.graph
    for key in keys:
        if key in graph.groups:
            graph = groups.ungroup(graph, key)
    workspace.document.apply_graph("Ungroup", graph)


def toggle_collapsed(workspace: Workspace, keys: Collection[str]) -> None:
    """Collapses some groups to cards; where all of them are collapsed it opens them."""
    graph = workspace.graph
    known = [key for key in keys if key in graph.groups]
    opening = all(graph.groups[key].collapsed for key in known)
    for key in known:
        graph = groups.expand(graph, key) if opening else groups.collapse(graph, key)
    if known:
        workspace.document.apply_graph("Open group" if opening else "Collapse group", graph)


def rename_group(workspace: Workspace, group: str, name: str) -> None:
    """Gives a group a name that `groups.name_refusal` has nothing against."""
    workspace.document.apply_graph("Rename", groups.rename_group(workspace.graph, group, name), f"{group}.name")


def set_colour(workspace: Workspace, group: str, colour: str) -> None:
    """Gives a group another colour."""
    workspace.document.apply_graph("Set colour", groups.set_colour(workspace.graph, group, colour))


def set_nested(workspace: Workspace, group: str, nested: bool) -> None:
    """Has a group built as a model of its own, or its layers in the model itself."""
    label = "Build as a nested model" if nested else "Build flat"
    workspace.document.apply_graph(label, groups.set_nested(workspace.graph, group, nested))
