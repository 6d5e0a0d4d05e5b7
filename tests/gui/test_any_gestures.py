"""Any sequence of gestures and keys, undone to the beginning and redone to the end, gives the same graphs and scene.

What the hands do is a table: each entry works a real canvas with mouse and key events, at places that random numbers
choose. A new gesture is a line in `HANDS`.
"""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.catalogue import CATALOGUE
from gui.canvas.actions import ALIGN_MENU
from tests.gui.canvas_help import PLAIN, SHIFT, Stage, chain

CTRL = Qt.KeyboardModifier.ControlModifier
TYPES = ("Dense", "Dropout", "Add", "Input", "Output", "LSTM")
ALIGNING = tuple(name for name in ALIGN_MENU if name)
Numbers = tuple[int, int, int, int]
Hand = Callable[[Stage, Numbers], None]


def _place(stage: Stage, number: int) -> tuple[float, float]:
    """The centre of one of the cards, or the origin where there is none."""
    cards = list(stage.canvas.items_scene.cards.values())
    if not cards:
        return 0.0, 0.0
    place = cards[number % len(cards)].pos()
    return place.x(), place.y()


def _away(numbers: Numbers) -> tuple[float, float]:
    """Some place of the view that a drag can end at."""
    return numbers[2] * 19.0 - 280, numbers[3] * 17.0 - 180


def _port(stage: Stage, number: int, below: bool) -> tuple[float, float]:
    x, y = _place(stage, number)
    return x, y + (30 if below else -30)


def _drag(stage: Stage, numbers: Numbers) -> None:
    stage.drag(_place(stage, numbers[0]), _away(numbers))


def _drag_and_escape(stage: Stage, numbers: Numbers) -> None:
    stage.press(*_place(stage, numbers[0]))
    stage.move(*_away(numbers))
    stage.key(Qt.Key.Key_Escape)
    stage.release(*_away(numbers))


def _undo_in_a_drag(stage: Stage, numbers: Numbers) -> None:
    """As the window does: it asks the canvas to give its gesture up first."""
    stage.press(*_place(stage, numbers[0]))
    stage.move(*_away(numbers))
    if not stage.canvas.cancel_gesture():
        stage.workspace.document.undo()
    stage.release(*_away(numbers))


def _box(stage: Stage, numbers: Numbers) -> None:
    x, y = _away(numbers)
    stage.drag((x, y), (x + numbers[0] * 30, y + numbers[1] * 30))


def _link(stage: Stage, numbers: Numbers) -> None:
    stage.drag(_port(stage, numbers[0], below=True), _port(stage, numbers[1], below=False))
    stage.canvas.search.close()  # rounding may have let it go beside the card


def _link_backwards(stage: Stage, numbers: Numbers) -> None:
    stage.drag(_port(stage, numbers[0], below=False), _port(stage, numbers[1], below=True))
    stage.canvas.search.close()


def _link_into_nothing(stage: Stage, numbers: Numbers) -> None:
    stage.drag(_port(stage, numbers[0], below=True), _away(numbers))
    stage.key(Qt.Key.Key_Escape)


def _drop(stage: Stage, numbers: Numbers) -> None:
    x, y = _away(numbers)
    stage.palette_enter(TYPES[numbers[0] % len(TYPES)], x - 20, y - 20)
    stage.palette_move(x, y)
    stage.palette_drop(x, y)


def _drop_on_a_link(stage: Stage, numbers: Numbers) -> None:
    links = list(stage.canvas.items_scene.links.values())
    if links:
        x, y = links[numbers[1] % len(links)].middle().toTuple()
        stage.palette_enter(TYPES[numbers[0] % len(TYPES)], x - 20, y - 20)
        stage.palette_move(x, y)
        stage.palette_drop(x, y)


