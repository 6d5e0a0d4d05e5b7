"""How everything looks: colour tokens for light and dark, fonts, and the style sheet made from them.

Painted items ask `themes().tokens` when they paint and repaint on `themes().changed`. Widgets are styled by the one
style sheet here, by their class and their `role` property; no widget has a style sheet of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

Mode = Literal["system", "light", "dark"]

ARROWS = Path(__file__).parents[1] / "resources" / "theme"
"""Arrows in the themes' colours: a style sheet takes pictures from files only."""

CATEGORY_COLOURS: Mapping[str, str] = {
    "data": "#64748B",
    "core": "#2E74C4",
    "convolution": "#D4602A",
    "pooling": "#D99A1B",
    "recurrent": "#14906A",
    "regularization": "#B25C98",
    "shape": "#4B8A9B",
    "merge": "#7567CE",
    "activation": "#86862E",
}
"""One colour a category, the same in both themes; categories are told apart by their icons as well."""

GROUP_COLOURS: Mapping[str, str] = {
    "blue": "core",
    "orange": "convolution",
    "green": "recurrent",
    "purple": "merge",
    "yellow": "pooling",
    "pink": "regularization",
    "teal": "shape",
    "olive": "activation",
    "grey": "data",
}
"""Which category's colour each of the engine's names for groups' colours is."""


def mixed(ground: QColor, colour: QColor, share: float) -> QColor:
    """A colour between two others, with `share` of the second."""
    return QColor.fromRgbF(
        ground.redF() + (colour.redF() - ground.redF()) * share,
        ground.greenF() + (colour.greenF() - ground.greenF()) * share,
        ground.blueF() + (colour.blueF() - ground.blueF()) * share,
    )


@dataclass(frozen=True)
class Tokens:
    """The colours of one theme."""

    name: Literal["light", "dark"]
    window: str
    panel: str
    canvas: str
    card: str
    field: str
    border: str
    strong_border: str
    text: str
    secondary: str
    muted: str
    accent: str
    accent_ground: str
    on_accent: str
    accent_hover: str
    hover: str
    warning: str
    warning_ground: str
    good: str
    validation: str
    grid: str
    link: str
    shadow: str
    note: str
    note_border: str

    def colour(self, name: str, alpha: float = 1.0) -> QColor:
        """One of the tokens as a colour, with an opacity from 0 to 1."""
        colour = QColor(getattr(self, name))
        colour.setAlphaF(colour.alphaF() * alpha)
        return colour

    def category(self, name: str) -> QColor:
        """A category's colour; grey for one that is not known."""
        return QColor(CATEGORY_COLOURS.get(name, self.muted))

    def group(self, name: str) -> QColor:
        """The colour of a group's frame and tile; grey for a name that is not known."""
        return self.category(GROUP_COLOURS.get(name, ""))

    def group_text(self, name: str) -> QColor:
        """A group's colour for its name: nearer to that of text, so that it can be read on its ground."""
        return mixed(QColor(self.text), self.group(name), 0.5)


LIGHT = Tokens(
    name="light",
    window="#F1F3F6",
    panel="#FFFFFF",
    canvas="#F8F9FB",
    card="#FFFFFF",
    field="#F6F7F9",
    border="#E0E4EA",
    strong_border="#CBD2DC",
    text="#1B2230",
    secondary="#566072",
    muted="#687283",  # 4.5:1 on the panel and on the canvas, where it carries meaning
    accent="#2F66D8",
    accent_ground="#E8EFFD",
    on_accent="#FFFFFF",
    accent_hover="#2857BC",
    hover="#EEF1F5",
    warning="#B45309",
    warning_ground="#FEF3E2",
    good="#0F8A63",
    validation="#C2500F",
    grid="#DDE2E9",
    link="#8390A3",
    shadow="#241B2230",
    note="#FFF9E3",
    note_border="#EBDDAE",
)

DARK = Tokens(
    name="dark",
    window="#14171C",
    panel="#1B1F26",
    canvas="#12151A",
    card="#21262E",
    field="#232830",
    border="#2C323C",
    strong_border="#414957",
    text="#E7EAF0",
    secondary="#A6AFBD",
    muted="#8893A3",
    accent="#7AA5FF",
    accent_ground="#22304D",
    on_accent="#0E1524",
    accent_hover="#97B9FF",
    hover="#262C35",
    warning="#F5B053",
    warning_ground="#3A2C17",
    good="#43C59A",
    validation="#F08A4B",
    grid="#232830",
    link="#667184",
    shadow="#66000000",
    note="#2B281D",
    note_border="#4A4430",
)


