"""Pictures of the network for papers and slides: copied, saved, printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QProgressDialog, QWidget

from engine.graph import Graph
from engine.project import ProjectError, write_atomically
from gui.background import Background
from gui.dialogs.choose_file import choose_file
from gui.dialogs.picture import PictureDialog
from gui.dialogs.questions import tell
from gui.figures import grouped
from gui.picture import (
    Picture,
    PictureLook,
    bands,
    fitting_scale,
    image_of,
    pdf_of,
    per_metre,
    pixels_of,
    png_bytes,
    print_picture,
    svg_of,
)
from gui.preferences import Preferences
from gui.workspace import Workspace

COPIED = 8_000_000
"""Pixels of a picture on the clipboard at most: it is made at once."""
COPIED_SCALE = 2.0
GROUP = "picture"
"""Where the preferences keep how the last picture looked."""
KINDS = {"png": "PNG pictures (*.png)", "svg": "SVG pictures (*.svg)", "pdf": "PDF pages (*.pdf)"}


@contextmanager
def _waiting() -> Iterator[None]:
    """Shows that something takes a moment."""
    QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        yield
    finally:
        QGuiApplication.restoreOverrideCursor()


class PngPainting(QObject):
    """Paints a large picture band by band, between which the window stays alive; it can be cancelled."""

    ended = Signal()

    def __init__(self, window: QWidget, picture: Picture, scale: float, done: Callable[[list[bytes]], None]) -> None:
        super().__init__(window)
        self._bands = bands(picture, scale)
        self._high = picture.size(scale).height()
        self._painted = 0
        self._pixels: list[bytes] = []
        self._done = done
        self.progress = QProgressDialog("Painting the picture…", "Cancel", 0, self._high, window)
        self.progress.setMinimumDuration(400)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)
        self._timer.start(0)

    def _step(self) -> None:
        band = None if self.progress.wasCanceled() else next(self._bands, None)
        if band is not None:
            self._pixels.append(pixels_of(band))
            self._painted += band.height()
            if self._painted < self._high:
                self.progress.setValue(self._painted)
            return
        cancelled = self.progress.wasCanceled()
        self._timer.stop()
        self.progress.reset()
        self.progress.deleteLater()
        self.deleteLater()
        self.ended.emit()
        if not cancelled:
            self._done(self._pixels)


class Picturing(QObject):
    """Makes pictures of what is selected, or of the whole network where nothing is."""

    def __init__(self, window: QWidget, workspace: Workspace, background: Background, preferences: Preferences) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._background = background
        self._preferences = preferences
        self.dialog: PictureDialog | None = None
        self.painting: PngPainting | None = None

    @property
    def look(self) -> PictureLook:
        """How the last picture looked."""
        kept = self._preferences.texts(GROUP)
        theme: Literal["light", "dark"] = "dark" if kept.get("theme") == "dark" else "light"
        return PictureLook(kept.get("shapes") != "no", kept.get("ground") == "yes", theme)

    def remember(self, look: PictureLook) -> None:
        """Keeps how the next picture shall look."""
        for name, value in (("shapes", look.shapes), ("ground", look.ground)):
            self._preferences.set_text(GROUP, name, "yes" if value else "no")
        self._preferences.set_text(GROUP, "theme", look.theme)

    def graph(self, *, whole: bool = False) -> Graph:
        """What is pictured: the selection where there is one, unless the `whole` network is asked for."""
        workspace = self._workspace
        chosen = workspace.selection or workspace.selected_comments
        if whole or not chosen:
            return workspace.graph
        return workspace.graph.part(workspace.selection, workspace.selected_comments)

    def picture(self, look: PictureLook | None = None, *, whole: bool = False) -> Picture | None:
        """The picture of now; None, with a word in the status bar, where there is nothing to show."""
        graph = self.graph(whole=whole)
        if not graph.blocks and not graph.comments:
            self._workspace.message_posted.emit("There is nothing to make a picture of yet. Add a block first.")
            return None
        return Picture(graph, self._workspace.analysis, look or self.look)

    def copy(self) -> None:
        """Puts the picture on the clipboard, as pixels and as SVG, in the way of the last one."""
        with _waiting():
            picture = self.picture()
            if picture is not None:
                self.put_on_clipboard(picture)

    def put_on_clipboard(self, picture: Picture) -> None:
        """Puts a picture on the clipboard, as pixels and as SVG."""
        image = image_of(picture, fitting_scale(picture, COPIED_SCALE, COPIED))
        mime = QMimeData()
        mime.setImageData(image)
        mime.setData("image/png", _png(image))
        mime.setData("image/svg+xml", QByteArray(svg_of(picture, self._title())))
        QGuiApplication.clipboard().setMimeData(mime)
        size = f"{grouped(image.width())} × {grouped(image.height())} pixels"
        self._workspace.message_posted.emit(f"The picture is on the clipboard: {size}, and as SVG.")

    def ask(self, proposal: Path) -> None:
        """Opens the dialog in which a picture is made; `proposal` is its file without an ending."""
        if self.picture() is not None:
            self.dialog = PictureDialog(self, proposal, self._window)
            self.dialog.open()

    def choose_file(self, picture: Picture, kind: str, scale: float, proposal: Path) -> None:
        """Asks for a file and saves a picture to it."""
        start = proposal.with_name(f"{proposal.name}.{kind}")
        choose_file(
            self._window,
            "Save as picture",
            KINDS[kind],
            start,
            lambda path: self.save(picture, path, scale, kind),
            to_save=True,
        )

    def save(self, picture: Picture, path: Path, scale: float, kind: str) -> None:
        """Saves a picture; what was in the file stays there until the new one is whole."""
        if kind == "png":
            scale = fitting_scale(picture, scale)
            size, resolution = picture.size(scale).toTuple(), per_metre(scale)

            def write(pixels: list[bytes]) -> None:
                self._write(path, lambda: png_bytes(pixels, size, resolution))

            self.painting = PngPainting(self._window, picture, scale, write)
            self.painting.ended.connect(self._on_painted)
            return
        with _waiting():
            content = svg_of(picture, self._title()) if kind == "svg" else pdf_of(picture, self._title())
        self._write(path, lambda: content)

    def _on_painted(self) -> None:
        self.painting = None

    def _write(self, path: Path, content: Callable[[], bytes]) -> None:
        self._background.run(
            lambda: write_atomically(path, content()), lambda _: self._on_written(path.name), self._on_failure
        )

    def _on_written(self, name: str) -> None:
        self._workspace.message_posted.emit(f"{name} is saved.")

    def _on_failure(self, error: Exception) -> None:
        if not isinstance(error, ProjectError):
            raise error
        tell(self._window, "The picture was not saved.", str(error))

    def print(self, picture: Picture | None = None) -> None:
        """Asks for a printer and prints the picture; in the light theme, without a ground, unless one is given."""
        picture = picture or self.picture(PictureLook(self.look.shapes))
        if picture is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._title())
        dialog = QPrintDialog(printer, self._window)
        dialog.setWindowTitle("Print the network")
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            with _waiting():
                print_picture(picture, printer)
            self._workspace.message_posted.emit("The network is sent to the printer.")

    def _title(self) -> str:
        return self._workspace.project.title or "Network"


def _png(image: QImage) -> QByteArray:
    """An image as a PNG file's bytes."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"PNG").write(image)
    return buffer.data()
