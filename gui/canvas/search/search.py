"""The search over one canvas: opens the popup for a place, asks what fits there, and puts the chosen block there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF

from engine.catalogue import CATALOGUE
from engine.catalogue.spec import BlockSpec
from engine.graph import GraphError, Link, PortRef
from gui.canvas.fits import Inquiry, Verdict
from gui.canvas.geometry import Side
from gui.canvas.joining import taken_in
from gui.canvas.link import LinkItem
from gui.canvas.search import ranking
from gui.canvas.search.popup import SearchPopup
from gui.canvas.search.spot import Spot, connects, free, inside, pulled_from, put, questions, verdicts

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

NAME_LENGTH = 16
"""Letters of a block's name in the popup."""


def _short(name: str) -> str:
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}…"


class Search(QObject):
    """The search of one canvas. `recent` are the types used last, the last one first."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.recent: list[str] = []
        self.popup = SearchPopup(canvas.viewport())
        self._spot = Spot()
        self._inquiry: Inquiry | None = None
        self._pending: LinkItem | None = None
        self._moved = False
        self._usual: dict[str, int] = {}
        self.popup.field.textChanged.connect(self._on_text)
        self.popup.field.stepped.connect(self._on_moved)
        self.popup.field.paged.connect(self._on_moved)
        self.popup.list.selectionModel().currentChanged.connect(self._refresh_footer)
        self.popup.chosen.connect(self._choose)
        self.popup.left.connect(self.close)

    @property
    def is_open(self) -> bool:
        """Whether the popup is open."""
        return self._inquiry is not None

    def open_free(self) -> None:
        """Opens where the pointer is: on a link for what goes into it, else for what goes on or stands free there."""
        canvas = self._canvas
        place = canvas.free_place()
        link = canvas.items_scene.hit(place).link if place is not None else None
        if link is not None and place is not None:
            self.open_inside(link, place)
            return
        view = canvas.pointer.view if canvas.pointer_inside else QPointF(canvas.viewport().rect().center())
        spot = free(
            canvas.workspace.graph, canvas.workspace.selection, None if place is None else (place.x(), place.y())
        )
        self._open(spot, view)

    def open_inside(self, link: Link, place: QPointF) -> None:
        """Opens for what can be put into a link, at a place of the scene."""
        self._open(inside(link, (place.x(), place.y())), self._canvas.viewportTransform().map(place))

    def open_pulled(self, port: PortRef, side: Side, place: QPointF) -> None:
        """Opens for what a link that was dropped at a place of the scene can be connected to."""
        self._open(pulled_from(port, side, (place.x(), place.y())), self._canvas.viewportTransform().map(place))
        scene = self._canvas.items_scene
        ends = (scene.port_place(port, side), place)
        start, end = ends if side == "output" else (ends[1], ends[0])
        self._pending = LinkItem(None, start, end, self._canvas.workspace.graph.direction)
        self._pending.show_look("path")
        scene.addItem(self._pending)

    def _open(self, spot: Spot, view: QPointF) -> None:
        self._canvas.cancel_gesture()
        self._canvas.overlays.close_popup()
        self._spot = spot
        self._moved = False
        self._usual = self._find_usual()
        self._inquiry = Inquiry(self._canvas.workspace, self._on_answer)
        self._list("")
        self.popup.open_at(view, self._hint())
        workspace = self._canvas.workspace
        self._inquiry.ask(questions(workspace.graph, workspace.analysis, spot))

    def close(self) -> None:
        """Closes the popup; nothing has changed."""
        if self._inquiry is None:
            return
        self._inquiry.close()
        self._inquiry = None
        if self._pending is not None:
            self._canvas.items_scene.removeItem(self._pending)
            self._pending = None
        had_focus = self.popup.field.hasFocus()
        self.popup.hide()
        if had_focus:
            self._canvas.setFocus()

    def _find_usual(self) -> dict[str, int]:
        graph, spot = self._canvas.workspace.graph, self._spot
        if spot.feed is not None and spot.feed.block in graph.blocks:
            spec = CATALOGUE.get(graph.blocks[spot.feed.block].type)
            return ranking.usual_after(spec.category if spec is not None else "")
        if spot.port is not None and (spec := CATALOGUE.get(graph.blocks[spot.port.block].type)) is not None:
            return ranking.usual_before(spec.category)
        return ranking.usual_after("")

    def _name(self, block: str) -> str:
        return _short(self._canvas.workspace.graph.blocks[block].name)

    def _hint(self) -> str:
        spot = self._spot
        if spot.link is not None:
            return f"What goes between {self._name(spot.link.source.block)} and {self._name(spot.link.target.block)}?"
        if spot.port is not None:
            way = "follows" if spot.side == "output" else "feeds"
            return f"What {way} {self._name(spot.port.block)}?"
        return "Search block types"

    def _verdicts(self) -> dict[str, Verdict]:
        answers = self._inquiry.analyses if self._inquiry is not None else {}
        return verdicts(self._canvas.workspace.graph, self._spot, answers)

    def _list(self, query: str) -> None:
        """Shows what a query finds, the first row chosen."""
        said = self._verdicts()
        specs = self._ranked(query, said)
        self.popup.model.show_results(specs, said)
        self.popup.nothing.setText(f"No block type is called “{query.strip()}”. Try what it does, such as “image”.")
        if specs:
            self.popup.list.setCurrentIndex(self.popup.model.index(0, 0))
            self.popup.list.scrollToTop()
        self._refresh_footer()

    def _ranked(self, query: str, said: dict[str, Verdict]) -> list[BlockSpec]:
        specs = [spec for spec in CATALOGUE.values() if self._spot.takes(spec)]
        return ranking.ranked(query.strip(), specs, said, self.recent, self._usual)

    def _on_text(self, query: str) -> None:
        self._moved = False
        self._list(query)
        self.popup.fit()

    def _on_moved(self) -> None:
        self._moved = True

    def _on_answer(self) -> None:
        """The judge has answered: other rows may move, the one that a person went to stays where it is."""
        row, kept = self.popup.list.currentIndex().row(), self.popup.list.current_type
        if not self._moved:
            self._list(self.popup.field.text())
            return
        said = self._verdicts()
        scrolled = self.popup.list.verticalScrollBar().value()
        specs = ranking.keeping(self._ranked(self.popup.field.text(), said), kept, row)
        self.popup.model.show_results(specs, said)
        self.popup.list.setCurrentIndex(self.popup.model.index(row, 0))
        self.popup.list.verticalScrollBar().setValue(scrolled)

    def _refresh_footer(self) -> None:
        """Says what Enter does with the current row."""
        spec = CATALOGUE.get(self.popup.list.current_type)
        if spec is None or self._inquiry is None:
            self.popup.footer.setText("")
            return
        spot = self._spot
        graph = self._canvas.workspace.graph
        said = self._verdicts().get(spec.type)
        if not connects(spot, spec, said):
            self.popup.footer.setText("Enter places it here, unconnected")
            return
        if spot.link is not None:
            what = "puts it between"
        elif spot.place is None and spot.feed is not None:
            what = f"adds it after {self._name(spot.feed.block)}" if spec.inputs else "adds it"
        elif spot.port is not None and spot.port.block in graph.blocks:
            what = f"connects it to {self._name(spot.port.block)}"
        else:
            what = "adds it"
        self.popup.footer.setText(f"Enter {what}  ·  Shift+Enter only places it")

    def _choose(self, type_name: str, connect: bool) -> None:
        spot, workspace = self._spot, self._canvas.workspace
        spec = CATALOGUE[type_name]
        connect = connect and connects(spot, spec, self._verdicts().get(type_name))
        self.close()
        try:
            graph, block = put(workspace.graph, spot, type_name, connect=connect)
        except GraphError as error:
            workspace.message_posted.emit(str(error))
            return
        if not (connect and (spot.link is not None or spot.place is None)):
            graph = taken_in(self._canvas.items_scene, graph, block)
        self.recent = [type_name, *(one for one in self.recent if one != type_name)][: ranking.REMEMBERED]
        label = "Insert" if spot.link is not None and connect else "Add"
        workspace.document.apply_graph(f"{label} {type_name}", graph)
        workspace.select((block,))
        self._canvas.camera.show_area(self._canvas.items_scene.network_area((block,)))
