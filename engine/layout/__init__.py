"""Automatic layout: rows along the flow of data, few crossings, straight chains, room for long links."""

from engine.layout.arrange import arrange, lay_out, place_rest

__all__ = ["arrange", "lay_out", "place_rest"]
