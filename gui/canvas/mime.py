"""What a block is called while it is dragged from the palette: its type's name as UTF-8."""

BLOCK_MIME = "application/x-lamina-block"
