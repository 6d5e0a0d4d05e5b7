"""Which keys do what: the tables' defaults and, over them, what a person has changed.

`gui/menus.py`, `gui/canvas/actions.py` and `gui/panels/outline/actions.py` say which actions there are and what their
keys are at first. What was changed is kept in the preferences, and put on the actions at once. Main thread only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence

from gui.canvas.actions import ACTIONS
from gui.menus import COMMANDS, LINE
from gui.panels.outline.actions import OUTLINE_ACTIONS, SHARED
from gui.preferences import Preferences

GROUP = "keys"
"""Where the preferences keep what was changed."""
SEPARATOR = " | "
"""What stands between two keys of one action in the preferences: no key is written with it."""
CANVAS, OUTLINE = "Canvas", "Outline"

Place = Literal["canvas", "outline"]
IN_CANVAS: frozenset[Place] = frozenset({"canvas"})
IN_OUTLINE: frozenset[Place] = frozenset({"outline"})
"""Where an action's keys work. Those of the window, and of what both share, work in both."""


@dataclass(frozen=True)
class FixedKeys:
    """Keys that cannot be given to anything else; `shown` is written instead of caps where there are many."""

    section: str
    text: str
    keys: tuple[str, ...]
    shown: str = ""


ARROWS = ("Left", "Right", "Up", "Down")
FIXED = (
    FixedKeys("Help", "Help on what is selected", ("F1",)),
    FixedKeys(CANVAS, "Move the selection a little", ARROWS),
    FixedKeys(CANVAS, "Move it farther", tuple(f"Shift+{key}" for key in ARROWS), "Shift and arrow keys"),
    FixedKeys(CANVAS, "Search for a block", ("Space",), "Space, tapped"),
    FixedKeys(CANVAS, "Move the view by dragging", ("Space",), "Space, held"),
    FixedKeys(CANVAS, "Leave a drag, a popup, the selection", ("Esc",)),
)
"""Keys that parts of the window handle themselves, such as those of `gui/canvas/keys.py`."""

MOUSE = (
    ("Add a block", "Drag from the palette"),
    ("Add it after the selection", "Double-click it there"),
    ("Search for a block", "Double-click the canvas"),
    ("Put a block into a link", "Drop it on the link"),
    ("Drop it beside, do not snap", "Hold Alt"),
    ("Connect", "Drag from port to port"),
    ("Take a link off", "Pull it, or its end"),
    ("Select", "Click, or drag a box"),
    ("Add to the selection", "Shift-click, Ctrl-click"),
    ("Rename", "Double-click the name"),
    ("Help on a layer", "Double-click the card"),
    ("Open a collapsed group", "Double-click its card"),
    ("Move a group", "Drag its title"),
    ("Join a group", "Drop a card in its frame"),
    ("Write in a comment", "Double-click it"),
    ("Zoom at the pointer", "Wheel, or pinch"),
    ("Move the view", "Middle button, two fingers"),
    ("Move it sideways", "Shift and wheel"),
    ("Cancel a drag", "Right button, or Esc"),
    ("Context menu", "Right button, held finger"),
)
"""What the mouse does on the canvas."""

RESERVED = {
    **{keys: f"{keys} has a fixed meaning: {fixed.text.lower()}." for fixed in FIXED for keys in fixed.keys},
    **{keys: f"{keys} leads from field to field and stays as it is." for keys in ("Tab", "Shift+Tab", "Backtab")},
    **{keys: f"{keys} presses the button that has the focus and stays as it is." for keys in ("Return", "Enter")},
}
"""Keys that no action can have, and why."""

OWN_KEYS = frozenset({"window.help"})
"""Actions whose key is fixed, because fields and lists take it for their own help."""


@dataclass(frozen=True)
class KeyEntry:
    """An action that can have keys: its id, its heading, its words, its keys at first, and where they work.

    Keys are written as Qt writes them portably, such as "Ctrl+Shift+Z". Two actions can have the same key as long as
    there is no place where both would answer to it.
    """

    id: str
    section: str
    text: str
    defaults: tuple[str, ...]
    places: frozenset[Place] = IN_CANVAS | IN_OUTLINE


@lru_cache(maxsize=1)
def entries() -> tuple[KeyEntry, ...]:
    """Every action of the tables, in the order of the menus; what is in no menu stands under the canvas or the outline.

    There must be an application by now: Qt asks it which keys are the system's own.
    """
    canvas = {entry.name: entry for entry in ACTIONS}
    shared = {*SHARED, *(entry.name for entry in OUTLINE_ACTIONS)}
    places = {name: IN_CANVAS | IN_OUTLINE if name in shared else IN_CANVAS for name in canvas}
    found: dict[str, KeyEntry] = {}
    for command in COMMANDS:
        if command.name == LINE or command.source == "submenu":
            continue
        if command.source == "canvas":
            entry = canvas[command.name]
            made = KeyEntry(f"canvas.{entry.name}", command.menu, entry.text, normal(entry.keys), places[entry.name])
        else:
            defaults = normal(QKeySequence(keys).toString(PORTABLE) for keys in command.keys)
            made = KeyEntry(f"window.{command.name}", command.menu, command.text, defaults)
        if made.id not in OWN_KEYS:
            found.setdefault(made.id, made)
    for entry in ACTIONS:
        made = KeyEntry(f"canvas.{entry.name}", CANVAS, entry.text, normal(entry.keys), places[entry.name])
        found.setdefault(made.id, made)
    for own in OUTLINE_ACTIONS:
        if own.name not in canvas:  # those of the same name have the canvas's keys
            made = KeyEntry(f"outline.{own.name}", OUTLINE, own.text, normal(own.keys), IN_OUTLINE)
            found[made.id] = made
    return tuple(found.values())


