"""The main window: puts the parts together, and carries the commands that belong to none of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QMenuBar, QVBoxLayout, QWidget

from engine.document import Document
from engine.project import SUFFIX
from engine.recovery import Leftover
from engine.training.folder import has_network
from engine.workers.protocol import Exported, ExportRefused
from gui.background import Background
from gui.canvas.view import CanvasView
from gui.coordinator import Coordinator
from gui.dialogs.choose_file import choose_file
from gui.dialogs.gallery import GalleryDialog
from gui.dialogs.help import HelpDialog
from gui.dialogs.questions import ask_to_recover, ask_to_save, ask_to_stop, tell
from gui.docks import BOTTOM, LEFT, RIGHT, Dock
from gui.engine import EngineClient, EngineState
from gui.files import Files
from gui.icons import icon
from gui.panels.palette import PalettePanel
from gui.panels.problems import ProblemsPanel
from gui.panels.properties import PropertiesPanel
from gui.panels.training import TrainingPanel
from gui.preferences import Preferences
from gui.status_bar import StatusBar
from gui.theme import Mode, themes
from gui.top_bar import TopBar
from gui.workspace import Workspace

ARRANGEMENT = 1
"""Raised when the panels change so much that an arrangement kept by an older version no longer fits."""

PROJECTS = f"Lamina projects (*{SUFFIX})"
KERAS_MODELS = "Keras models (*.keras)"

STATES: dict[EngineState, tuple[str, str, str]] = {
    EngineState.STARTING: ("Warming up", "muted", "Keras is being loaded. Train may be pressed meanwhile."),
    EngineState.IDLE: ("Ready", "good", "A training begins as soon as Train is pressed."),
    EngineState.PREPARING: ("Preparing", "accent", "The data are loaded and the network is built."),
    EngineState.TRAINING: ("Running", "good", "The network learns."),
    EngineState.PAUSED: ("Paused", "warning", "The training rests until Resume is pressed."),
    EngineState.STOPPING: ("Stopping", "warning", "The training ends after the step that is being done."),
}
"""What the status bar says in each state of the engine, the colour of its disc, and what that means."""


class MainWindow(QMainWindow):
    """The window of one project. `closed` comes when it is gone and everything behind it has ended."""

    closed = Signal()

    def __init__(self, preferences: Preferences, engine: EngineClient) -> None:
        super().__init__()
        self.setWindowTitle("Lamina")
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.preferences = preferences
        self.engine = engine
        self.workspace = Workspace(Document())
        self.background = Background(self)
        self.files = Files(self.workspace, preferences, self.background)
        self.coordinator = Coordinator(self.workspace, engine)
        self.canvas = CanvasView(self.workspace)
        self.palette_panel = PalettePanel(self.workspace)
        self.properties_panel = PropertiesPanel(self.workspace)
        self.training_panel = TrainingPanel(self.workspace, engine)
        self.problems_panel = ProblemsPanel(self.workspace)
        self.status = StatusBar(self.workspace)
        self._help: HelpDialog | None = None
        self._gallery: GalleryDialog | None = None
        self._closing = False
        self._exports = 0
        self.actions_by_name: dict[str, QAction] = {}
        self.menus = QMenuBar()
        self._make_actions()
        self.top_bar = TopBar(self.workspace, self.menus, self.actions_by_name["undo"], self.actions_by_name["redo"])
        self._lay_out()
        self._connect()
        self._restore()
        self._show_name()
        self.canvas.setFocus()

    def start(self, path: Path | None) -> None:
        """Opens what was asked for: a file, else what a crash left behind, else the gallery of templates."""
        self.coordinator.refresh()
        if path is not None:
            self.files.open(path)
        else:
            self.show_gallery()
        self.files.look_for_leftovers()

    # ---------------------------------------------------------------- making

    def _make_actions(self) -> None:
        file, edit, view, train, help_menu = (
            self.menus.addMenu(name) for name in ("File", "Edit", "View", "Train", "Help")
        )
        keys = QKeySequence.StandardKey
        self._action("new", "New", self._new, file, keys.New)
        self._action("templates", "Templates…", self.show_gallery, file, "Ctrl+Shift+N")
        self._action("open", "Open…", self._choose_project, file, keys.Open)
        self._recent = file.addMenu("Open recent")
        self._recent.aboutToShow.connect(self._fill_recent)
        file.addSeparator()
        self._action("save", "Save", self.save, file, keys.Save)
        self._action("save_as", "Save as…", self.save_as, file, "Ctrl+Shift+S")
        file.addSeparator()
        self._action("export", "Export .keras…", self.export, file, "Ctrl+E")
        self._action("export_bare", "Export .keras without optimizer state…", self.export_bare, file)
        file.addSeparator()
        self._action("quit", "Quit", self.close, file, keys.Quit)

        self._action("undo", "Undo", self._undo, edit, keys.Undo, "undo")
        redo = self._action("redo", "Redo", self._redo, edit, None, "redo")
        redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        edit.addSeparator()
        for name in ("cut", "copy", "paste", "duplicate", "delete", "select_all", "rename"):
            edit.addAction(self.canvas.actions_by_name[name])

        for name in ("fit_all", "fit_selection", "zoom_100", "zoom_in", "zoom_out"):
            view.addAction(self.canvas.actions_by_name[name])
        view.addSeparator()
        self._panels = view.addMenu("Panels")
        theme_menu = view.addMenu("Theme")
        group = QActionGroup(self)
        for mode, title in (("system", "Like the system"), ("light", "Light"), ("dark", "Dark")):
            action = theme_menu.addAction(title)
            action.setCheckable(True)
            action.setData(mode)
            action.setChecked(self.preferences.theme == mode)
            group.addAction(action)
        group.triggered.connect(self._choose_theme)

        self._action("train", "Train", self.training_panel.train_or_pause, train, "Ctrl+Return", "play")
        self._action("stop", "Stop", self.training_panel.stop, train, "Ctrl+.", "stop")
        self._action("train_more", "Train more", self.training_panel.train_more, train)

        self._action("help", "Help on the selection", self._help_on_selection, help_menu, "F1")
        self._action("choosing", "Choosing a layer", self._help_on_choosing, help_menu)
        help_menu.addSeparator()
        self._action("find_layer", "Find a layer", self.palette_panel.focus_search, help_menu, "/")

    def _action(
        self,
        name: str,
        text: str,
        slot: Callable[[], object],
        menu: QMenu,
        keys: QKeySequence.StandardKey | str | None = None,
        icon_name: str = "",
    ) -> QAction:
        action = QAction(text, self)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        if icon_name:
            action.setIcon(icon(icon_name))
        action.triggered.connect(slot)
        menu.addAction(action)
        self.actions_by_name[name] = action
        return action

    def _lay_out(self) -> None:
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        self.setMenuWidget(top)
        self.setCentralWidget(self.canvas)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(self.status, 1)
        self.docks = {
            "palette": Dock("palette", "Layers", self.palette_panel, self),
            "properties": Dock("properties", "Properties", self.properties_panel, self),
            "training": Dock("training", "Training", self.training_panel, self),
            "problems": Dock("problems", "Problems", self.problems_panel, self),
        }
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, LEFT),
            (Qt.Corner.BottomRightCorner, RIGHT),
            (Qt.Corner.TopLeftCorner, LEFT),
            (Qt.Corner.TopRightCorner, RIGHT),
        ):
            self.setCorner(corner, area)
        self.addDockWidget(LEFT, self.docks["palette"])
        self.addDockWidget(LEFT, self.docks["properties"])
        self.splitDockWidget(self.docks["palette"], self.docks["properties"], Qt.Orientation.Vertical)
        self.addDockWidget(RIGHT, self.docks["training"])
        self.addDockWidget(BOTTOM, self.docks["problems"])
        self.docks["problems"].hide()
        for dock in self.docks.values():
            self._panels.addAction(dock.toggleViewAction())
        self._panels.addSeparator()
        self._arrange = self._panels.addAction("Arrange panels")
        self._arrange.setCheckable(True)
        self._arrange.setToolTip("Show title bars by which panels can be dragged to another side")
        self._arrange.toggled.connect(self._set_arranging)
        self._panels.addAction("Put panels back").triggered.connect(self._put_panels_back)
        self._first_arrangement = self.saveState(ARRANGEMENT)

    def _connect(self) -> None:
        self.workspace.document_changed.connect(self._show_name)
        self.workspace.help_requested.connect(self.show_block_help)
        self.palette_panel.append_requested.connect(self.canvas.append)
        self.canvas.templates_requested.connect(self.show_gallery)
        self.canvas.zoom_changed.connect(self.status.set_zoom)
        self.status.problems_requested.connect(self._toggle_problems)
        self.training_panel.problems_requested.connect(self.docks["problems"].show)
        self.training_panel.export_requested.connect(self.export)
        self.training_panel.optimizer_help_requested.connect(self.show_optimizer_help)
        self.training_panel.run_finished.connect(self._on_run_finished)
        self.top_bar.export_requested.connect(self.export)
        self.files.opened.connect(self._on_opened)
        self.files.saved.connect(self._on_saved)
        self.files.failed.connect(self._on_file_failure)
        self.files.recovery_found.connect(self._on_leftovers)
        self.engine.state_changed.connect(self._show_state)
        self.engine.engine_message.connect(self.status.show_message)
        self.engine.exported.connect(self._on_exported)
        self.engine.export_refused.connect(self._on_export_refused)
        self._show_state()

    def _restore(self) -> None:
        geometry = self.preferences.bytes("geometry")
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            available = self.screen().availableGeometry()
            self.resize(min(1600, available.width()), min(1000, available.height()))
        state = self.preferences.bytes("panels")
        self._has_arrangement = not state.isEmpty() and self.restoreState(state, ARRANGEMENT)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._has_arrangement:
            self._has_arrangement = True
            self._size_panels()

    def _size_panels(self) -> None:
        docks = self.docks
        self.resizeDocks([docks["palette"], docks["training"]], [264, 424], Qt.Orientation.Horizontal)
        self.resizeDocks([docks["palette"], docks["properties"]], [620, 380], Qt.Orientation.Vertical)
        self.resizeDocks([docks["problems"]], [150], Qt.Orientation.Vertical)

    # ---------------------------------------------------------------- files

    def _when_safe(self, go_on: Callable[[], None]) -> None:
        """Goes on at once, or once the changes that it would lose are saved or given up."""
        if not self.workspace.document.is_modified:
            go_on()
            return
        answer = ask_to_save(self, self.files.name)
        if answer == "save":
            self.save(go_on)
        elif answer == "discard":
            go_on()

    def _new(self) -> None:
        self._when_safe(self.files.new)

    def _choose_project(self) -> None:
        self._when_safe(
            lambda: self._choose("Open a project", PROJECTS, self._folder(), self.files.open, to_save=False)
        )

    def _choose(self, title: str, kinds: str, start: Path, chosen: Callable[[Path], None], *, to_save: bool) -> None:
        choose_file(self, title, kinds, start, chosen, to_save=to_save)

    def _folder(self) -> Path:
        path = self.workspace.document.path
        recent = self.preferences.recent_files
        return path.parent if path else recent[0].parent if recent and recent[0].parent.is_dir() else Path.home()

    def open_file(self, path: Path) -> None:
        """Opens a project's file, after asking about changes that would be lost."""
        self._when_safe(lambda: self.files.open(path))

    def save(self, done: Callable[[], None] | None = None) -> None:
        """Saves to the project's file, asking for one where it has none; then calls `done`."""
        path = self.workspace.document.path
        if path is None:
            self.save_as(done if callable(done) else None)
        else:
            self.files.save(path, done if callable(done) else None)

    def save_as(self, done: Callable[[], None] | None = None) -> None:
        """Asks for a file and saves to it; then calls `done`."""
        start = self._folder() / f"{self.files.name}{SUFFIX}"
        after = done if callable(done) else None
        self._choose("Save the project", PROJECTS, start, lambda path: self.files.save(path, after), to_save=True)

    def _fill_recent(self) -> None:
        self._recent.clear()
        for path in self.preferences.recent_files:
            action = self._recent.addAction(path.name)
            action.setToolTip(str(path))
            action.setData(path)
            action.triggered.connect(self._open_recent)
        if self._recent.isEmpty():
            self._recent.addAction("No recent projects").setEnabled(False)

    def _open_recent(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.open_file(Path(action.data()))

    def show_gallery(self) -> None:
        """Shows the templates, from which a project can be started."""
        if self._gallery is None:
            self._gallery = GalleryDialog(self)
            self._gallery.chosen.connect(self._open_template)
            self._gallery.empty_requested.connect(self._new)
            self._gallery.open_requested.connect(self._choose_project)
            self._gallery.file_chosen.connect(self.open_file)
        self._gallery.set_recent_files(self.preferences.recent_files)
        self._gallery.open()

    def _open_template(self, name: str) -> None:
        self._when_safe(lambda: self.files.open_template(name))

    def _on_opened(self) -> None:
        self.canvas.fit_all(animated=False)
        self._show_name()

    def _on_saved(self, name: str) -> None:
        self.status.show_message(f"{name} is saved.")
        self._show_name()

    def _on_file_failure(self, message: str) -> None:
        self._closing = False
        tell(self, "That did not work.", message)

    def _on_leftovers(self, found: list[Leftover]) -> None:
        if self._gallery is not None:
            self._gallery.close()
        for leftover in found:
            answer = ask_to_recover(self, leftover)
            if answer == "recover":
                self.files.recover(leftover)
                return
            if answer == "discard":
                self.files.discard(leftover)
        if not self.workspace.graph.blocks:
            self.show_gallery()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.toLocalFile().endswith(SUFFIX) for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.toLocalFile().endswith(SUFFIX)]
        if files:
            event.acceptProposedAction()
            # After the drop has ended: a question in the middle of it would hold up the program that dragged.
            QTimer.singleShot(0, self, lambda: self.open_file(files[0]))

    # ---------------------------------------------------------------- export

    def export(self) -> None:
        """Asks for a file and puts the network there as `.keras`, with the optimizer's state."""
        self._ask_for_export(optimizer_state=True)

    def export_bare(self) -> None:
        """Asks for a file and puts the network there as `.keras`, without the optimizer's state."""
        self._ask_for_export(optimizer_state=False)

    def _ask_for_export(self, *, optimizer_state: bool) -> None:
        if self.workspace.analysis.errors:
            self.docks["problems"].show()
            tell(self, "The network cannot be exported yet.", self.workspace.analysis.errors[0].message)
            return
        start = self._folder() / f"{self.files.name}.keras"
        self._choose(
            "Export the network",
            KERAS_MODELS,
            start,
            lambda path: self._export_to(path, optimizer_state=optimizer_state),
            to_save=True,
        )

    def _export_to(self, path: Path, *, optimizer_state: bool) -> None:
        folder = self.training_panel.last_run_folder
        self._exports += 1
        if folder is not None and has_network(folder):
            self.status.show_message(f"Exporting {path.name} and checking it…")
            self.engine.export_run(folder, path, optimizer_state=optimizer_state)
        else:
            self.status.show_message(f"Nothing is trained yet: exporting the untrained network to {path.name}…")
            self.engine.export_untrained(self.workspace.project, path)

    def _on_exported(self, answer: Exported) -> None:
        self.status.show_message(
            f"{answer.path.name} is there. Loaded again, it gives the same outputs (within {answer.difference:.1g})."
        )

    def _on_export_refused(self, answer: ExportRefused) -> None:
        tell(self, f"{answer.path.name} was not exported.", answer.message)

    # ---------------------------------------------------------------- help, theme, panels

    def _help_dialog(self) -> HelpDialog:
        if self._help is None:
            self._help = HelpDialog(self)
        return self._help

    def show_block_help(self, type_name: str) -> None:
        """Shows the help page of a block type."""
        self._help_dialog().show_block(type_name)

    def show_optimizer_help(self, name: str) -> None:
        """Shows the help page of an optimizer."""
        self._help_dialog().show_optimizer(name)

    def _help_on_choosing(self) -> None:
        self._help_dialog().show_page("choosing")

    def _help_on_selection(self) -> None:
        selection = self.workspace.selection
        focus = QApplication.focusWidget()
        if focus is not None and self.training_panel.optimizer.isAncestorOf(focus):
            self.show_optimizer_help(self.workspace.project.optimizer.name)
        elif selection:
            self.show_block_help(self.workspace.graph.blocks[selection[-1]].type)
        else:
            self._help_on_choosing()

    def _choose_theme(self, action: QAction) -> None:
        mode: Mode = action.data()
        self.preferences.theme = mode
        themes().set_mode(mode)

    def _set_arranging(self, arranging: bool) -> None:
        for dock in self.docks.values():
            dock.set_arranging(arranging)

    def _put_panels_back(self) -> None:
        self._arrange.setChecked(False)
        self.restoreState(self._first_arrangement, ARRANGEMENT)
        self._size_panels()

    def _toggle_problems(self) -> None:
        self.docks["problems"].setVisible(not self.docks["problems"].isVisible())

    # ---------------------------------------------------------------- state

    def _undo(self) -> None:
        self.canvas.cancel_gesture()
        self.workspace.document.undo()

    def _redo(self) -> None:
        self.canvas.cancel_gesture()
        self.workspace.document.redo()

    def _show_name(self) -> None:
        document = self.workspace.document
        self.top_bar.set_name(self.files.name, modified=document.is_modified)
        self.setWindowTitle(f"{self.files.name}[*] – Lamina")
        self.setWindowModified(document.is_modified)
        for name, label in (("undo", document.undo_label), ("redo", document.redo_label)):
            action = self.actions_by_name[name]
            action.setEnabled(bool(label))
            words = name.capitalize() if not label else f"{name.capitalize()} {label[0].lower()}{label[1:]}"
            action.setText(words)

    def _show_state(self) -> None:
        self.status.set_state(*STATES[self.engine.state])
        if self._closing and not self.engine.is_running:
            self.close()

    def _on_run_finished(self, summary: str) -> None:
        self.status.show_message(summary)
        if not self.isActiveWindow():
            QApplication.alert(self)

    def open_folder(self, folder: Path) -> None:
        """Shows a folder in the system's file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _close(self) -> None:
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        if self.engine.is_running:
            if not self._closing and ask_to_stop(self):
                self._closing = True
                self.training_panel.stop()
            return
        if self.workspace.document.is_modified:
            answer = ask_to_save(self, self.files.name)
            if answer == "cancel":
                self._closing = False
                return
            if answer == "save":
                self.save(self._close)
                return
        event.accept()
        self.preferences.set_bytes("geometry", self.saveGeometry())
        self.preferences.set_bytes("panels", self.saveState(ARRANGEMENT))
        self.hide()
        self.canvas.cancel_gesture()
        self.files.close()
        self.background.finish()
        self.engine.shutdown()
        self.closed.emit()
