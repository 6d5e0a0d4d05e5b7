"""The main window: puts the parts together, and carries the commands that belong to none of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenuBar

from engine.document import Document
from engine.folders import runs_folder
from engine.judge.report import Problem
from engine.project import SUFFIX
from engine.recovery import Leftover
from engine.training.folder import RunInfo, newest_network
from gui.announcer import Announcer
from gui.background import Background
from gui.canvas.view import CanvasView
from gui.coordinator import Coordinator
from gui.dialogs.choose_file import choose_file
from gui.dialogs.gallery import GalleryDialog
from gui.dialogs.help import HelpDialog
from gui.dialogs.keys import KeysOverlay
from gui.dialogs.questions import ask_to_recover, ask_to_save, ask_to_stop, show_about, tell
from gui.docks import Docks
from gui.engine import EngineClient, EngineState
from gui.exporting import Exporting
from gui.files import Files
from gui.keys import Keys
from gui.menus import fill_theme_menu, make_menus
from gui.panels.outline.panel import OutlinePanel
from gui.panels.palette import PalettePanel
from gui.panels.problems import ProblemsPanel
from gui.panels.properties import PropertiesPanel
from gui.panels.training import TrainingPanel
from gui.panes import Panes, ProblemTour
from gui.picturing import Picturing
from gui.preferences import Preferences
from gui.status_bar import StatusBar
from gui.theme import Mode, themes
from gui.top_bar import TopBar
from gui.workspace import Workspace

PROJECTS = f"Lamina projects (*{SUFFIX})"

STATES: dict[EngineState, tuple[str, str, str]] = {
    EngineState.STARTING: ("Warming up", "muted", "Keras is being loaded. Train may be pressed meanwhile."),
    EngineState.IDLE: ("Ready", "good", "A training begins as soon as Train is pressed."),
    EngineState.PREPARING: ("Preparing", "accent", "The data are loaded and the network is built."),
    EngineState.TRAINING: ("Running", "good", "The network learns."),
    EngineState.PAUSED: ("Paused", "warning", "The training rests until Resume is pressed."),
    EngineState.STOPPING: ("Stopping", "warning", "The training ends after the step that is being done."),
}
"""What the status bar says in each state of the engine, the colour of its disc, and what that means."""


FIRST_SIZE = QSize(1600, 1000)
SHARE_OF_SCREEN = 0.9
"""How much of a small screen the window takes at its first start; its frame and title bar need some of the rest."""


def first_place(available: QRect) -> QRect:
    """Where the window's content stands at its first start, given the screen's free area."""
    size = FIRST_SIZE.boundedTo((available.size().toSizeF() * SHARE_OF_SCREEN).toSize())
    place = QRect(QPoint(), size)
    place.moveCenter(available.center())
    return place


class MainWindow(QMainWindow):
    """The window of one project. `closed` comes when it is gone and everything behind it has ended."""

    closed = Signal()

    def __init__(self, preferences: Preferences, engine: EngineClient) -> None:
        super().__init__()
        self.setWindowTitle("Lamina")
        self.setAcceptDrops(True)
        self.preferences = preferences
        self.engine = engine
        self.workspace = Workspace(Document())
        self.background = Background(self)
        self.files = Files(self.workspace, preferences, self.background)
        self.coordinator = Coordinator(self.workspace, engine)
        self.exporting = Exporting(self, self.workspace, engine, self.background)
        self.picturing = Picturing(self, self.workspace, self.background, preferences)
        self.canvas = CanvasView(self.workspace)
        self.palette_panel = PalettePanel(self.workspace)
        self.outline_panel = OutlinePanel(self.canvas)
        self.properties_panel = PropertiesPanel(self.workspace)
        self.training_panel = TrainingPanel(self.workspace, engine)
        self.problems_panel = ProblemsPanel(self.workspace)
        self.status = StatusBar(self.workspace)
        self._help: HelpDialog | None = None
        self._keys_overlay: KeysOverlay | None = None
        self._gallery: GalleryDialog | None = None
        self._after_run: Callable[[], object] | None = None
        menu_bar = QMenuBar()
        self.actions_by_name, self._submenus = make_menus(self, menu_bar)
        self.keys = Keys(preferences)
        self.keys.attach("window", self.actions_by_name)
        self.keys.attach("canvas", self.canvas.actions_by_name)
        self.keys.attach("canvas", self.outline_panel.actions_by_name)
        self.keys.attach("outline", self.outline_panel.actions_by_name)
        undo, redo = self.actions_by_name["undo"], self.actions_by_name["redo"]
        self.top_bar = TopBar(self.workspace, menu_bar, undo, redo)
        self.docks = self._lay_out()
        self.panes = Panes(
            self,
            self.docks,
            self.canvas,
            {
                "palette": self.palette_panel.list,
                "outline": self.outline_panel.tree,
                "canvas": self.canvas,
                "properties": self.properties_panel,
                "training": self.training_panel.buttons.train,
                "problems": self.problems_panel.list,
            },
        )
        self.announcer = Announcer(self.workspace, self.canvas)
        self.problem_tour = ProblemTour(self.workspace, self._show_problem, self)
        self._fill_submenus()
        self._connect()
        self._restore()
        self._show_name()
        self._show_state()
        self._show_keys_in_tips()
        self.canvas.setFocus()

    def start(self, path: Path | None, template: str = "") -> None:
        """Opens a file or a template if one is named, else the gallery; then offers what a crash left behind."""
        self.coordinator.refresh()
        if path is not None:
            self.files.open(path)
        elif template:
            self.files.open_template(template)
        else:
            self.show_gallery()
        self.files.look_for_leftovers()

    # ---------------------------------------------------------------- making

    def _lay_out(self) -> Docks:
        self.setMenuWidget(self.top_bar)
        self.setCentralWidget(self.canvas)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(self.status, 1)
        contents = {
            "palette": self.palette_panel,
            "outline": self.outline_panel,
            "properties": self.properties_panel,
            "training": self.training_panel,
            "problems": self.problems_panel,
        }
        return Docks(self, contents)

    def _fill_submenus(self) -> None:
        self.docks.fill_menu(self._submenus["panels"])
        fill_theme_menu(self, self._submenus["theme"], self.preferences.theme)
        self._submenus["recent"].setToolTipsVisible(True)
        self._submenus["recent"].aboutToShow.connect(self._fill_recent)

    def _connect(self) -> None:
        self.workspace.document_changed.connect(self._show_name)
        self.workspace.help_requested.connect(self.show_block_help)
        self.palette_panel.append_requested.connect(self.canvas.append)
        self.docks["outline"].visibilityChanged.connect(self.outline_panel.set_awake)
        self.outline_panel.settings_requested.connect(self.panes.settings)
        self.properties_panel.left.connect(self.panes.leave_settings)
        self.canvas.templates_requested.connect(self.show_gallery)
        self.canvas.open_requested.connect(self.choose_project)
        self.canvas.zoom_changed.connect(self.status.set_zoom)
        self.canvas.search.recent = self.preferences.recent_types
        self.status.problems_requested.connect(self._toggle_problems)
        self.problems_panel.close_requested.connect(self._hide_problems)
        self.exporting.problems_requested.connect(self._show_problems)
        self.training_panel.problems_requested.connect(self._show_problems)
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
        self.keys.changed.connect(self._show_keys_in_tips)

    def _restore(self) -> None:
        geometry = self.preferences.bytes("geometry")
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            self.setGeometry(first_place(self.screen().availableGeometry()))
        self._is_arranged = self.docks.restore(self.preferences.bytes("panels"))
        self.canvas.minimap.set_wanted(self.preferences.flag("minimap", True))
        self.canvas.minimap.wanted_changed.connect(self._on_minimap)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_arranged:
            self._is_arranged = True
            self.docks.set_sizes()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible():
            self.docks.follow_width()

    # ---------------------------------------------------------------- files

    def _when_safe(self, go_on: Callable[[], object], what: str = "go on") -> None:
        """Goes on at once, or once a training has stopped and changes that would be lost are saved or given up."""
        self.canvas.setFocus()  # so that what is being typed somewhere counts as well
        if self.engine.is_running:
            if self._after_run is None and ask_to_stop(self, what):
                self._after_run = lambda: self._when_safe(go_on, what)
                self.training_panel.stop()
        elif not self.workspace.document.is_modified:
            go_on()
        else:
            answer = ask_to_save(self, self.files.name)
            if answer == "save":
                self._save(go_on)
            elif answer == "discard":
                go_on()

    def new(self) -> None:
        """An empty network in the place of the one that is open."""
        self._when_safe(self.files.new, "begin anew")

    def choose_project(self) -> None:
        """Asks for a project's file and opens it."""
        choose_file(self, "Open a project", PROJECTS, self._folder(), self.open_file, to_save=False)

    def open_file(self, path: Path) -> None:
        """Opens a project's file, after asking about what would be lost."""
        self._when_safe(lambda: self.files.open(path), "open the other")

    def save(self) -> None:
        """Saves to the project's file, asking for one where it has none."""
        self._save(None)

    def save_as(self) -> None:
        """Asks for a file and saves to it."""
        self._save_as(None)

    def _save(self, done: Callable[[], object] | None) -> None:
        path = self.workspace.document.path
        if path is None:
            self._save_as(done)
        else:
            self.files.save(path, done)

    def _save_as(self, done: Callable[[], object] | None) -> None:
        start = self._folder() / f"{self.files.name}{SUFFIX}"
        choose_file(self, "Save the project", PROJECTS, start, lambda path: self.files.save(path, done), to_save=True)

    def _folder(self) -> Path:
        path = self.workspace.document.path
        recent = self.preferences.recent_files
        return path.parent if path else recent[0].parent if recent and recent[0].parent.is_dir() else Path.home()

    def _fill_recent(self) -> None:
        menu = self._submenus["recent"]
        menu.clear()
        for path in self.preferences.recent_files:
            action = menu.addAction(path.name)
            action.setToolTip(str(path))
            action.setData(path)
            action.triggered.connect(self._open_recent)
        if menu.isEmpty():
            menu.addAction("No recent projects").setEnabled(False)

    def _open_recent(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.open_file(Path(action.data()))

    def show_gallery(self) -> None:
        """Shows the templates, from which a project can be started."""
        if self._gallery is None:
            self._gallery = GalleryDialog(self.background, self)
            self._gallery.chosen.connect(self._open_template)
            self._gallery.empty_requested.connect(self.new)
            self._gallery.open_requested.connect(self.choose_project)
            self._gallery.file_chosen.connect(self.open_file)
        self._gallery.set_recent_files(self.preferences.recent_files)
        self._gallery.open()

    def _open_template(self, name: str) -> None:
        self._when_safe(lambda: self.files.open_template(name), "open the template")

    def _on_opened(self) -> None:
        self.canvas.fit_all(animated=False)
        self._show_name()
        path = self.workspace.document.path
        if path is not None:
            self.background.run(lambda: newest_network(runs_folder(path)), self._adopt_run)

    def _adopt_run(self, run: RunInfo | None) -> None:
        """Takes the network that the project's newest run left, so that it can be exported and trained further."""
        path = self.workspace.document.path
        if run is not None and path is not None and run.folder.parent == runs_folder(path):
            self.training_panel.adopt_run(run.folder)

    def _on_saved(self, name: str) -> None:
        self.status.show_message(f"{name} is saved.")
        self._show_name()

    def _on_file_failure(self, message: str) -> None:
        tell(self, "That did not work.", message)

    def _on_leftovers(self, found: list[Leftover]) -> None:
        if self._gallery is not None:
            self._gallery.close()
        for leftover in found:
            answer = ask_to_recover(self, leftover)
            if answer == "recover":
                self._when_safe(partial(self.files.recover, leftover), "recover")
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

    # ---------------------------------------------------------------- training, export

    def train_or_pause(self) -> None:
        """What the training panel's large button does now."""
        self.training_panel.train_or_pause()

    def stop_training(self) -> None:
        """Stops the run; what was learned is kept."""
        self.training_panel.stop()

    def train_more(self) -> None:
        """Trains the network of the last run further."""
        self.training_panel.train_more()

    def export(self) -> None:
        """Asks for a file and puts the network there as `.keras`, with the optimizer's state."""
        self._ask_for_export(optimizer_state=True)

    def export_bare(self) -> None:
        """Asks for a file and puts the network there as `.keras`, without the optimizer's state."""
        self._ask_for_export(optimizer_state=False)

    def _ask_for_export(self, *, optimizer_state: bool) -> None:
        proposal = self._folder() / f"{self.files.name}.keras"
        self.exporting.ask(self.training_panel.last_run_folder, proposal, optimizer_state=optimizer_state)

    def copy_picture(self) -> None:
        """Puts a picture of what is selected, or of the whole network, on the clipboard."""
        self.picturing.copy()

    def save_picture(self) -> None:
        """Asks how the network is to be pictured, shows it, and saves, copies or prints it."""
        self.picturing.ask(self._folder() / self.files.name)

    def print_picture(self) -> None:
        """Asks for a printer and prints a picture of what is selected, or of the whole network."""
        self.picturing.print()

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

    def help_on_choosing(self) -> None:
        """Shows the page that compares the layers."""
        self._help_dialog().show_page("choosing")

    def help_on_selection(self) -> None:
        """Shows the page of what is selected, or of the optimizer when the cursor is in its settings."""
        focus = QApplication.focusWidget()
        if focus is not None and self.training_panel.optimizer.isAncestorOf(focus):
            self.show_optimizer_help(self.workspace.project.optimizer.name)
        elif self.workspace.selection:
            self.show_block_help(self.workspace.graph.blocks[self.workspace.selection[-1]].type)
        else:
            self.help_on_choosing()

    def show_about(self) -> None:
        """Says which version this is, and what it is built from."""
        show_about(self)

    def show_keys(self) -> None:
        """Lists all keys over the window, where they can be changed as well."""
        if self._keys_overlay is None:
            self._keys_overlay = KeysOverlay(self.keys, self)
        self.canvas.cancel_gesture()
        self._keys_overlay.open_overlay()

    def find_layer(self) -> None:
        """Puts the cursor into the palette's search field."""
        self.docks["palette"].show()
        self.palette_panel.focus_search()

    def choose_theme(self, action: QAction) -> None:
        """Takes the theme of a menu entry."""
        mode: Mode = action.data()
        self.preferences.theme = mode
        themes().set_mode(mode)

    def _on_minimap(self, wanted: bool) -> None:
        self.preferences.set_flag("minimap", wanted)

    def _show_problems(self) -> None:
        self.docks["problems"].show()

    def _hide_problems(self) -> None:
        self.docks["problems"].hide()
        self.canvas.setFocus()

    def next_pane(self) -> None:
        """Puts the cursor into the next pane: layers, outline, canvas, properties, training, problems."""
        self.panes.step(1)

    def previous_pane(self) -> None:
        """Puts the cursor into the pane before."""
        self.panes.step(-1)

    def show_settings(self) -> None:
        """Puts the cursor into the settings of the selection, or from there back."""
        self.panes.settings()

    def next_problem(self) -> None:
        """Goes to the next problem."""
        self.problem_tour.step(1)

    def previous_problem(self) -> None:
        """Goes to the problem before."""
        self.problem_tour.step(-1)

    def _show_problem(self, problem: Problem) -> None:
        if self.panes.current() == "outline":
            self.outline_panel.go_to_problem(problem)
        elif problem.block is not None:
            self.workspace.jump_requested.emit(problem.block)
        else:
            self._show_problems()

    def _toggle_problems(self) -> None:
        self.docks.toggle("problems")

    # ---------------------------------------------------------------- state

    def undo(self) -> None:
        """Takes the last step back; a drag that is under way is given up first."""
        if not self.canvas.cancel_gesture():
            self.workspace.document.undo()

    def redo(self) -> None:
        """Brings the last step that was undone back."""
        if not self.canvas.cancel_gesture():
            self.workspace.document.redo()

    def _show_name(self) -> None:
        document = self.workspace.document
        self.top_bar.set_name(self.files.name, modified=document.is_modified)
        self.setWindowTitle(f"{self.files.name}[*] – Lamina")
        self.setWindowModified(document.is_modified)
        for name, label in (("undo", document.undo_label), ("redo", document.redo_label)):
            action = self.actions_by_name[name]
            action.setEnabled(bool(label))
            action.setText(f"{name.capitalize()} {label[0].lower()}{label[1:]}" if label else name.capitalize())
            action.setToolTip(f"{action.text()}{self._keys_in_brackets(name)}")

    def _keys_in_brackets(self, name: str) -> str:
        keys = self.keys.text(f"window.{name}")
        return f" ({keys})" if keys else ""

    def _show_keys_in_tips(self) -> None:
        """Names the keys of now where some are named."""
        self._show_name()
        self.palette_panel.show_key(self.keys.text("window.find_layer"))
        self.top_bar.show_export_key(self._keys_in_brackets("export"))

    def _show_state(self) -> None:
        self.status.set_state(*STATES[self.engine.state])
        if self._after_run is not None and not self.engine.is_running:
            go_on, self._after_run = self._after_run, None
            # The panel hears of the run's end in this same moment; what follows comes after it.
            QTimer.singleShot(0, self, go_on)

    def _on_run_finished(self, summary: str) -> None:
        self.status.show_message(summary)
        self.announcer.say(summary)
        if not self.isActiveWindow():
            QApplication.alert(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self._when_safe(self._leave, "close")
        if not self.isVisible():
            event.accept()

    def _leave(self) -> None:
        """Ends everything: nothing would be lost any more."""
        self.preferences.set_bytes("geometry", self.saveGeometry())
        self.preferences.set_bytes("panels", self.docks.state())
        self.preferences.recent_types = self.canvas.search.recent
        self.canvas.cancel_gesture()
        self.hide()
        self.files.close()
        self.background.finish()
        self.engine.shutdown()
        self.closed.emit()