class Themes(QObject):
    """The theme in use. Main thread only."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._mode: Mode = "system"
        self.tokens = LIGHT

    @property
    def mode(self) -> Mode:
        """What was chosen: a theme, or whatever the system has."""
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Chooses a theme and paints everything anew."""
        self._mode = mode
        self.refresh()

    def refresh(self) -> None:
        """Applies the theme that the mode and the system call for."""
        dark = self._mode == "dark"
        if self._mode == "system":
            dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        self.tokens = DARK if dark else LIGHT
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setPalette(palette(self.tokens))
            application.setStyleSheet(style_sheet(self.tokens))
        self.changed.emit()

    @contextmanager
    def painting_as(self, name: Literal["light", "dark"]) -> Iterator[None]:
        """Has everything that is painted within take a theme's colours, as for a picture; the window keeps its own."""
        before, self.tokens = self.tokens, DARK if name == "dark" else LIGHT
        try:
            yield
        finally:
            self.tokens = before


_themes: list[Themes] = []


def themes() -> Themes:
    """The one Themes object of the application."""
    if not _themes:
        _themes.append(Themes())
    return _themes[0]


def prepare(application: QApplication, mode: Mode) -> None:
    """Sets style, fonts and theme once, before the first window; follows the system's changes from then on."""
    application.setStyle("Fusion")
    application.setFont(interface_font())
    QGuiApplication.styleHints().colorSchemeChanged.connect(themes().refresh)
    themes().set_mode(mode)


def interface_font(size: float = 13, *, semibold: bool = False) -> QFont:
    """The system's interface font at a size in pixels, with figures of one width."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPixelSize(round(size))
    font.setWeight(QFont.Weight.DemiBold if semibold else QFont.Weight.Normal)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def shape_font(size: float = 12) -> QFont:
    """The monospaced font in which shapes are written, at a size in pixels."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(round(size))
    return font


def formula_font(size: float = 16) -> QFont:
    """The serif font of formulas, at a size in pixels."""
    font = QFont("STIX Two Text")
    font.setStyleHint(QFont.StyleHint.Serif)
    font.setFamilies(["STIX Two Text", "Cambria Math", "Latin Modern Roman", "DejaVu Serif", "Times New Roman"])
    font.setPixelSize(round(size))
    return font


def set_role(widget: QWidget, role: str) -> None:
    """Gives a widget the look of a role (see `style_sheet`), also when it had another one before."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def palette(tokens: Tokens) -> QPalette:
    """The Fusion palette of a theme."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: tokens.panel,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.field,
        QPalette.ColorRole.AlternateBase: tokens.panel,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.Button: tokens.panel,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.BrightText: tokens.on_accent,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.on_accent,
        QPalette.ColorRole.ToolTipBase: tokens.card,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.muted,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.Mid: tokens.border,
        QPalette.ColorRole.Dark: tokens.strong_border,
        QPalette.ColorRole.Light: tokens.card,
        QPalette.ColorRole.Accent: tokens.accent,
    }
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.muted))
    return made


