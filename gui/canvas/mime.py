"""What blocks are called while they are dragged, and on the clipboard."""

BLOCK_MIME = "application/x-lamina-block"
"""A block dragged from the palette: its type's name as UTF-8."""

NETWORK_MIME = "application/x-lamina-network"
"""Copied blocks: the text of a project file as UTF-8."""
