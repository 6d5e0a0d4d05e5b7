"""Fields that lie over other things: every key pressed in them is theirs, and none acts on what lies behind."""

from __future__ import annotations

from PySide6.QtCore import QEvent


def keeps_key(event: QEvent) -> bool:
    """Takes a key from the actions around a field, where the event is one; the key comes to the field then.

    Without it Ctrl+D, pressed while a block's name is written, would duplicate the block.
    """
    if event.type() != QEvent.Type.ShortcutOverride:
        return False
    event.accept()
    return True