def _search(stage: Stage, numbers: Numbers) -> None:
    """Chooses one of the results, or leaves them."""
    QTest.mouseMove(stage.canvas.viewport(), stage.at(*_away(numbers)))
    stage.key(Qt.Key.Key_Space)
    field = stage.canvas.search.popup.field
    for _ in range(numbers[0]):
        QTest.keyClick(field, Qt.Key.Key_Down)
    key = Qt.Key.Key_Escape if numbers[1] % 4 == 0 else Qt.Key.Key_Return
    QTest.keyClick(field, key, SHIFT if numbers[1] % 4 == 1 else PLAIN)


def _pull_and_search(stage: Stage, numbers: Numbers) -> None:
    stage.drag(_port(stage, numbers[0], below=numbers[1] % 2 == 0), _away(numbers))
    if stage.canvas.search.is_open:
        QTest.keyClick(stage.canvas.search.popup.field, Qt.Key.Key_Return)


def _align(stage: Stage, numbers: Numbers) -> None:
    stage.canvas.actions_by_name[ALIGNING[numbers[0] % len(ALIGNING)]].trigger()


def _append(stage: Stage, numbers: Numbers) -> None:
    stage.canvas.append(tuple(CATALOGUE)[numbers[0] % len(CATALOGUE)])


def _click(stage: Stage, numbers: Numbers) -> None:
    stage.click(*_place(stage, numbers[0]), SHIFT if numbers[1] % 2 else PLAIN)


