"""Everything that Lamina knows about networks, data and training. Knows nothing of windows."""

VERSION = "0.1.0"
"""The same as in pyproject.toml, which a test sees to."""
