"""The open project: undo, redo, merging, what is saved and who is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.document import Change, Document
from engine.edits import append_block, set_parameter
from engine.graph import Graph
from engine.project import Project


def _document() -> Document:
    graph, _ = append_block(Graph(), "Dense")
    return Document(Project(graph))


def _type(document: Document, units: int, key: str | None = "units") -> None:
    document.apply_graph("Set units", set_parameter(document.graph, ["dense_1"], "units", units), key)


def _units(document: Document) -> object:
    return document.graph.blocks["dense_1"].parameters.get("units", 64)


def test_letters_typed_into_one_field_are_undone_together() -> None:
    document = _document()
    for units in (1, 12, 128):
        _type(document, units)
    document.undo()
    assert _units(document) == 64
    document.redo()
    assert _units(document) == 128


def test_another_field_is_another_step() -> None:
    document = _document()
    _type(document, 1)
    _type(document, 2, "other")
    _type(document, 3, None)
    _type(document, 4, None)
    for units in (3, 2, 1, 64):
        document.undo()
        assert _units(document) == units


def test_leaving_a_field_ends_the_merging() -> None:
    document = _document()
    _type(document, 1)
    document.end_merge()
    _type(document, 2)
    document.undo()
    assert _units(document) == 1


def test_undo_and_save_end_the_merging(tmp_path: Path) -> None:
    document = _document()
    _type(document, 1)
    _type(document, 2, "other")
    document.undo()
    _type(document, 3)
    document.undo()
    assert _units(document) == 1
    _type(document, 5)
    document.mark_saved(tmp_path / "a.lamina", document.project)
    _type(document, 6)
    document.undo()
    assert _units(document) == 5
    assert not document.is_modified


def test_typing_and_deleting_again_is_no_step() -> None:
    document = _document()
    _type(document, 1)
    _type(document, 64)
    assert document.undo_label == ""
    assert not document.is_modified


def test_a_change_that_changes_nothing_is_no_step() -> None:
    document = _document()
    told: list[Change] = []
    document.subscribe(told.append)
    document.apply("Nothing", document.project)
    assert (told, document.undo_label) == ([], "")


def test_settings_are_undone_like_the_network() -> None:
    document = _document()
    before = document.project
    document.apply("Epochs", replace(before, training=replace(before.training, epochs=3)))
    document.undo()
    assert document.project == before


def test_a_new_step_forgets_what_was_undone() -> None:
    document = _document()
    _type(document, 1)
    document.undo()
    assert document.redo_label == "Set units"
    _type(document, 2)
    assert document.redo_label == ""
    document.redo()
    assert _units(document) == 2


def test_undo_and_redo_with_nothing_to_do_do_nothing() -> None:
    document = _document()
    told: list[Change] = []
    document.subscribe(told.append)
    document.undo()
    document.redo()
    assert told == []


def test_it_knows_what_the_file_holds(tmp_path: Path) -> None:
    document = _document()
    path = tmp_path / "a.lamina"
    _type(document, 1)
    assert document.is_modified
    written = document.project
    _type(document, 2, None)
    document.mark_saved(path, written)  # a change came while the file was written
    assert document.is_modified
    document.undo()
    assert not document.is_modified
    document.undo()
    assert document.is_modified
    assert document.path == path


def test_opening_forgets_the_history_and_a_recovery_counts_as_modified() -> None:
    document = _document()
    _type(document, 1)
    other = Project(title="other")
    document.open(other, None)
    assert (document.project, document.undo_label, document.is_modified) == (other, "", False)
    document.open(other, None, modified=True)
    assert document.is_modified


def test_listeners_hear_each_change_once_until_they_leave() -> None:
    document = _document()
    told: list[Change] = []
    leave = document.subscribe(told.append)
    before = document.project
    _type(document, 1)
    document.undo()
    document.redo()
    assert [change.kind for change in told] == ["apply", "undo", "redo"]
    assert told[0].before == before
    assert told[0].after == told[1].before == document.project
    leave()
    document.undo()
    assert len(told) == 3