def _press_key(key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> Hand:
    def press(stage: Stage, _: Numbers) -> None:
        stage.key(key, modifiers)

    return press


def _zoom(stage: Stage, numbers: Numbers) -> None:
    stage.canvas.camera.zoom_to(0.4 + numbers[0] / 20)
    stage.canvas.camera.stop()


def _rename(stage: Stage, numbers: Numbers) -> None:
    stage.key(Qt.Key.Key_F2)
    editor = stage.canvas.overlays.editor
    if editor is not None:
        QTest.keyClicks(editor, f"name {numbers[0]}{numbers[1]}")
        QTest.keyClick(editor, Qt.Key.Key_Return)


def _group(stage: Stage, numbers: Numbers) -> None:
    """Some blocks become a group, whose name is typed or left as it is."""
    stage.workspace.select(list(stage.graph.blocks)[numbers[0] % 3 : numbers[1] % 5 + 1])
    stage.key(Qt.Key.Key_G, CTRL)
    editor = stage.canvas.overlays.editor
    if editor is not None:
        QTest.keyClicks(editor, f"Group {numbers[2]}")
        QTest.keyClick(editor, Qt.Key.Key_Return if numbers[3] % 2 else Qt.Key.Key_Escape)


def _group_place(stage: Stage, numbers: Numbers) -> tuple[float, float]:
    """A place in the title bar of a frame, or on a collapsed group's card."""
    layer = stage.canvas.items_scene.groups
    areas = [layer.area_of(key) for key in stage.graph.groups]
    area = areas[numbers[0] % len(areas)] if areas else QRectF(0, 0, 1, 1)
    return area.center().x() + 60, area.top() + 16


def _drag_group(stage: Stage, numbers: Numbers) -> None:
    stage.drag(_group_place(stage, numbers), _away(numbers))


def _double_click_group(stage: Stage, numbers: Numbers) -> None:
    stage.double_click(*_group_place(stage, numbers))
    stage.canvas.search.close()
    if stage.canvas.overlays.editor is not None:
        stage.canvas.overlays.close_editor()


def _comment(stage: Stage, numbers: Numbers) -> None:
    """A comment is written at the pointer; without text it is none."""
    stage.click(*_away(numbers))
    stage.key(Qt.Key.Key_C)
    editor = stage.canvas.overlays.editor
    if editor is not None:
        QTest.keyClicks(editor, "words " * (numbers[0] % 4))
        QTest.keyClick(editor, Qt.Key.Key_Return, CTRL)


def _note_place(stage: Stage, numbers: Numbers, *, corner: bool) -> tuple[float, float]:
    notes = list(stage.canvas.items_scene.notes.items.values())
    area = notes[numbers[0] % len(notes)].area if notes else QRectF(0, 0, 1, 1)
    return (area.right() - 5, area.bottom() - 5) if corner else (area.left() + 20, area.top() + 20)


def _drag_comment(stage: Stage, numbers: Numbers) -> None:
    stage.drag(_note_place(stage, numbers, corner=False), _away(numbers))


def _resize_comment(stage: Stage, numbers: Numbers) -> None:
    stage.drag(_note_place(stage, numbers, corner=True), _away(numbers))


HANDS: dict[str, Hand] = {
    "drag": _drag,
    "drag and escape": _drag_and_escape,
    "undo in a drag": _undo_in_a_drag,
    "box": _box,
    "link": _link,
    "link backwards": _link_backwards,
    "link into nothing": _link_into_nothing,
    "drop": _drop,
    "drop on a link": _drop_on_a_link,
    "search": _search,
    "pull and search": _pull_and_search,
    "align": _align,
    "append": _append,
    "click": _click,
    "all": _press_key(Qt.Key.Key_A, CTRL),
    "delete": _press_key(Qt.Key.Key_Delete),
    "duplicate": _press_key(Qt.Key.Key_D, CTRL),
    "copy": _press_key(Qt.Key.Key_C, CTRL),
    "cut": _press_key(Qt.Key.Key_X, CTRL),
    "paste": _press_key(Qt.Key.Key_V, CTRL),
    "bypass": _press_key(Qt.Key.Key_M, CTRL),
    "nudge": _press_key(Qt.Key.Key_Right, SHIFT),
    "escape": _press_key(Qt.Key.Key_Escape),
    "rename": _rename,
    "group": _group,
    "ungroup": _press_key(Qt.Key.Key_G, CTRL | SHIFT),
    "collapse": _press_key(Qt.Key.Key_E),
    "drag a group": _drag_group,
    "double-click a group": _double_click_group,
    "comment": _comment,
    "drag a comment": _drag_comment,
    "resize a comment": _resize_comment,
    "zoom": _zoom,
}

STEPS = st.lists(
    st.tuples(st.sampled_from(tuple(HANDS)), st.tuples(*[st.integers(0, 30)] * 4)),
    min_size=1,
    max_size=14,
)


def _scene(stage: Stage) -> list[tuple[object, ...]]:
    """Everything that is drawn, with its place, while nothing is selected and the view is as it was."""
    stage.workspace.select(())
    stage.canvas.camera.look_at(QPointF(100, 150), 1.0)
    stage.canvas.items_scene.hover(stage.canvas.items_scene.hit(QPointF(1e5, 1e5)))
    items = [
        (type(item).__name__, round(area.x(), 1), round(area.y(), 1), round(area.width(), 1), round(area.height(), 1))
        for item in stage.canvas.items_scene.items()
        if item.isVisible()
        for area in (item.sceneBoundingRect(),)
    ]
    return sorted(items, key=str)


@example([("drag and escape", (0, 0, 0, 0)), ("link backwards", (0, 0, 0, 0)), ("drag", (1, 0, 0, 0))])
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_any_gestures_can_be_undone_to_the_beginning_and_redone_to_the_end(
    qtbot: QtBot, steps: list[tuple[str, Numbers]]
) -> None:
    stage = Stage(qtbot, chain("a", "b", "c", "d"))
    stage.canvas.activateWindow()
    qtbot.waitUntil(stage.canvas.isActiveWindow)  # only then do the keys of actions arrive
    document = stage.workspace.document
    start, first_scene = stage.graph, _scene(stage)
    for name, numbers in steps:
        HANDS[name](stage, numbers)
        stage.canvas.search.close()  # wherever a drag began at a port, it pulled a link that may end in the empty
        assert stage.canvas.gesture is None, name
        stage.check()
        stage.graph.order()  # no circle
        stage.canvas.camera.look_at(QPointF(100, 150), 1.0)
    end, last_scene = stage.graph, _scene(stage)
    while document.undo_label:
        document.undo()
        stage.check()
    assert stage.graph == start
    assert _scene(stage) == first_scene
    while document.redo_label:
        document.redo()
    assert stage.graph == end
    assert _scene(stage) == last_scene
    stage.canvas.close()