def style_sheet(tokens: Tokens) -> str:
    """The application's style sheet.

    Roles of labels: `title` (14 semibold), `section` (11 semibold, tracked, upper case by the caller), `secondary`,
    `muted`, `error` (warm text), `value` (right-aligned figure), `banner` (a boxed remark), `bubble` (a sentence over
    the canvas).
    Roles of buttons: `primary` (filled), `plain` (no border), `link` (accent text), `chip` (checkable, as optimizers).
    Roles of other widgets: `panel` (a side panel's ground), `bar` (top and status bar), `box` (field-coloured box).
    """
    t = tokens
    return f"""
    QMainWindow, QDialog {{ background: {t.panel}; }}
    QDialogButtonBox, QDialog {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QWidget[role="canvas"] {{ background: {t.canvas}; }}
    QWidget[role="panel"], QScrollArea[role="panel"], QScrollArea[role="panel"] > QWidget > QWidget
        {{ background: {t.panel}; border: none; }}
    QWidget[role="bar"] {{ background: {t.panel}; }}
    QFrame[role="box"] {{ background: {t.field}; border: none; border-radius: 8px; }}
    QFrame[role="banner"] {{ background: {t.accent_ground}; border: none; border-radius: 8px; }}
    QFrame[role="warning"] {{ background: {t.warning_ground}; border: none; border-radius: 8px; }}
    QFrame[role="popup"] {{ background: {t.card}; border: 1px solid {t.border}; border-radius: 8px; }}
    QFrame[role="sheet"] {{ background: {t.panel}; border: 1px solid {t.border}; border-radius: 12px; }}
    QFrame[role="line"] {{ background: {t.border}; border: none; }}
    QLabel {{ background: transparent; color: {t.text}; }}
    QLabel[role="title"] {{ font-size: 14px; font-weight: 600; }}
    QLabel[role="large"] {{ font-size: 20px; font-weight: 600; }}
    QLabel[role="section"] {{ font-size: 11px; font-weight: 600; letter-spacing: 0.6px; color: {t.secondary}; }}
    QLabel[role="secondary"] {{ color: {t.secondary}; font-size: 12px; }}
    QLabel[role="muted"] {{ color: {t.muted}; font-size: 11px; }}
    QLabel[role="error"] {{ color: {t.warning}; font-size: 11px; }}
    QLabel[role="strong"] {{ font-weight: 600; }}
    QLabel[role="bubble"] {{ background: {t.card}; color: {t.text}; font-size: 12px; border: 1px solid {t.border};
        border-radius: 6px; padding: 5px 8px; }}
    QPushButton {{ background: {t.panel}; color: {t.text}; border: 1px solid {t.border}; border-radius: 8px;
        padding: 5px 12px; min-height: 20px; }}
    QPushButton:hover {{ background: {t.hover}; }}
    QPushButton:pressed {{ background: {t.border}; }}
    QPushButton:focus {{ border-color: {t.accent}; }}
    QPushButton:disabled {{ color: {t.muted}; background: {t.panel}; border-color: {t.border}; }}
    QPushButton[role="primary"] {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent};
        font-weight: 600; }}
    QPushButton[role="primary"]:hover {{ background: {t.accent_hover}; border-color: {t.accent_hover}; }}
    QPushButton[role="primary"]:disabled {{ background: {t.hover}; color: {t.muted}; border-color: {t.border}; }}
    QPushButton[role="plain"] {{ border-color: transparent; background: transparent; }}
    QPushButton[role="plain"]:hover {{ background: {t.hover}; }}
    QPushButton[role="plain"]:focus {{ border-color: {t.accent}; }}
    QPushButton[role="link"] {{ border: none; background: transparent; color: {t.accent}; padding: 2px 0;
        text-align: left; }}
    QPushButton[role="link"]:hover {{ color: {t.accent_hover}; text-decoration: underline; }}
    QPushButton[role="chip"] {{ padding: 4px 2px; font-size: 12px; color: {t.secondary}; }}
    QPushButton[role="chip"]:checked {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent};
        font-weight: 600; }}
    QPushButton[role="tab"] {{ border-color: transparent; background: transparent; color: {t.secondary};
        padding: 4px 9px; border-radius: 6px; }}
    QPushButton[role="tab"]:hover {{ background: {t.hover}; }}
    QPushButton[role="tab"]:checked {{ background: {t.accent_ground}; color: {t.accent}; }}
    QToolButton {{ border: 1px solid transparent; border-radius: 6px; padding: 3px; background: transparent;
        color: {t.secondary}; }}
    QToolButton:hover {{ background: {t.hover}; }}
    QToolButton:checked {{ background: {t.accent_ground}; }}
    QToolButton:focus {{ border-color: {t.accent}; }}
    QToolButton[role="outlined"] {{ border-color: {t.border}; border-radius: 8px; }}
    QToolButton::menu-indicator {{ image: none; }}
    QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit {{ background: {t.field}; color: {t.text};
        border: 1px solid {t.border}; border-radius: 6px; padding: 3px 8px; min-height: 22px;
        selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
    QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover {{ border-color: {t.strong_border}; }}
    QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus {{ border-color: {t.accent}; }}
    QLineEdit[role="rename"] {{ background: {t.field}; border-color: {t.accent}; padding: 0 3px; min-height: 0; }}
    QLineEdit[role="rename-invalid"] {{ background: {t.warning_ground}; border-color: {t.warning}; padding: 0 3px;
        min-height: 0; }}
    QLineEdit[role="invalid"] {{ border-color: {t.warning}; background: {t.warning_ground}; }}
    QLineEdit:disabled, QComboBox:disabled {{ color: {t.muted}; }}
    QComboBox::drop-down {{ border: none; width: 24px; }}
    QComboBox::down-arrow {{ image: url("{ARROWS.as_posix()}/arrow-{t.name}.svg"); width: 14px; height: 14px; }}
    QComboBox QAbstractItemView, QListView[role="popup"] {{ background: {t.card}; color: {t.text};
        border: 1px solid {t.border}; selection-background-color: {t.accent_ground}; selection-color: {t.text};
        outline: none; }}
    QCheckBox {{ color: {t.text}; spacing: 7px; background: transparent; }}
    QRadioButton {{ color: {t.text}; spacing: 7px; background: transparent; }}
    QRadioButton::indicator {{ width: 14px; height: 14px; border: 1px solid {t.strong_border}; border-radius: 8px;
        background: {t.field}; }}
    QRadioButton::indicator:checked {{ width: 6px; height: 6px; border: 5px solid {t.accent};
        background: {t.on_accent}; }}
    QRadioButton::indicator:focus {{ border-color: {t.accent}; }}
    QMainWindow::separator {{ background: {t.border}; width: 1px; height: 1px; }}
    QMainWindow::separator:hover {{ background: {t.accent}; }}
    QStatusBar {{ background: {t.panel}; border-top: 1px solid {t.border}; }}
    QStatusBar::item {{ border: none; }}
    QFrame#top {{ background: {t.panel}; border: none; border-bottom: 1px solid {t.border}; }}
    QMenuBar {{ background: transparent; color: {t.text}; spacing: 0; }}
    QMenuBar::item {{ padding: 5px 8px; border-radius: 6px; background: transparent; color: {t.secondary}; }}
    QMenuBar::item:selected {{ background: {t.hover}; color: {t.text}; }}
    QPushButton[role="status"] {{ border: none; background: transparent; color: {t.secondary}; font-size: 12px;
        padding: 1px 6px; min-height: 16px; border-radius: 4px; }}
    QPushButton[role="status"]:hover {{ background: {t.hover}; }}
    QPushButton[role="status"]:focus {{ background: {t.hover}; }}
    QMenu {{ background: {t.card}; color: {t.text}; border: 1px solid {t.border}; padding: 5px; }}
    QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 5px; }}
    QMenu::item:selected {{ background: {t.accent_ground}; color: {t.text}; }}
    QMenu::item:disabled {{ color: {t.muted}; }}
    QMenu::separator {{ height: 1px; background: {t.border}; margin: 5px 6px; }}
    QToolTip {{ background: {t.card}; color: {t.text}; border: 1px solid {t.border}; padding: 5px 7px; }}
    QSplitter::handle {{ background: {t.border}; }}
    QSplitter::handle:horizontal {{ width: 1px; }}
    QSplitter::handle:vertical {{ height: 1px; }}
    QTreeView, QListView, QTableView, QTextBrowser {{ background: {t.panel}; color: {t.text}; border: none;
        outline: none; selection-background-color: {t.accent_ground}; selection-color: {t.text}; }}
    QListView[role="on-card"] {{ background: transparent; }}
    QTreeView::item:hover, QListView::item:hover {{ background: {t.hover}; }}
    QTreeView::item:selected, QListView::item:selected {{ background: {t.accent_ground}; color: {t.text}; }}
    QTreeView[role="outline"] {{ selection-background-color: transparent; }}
    QTreeView[role="outline"]::branch {{ background: transparent; }}
    QTreeView[role="outline"]::item, QTreeView[role="outline"]::item:hover, QTreeView[role="outline"]::item:selected
        {{ background: transparent; }}
    QMainWindow > QTabBar {{ background: {t.panel}; qproperty-drawBase: 0; qproperty-elideMode: ElideNone; }}
    QMainWindow > QTabBar::tab {{ background: transparent; color: {t.secondary}; padding: 8px 6px 6px 6px;
        margin: 0 4px 0 8px; border-bottom: 2px solid transparent; }}
    QMainWindow > QTabBar::tab:hover {{ color: {t.text}; }}
    QMainWindow > QTabBar::tab:selected {{ color: {t.text}; border-bottom-color: {t.accent}; }}
    QHeaderView::section {{ background: {t.panel}; color: {t.secondary}; border: none; padding: 4px 8px;
        border-bottom: 1px solid {t.border}; }}
    QProgressBar {{ background: {t.border}; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 2px; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 2px; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 2px; }}
    QScrollBar::handle {{ background: {t.strong_border}; border-radius: 3px; min-height: 28px; min-width: 28px; }}
    QScrollBar::handle:hover {{ background: {t.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """
