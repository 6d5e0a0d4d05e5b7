"""From a block to its Keras layer: the one place where a specification becomes a constructor's call.

The judge makes layers here to ask them about shapes, the builder to train them; so both speak of the same network.
Keras is imported inside the functions, and `engine.backend.prepare` has settled its backend before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from engine.catalogue import CATALOGUE
from engine.catalogue.spec import BlockSpec
from engine.data.description import ArrayInfo
from engine.graph import Block, Graph, Value


def keras_names(graph: Graph) -> dict[str, str]:
    """For each block the name of its Keras layer: readable, of ASCII letters, digits and `_`, and unique.

    Keras refuses `/` when it builds and fails on blanks and accents when it trains, so `Größe / 2` becomes `Grosse_2`.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for key, block in graph.blocks.items():
        stem = _plain(block.name) or _plain(block.type) or "block"
        name, number = stem, 2
        while not taken.isdisjoint(layers := _layers_called(block, name)):
            name, number = f"{stem}_{number}", number + 1
        taken |= layers
        names[key] = name
    return names


def nest_names(graph: Graph, names: Mapping[str, str]) -> dict[str, str]:
    """For each nested group the name of its model, unlike those of all layers, which `names` holds by block."""
    taken = {layer for key, name in names.items() for layer in _layers_called(graph.blocks[key], name)}
    found: dict[str, str] = {}
    for key, group in graph.groups.items():
        if group.nested:
            stem = _plain(group.name) or "group"
            name, number = stem, 2
            while name in taken:
                name, number = f"{stem}_{number}", number + 1
            taken.add(name)
            found[key] = name
    return found


def _layers_called(block: Block, name: str) -> set[str]:
    """The names of the layers that a block of this name may bring into the model."""
    spec = CATALOGUE.get(block.type)
    return {name, scaling_name(name)} if spec is not None and spec.role == "input" else {name}


def scaling_name(name: str) -> str:
    """The name of the layer that scales what enters at the Input with this Keras name."""
    return f"{name}_scaling"


def _plain(text: str) -> str:
    """`text` in the letters that TensorFlow's scopes take, beginning with a letter or a digit."""
    letters = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "_", letters).strip("_")


def make_layer(block: Block, spec: BlockSpec, name: str) -> Any:
    """The Keras layer of a block, not yet built. Raises what Keras raises for values that do not go together."""
    return layer_from_values(spec, spec.values(block), name)


def layer_from_values(spec: BlockSpec, values: Mapping[str, Value], name: str) -> Any:
    """The Keras layer of a type with these values, which are all in their proper form.

    A wrapper's `wrapped` parameters go to the layer inside, whose class is the value of its parameter `layer`.
    """
    from keras import layers

    arguments: dict[str, Any] = {}
    inner: dict[str, Any] = {}
    for param in spec.params:
        if param.wrapped:
            inner[param.name] = param.to_keras(values[param.name])
        elif not param.own:
            arguments[param.name] = param.to_keras(values[param.name])
    if inner:
        arguments["layer"] = getattr(layers, str(values["layer"]))(**inner, name=f"{name}_inside")
    return getattr(layers, spec.keras_name)(**arguments, name=name)


def call_layer(layer: Any, spec: BlockSpec, tensors: Mapping[str, Sequence[Any]]) -> Any:
    """What a layer gives for the tensors at each of its block's input ports.

    A port that takes many links is given a list. The first port is the layer's first argument; any others are
    arguments of their own names.
    """
    by_port = {port.name: list(tensors[port.name]) if port.many else tensors[port.name][0] for port in spec.inputs}
    first, *others = by_port
    return layer(by_port[first], **{name: by_port[name] for name in others})


def scaling_layer(values: Mapping[str, Value], array: ArrayInfo | None, name: str) -> Any:
    """The layer that an Input block's scaling puts behind it, or None where values enter as they are.

    `0–1` needs the array's smallest and largest value; without data it is the layer with its starting values.
    `standardise` comes without mean and variance, which the builder sets from the training part.
    """
    from keras import layers

    match values["scaling"]:
        case "0–1":
            low, high = (array.minimum, array.maximum) if array is not None else (0.0, 1.0)
            spread = (high - low) or 1.0
            return layers.Rescaling(scale=1.0 / spread, offset=-low / spread, name=name)
        case "standardise":
            return layers.Normalization(axis=-1, name=name)
    return None


def looks_up(spec: BlockSpec) -> bool:
    """Whether a layer takes whole numbers as places in a table, as Embedding does."""
    return any(param.name == "input_dim" for param in spec.params)


def input_dtype(graph: Graph, block: str, array: ArrayInfo | None) -> str:
    """The number type with which an Input's examples enter: `int32` for whole numbers that are looked up, as tokens
    are, and `float32` for everything else."""
    if array is None or not array.dtype.startswith(("int", "uint")):
        return "float32"
    consumers = [CATALOGUE.get(graph.blocks[link.target.block].type) for link in graph.links_from(block)]
    looked_up = [spec is not None and looks_up(spec) for spec in consumers]
    return "int32" if looked_up and all(looked_up) else "float32"
