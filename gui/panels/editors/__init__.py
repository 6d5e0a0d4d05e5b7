"""One editor for each kind of parameter. A new kind is one more row in `table.EDITORS`."""
