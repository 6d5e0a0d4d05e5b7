"""The window. Shows what the engine knows; holds no model state of its own and never imports Keras."""
