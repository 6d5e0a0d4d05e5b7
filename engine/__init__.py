"""Everything that Lamina knows about networks, data and training. Knows nothing of windows."""