PORTABLE, NATIVE = QKeySequence.SequenceFormat.PortableText, QKeySequence.SequenceFormat.NativeText


def normal(keys: Iterable[str]) -> tuple[str, ...]:
    """Keys as Qt writes them, each once; what names no key is left out."""
    texts = [QKeySequence(text, PORTABLE).toString(PORTABLE) for text in keys]
    return tuple(dict.fromkeys(text for text in texts if text and text == text.strip()))  # Qt writes no key as nothing


def native(keys: str) -> str:
    """Keys as the system writes them: ⌘D on a Mac."""
    return QKeySequence(keys, PORTABLE).toString(NATIVE)


def resolve(changed: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The keys of every action: what was changed first, then the defaults that nothing else has taken."""
    taken: dict[Place, set[str]] = {place: set(RESERVED) for place in IN_CANVAS | IN_OUTLINE}
    found: dict[str, tuple[str, ...]] = {}
    for entry in sorted(entries(), key=lambda entry: entry.id not in changed):
        wanted = changed.get(entry.id, entry.defaults)
        keys = tuple(key for key in wanted if not any(key in taken[place] for place in entry.places))
        for place in entry.places:
            taken[place].update(keys)
        found[entry.id] = keys
    return found


class Keys(QObject):
    """The keys of all actions of one window. `changed` comes when some have other keys than before."""

    changed = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self._entries = {entry.id: entry for entry in entries()}
        kept = preferences.texts(GROUP)
        self._changed = {key: normal(text.split(SEPARATOR)) for key, text in kept.items() if key in self._entries}
        for key, text in kept.items():
            if text and not self._changed.get(key):
                self._changed.pop(key, None)  # nothing in it is a key: as good as not there
        self._keys = resolve(self._changed)
        self._actions: list[tuple[str, QAction]] = []

    def attach(self, prefix: str, actions: Mapping[str, QAction]) -> None:
        """Puts the keys on actions, now and whenever they change; `prefix` is "window", "canvas" or "outline".

        Several actions of one name, such as Rename of the canvas and of the outline, have the same keys.
        """
        named = [(f"{prefix}.{name}", action) for name, action in actions.items()]
        self._actions += [(key, action) for key, action in named if key in self._entries]
        self._apply()

    def of(self, key: str) -> tuple[str, ...]:
        """The keys of an action, written portably."""
        return self._keys[key]

    def text(self, key: str) -> str:
        """An action's first key as the system writes it; "" where it has none."""
        return native(self._keys[key][0]) if self._keys[key] else ""

    def is_changed(self, key: str) -> bool:
        """Whether an action has other keys than at first."""
        return self._keys[key] != self._entries[key].defaults

    @property
    def any_changed(self) -> bool:
        """Whether any action has."""
        return any(self.is_changed(key) for key in self._keys)

    def owners(self, keys: Iterable[str], but: str) -> list[KeyEntry]:
        """The other actions that have one of these keys where the action `but` is to have them."""
        wanted, places = set(keys), self._entries[but].places
        others = [self._entries[key] for key, has in self._keys.items() if key != but and wanted & set(has)]
        return [entry for entry in others if entry.places & places]

    def give(self, key: str, keys: Iterable[str]) -> None:
        """Gives an action these keys and no others, and takes them from whatever had them."""
        wanted = normal(keys)
        for entry in self.owners(wanted, key):
            self._set(entry.id, tuple(one for one in self._keys[entry.id] if one not in wanted))
        self._set(key, wanted)
        self._renew()

    def reset(self, key: str) -> None:
        """Gives an action the keys that it had at first."""
        self.give(key, self._entries[key].defaults)

    def reset_all(self) -> None:
        """Gives every action the keys that it had at first."""
        for key in list(self._changed):
            self._set(key, self._entries[key].defaults)
        self._renew()

    def _set(self, key: str, keys: tuple[str, ...]) -> None:
        if keys == self._entries[key].defaults:
            self._changed.pop(key, None)
            self._preferences.set_text(GROUP, key, None)
        else:
            self._changed[key] = keys
            self._preferences.set_text(GROUP, key, SEPARATOR.join(keys))

    def _renew(self) -> None:
        self._keys = resolve(self._changed)
        self._apply()
        self.changed.emit()

    def _apply(self) -> None:
        for key, action in self._actions:
            sequences = [QKeySequence(text, PORTABLE) for text in self._keys[key]]
            if action.shortcuts() != sequences:
                action.setShortcuts(sequences)
