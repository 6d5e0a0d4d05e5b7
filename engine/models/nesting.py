"""Nested groups in a Keras model: the layers of each become a model of their own, which the whole calls like a layer.

The layers come built, from a flat model that was made first, and are called once more. So a network has the same
weights for a seed, nested or not, whatever Keras draws when it makes and builds a layer. Keras's thread only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.catalogue import CATALOGUE
from engine.catalogue.spec import BlockSpec
from engine.graph import Graph, PortRef
from engine.judge.layers import call_layer
from engine.nests import Nest, contracted


def leaf_layers(model: Any) -> Iterator[Any]:
    """The layers of a model and of the models nested in it, in their order."""
    from keras import Model

    for layer in model.layers:
        if isinstance(layer, Model):
            yield from leaf_layers(layer)
        else:
            yield layer


def outputs_of(block: str, spec: BlockSpec, result: Any) -> dict[PortRef, Any]:
    """What a block's layer gave, by its output ports."""
    results = list(result) if isinstance(result, list | tuple) else [result]
    return {PortRef(block, port.name): tensor for port, tensor in zip(spec.outputs, results, strict=False)}


def nest_layers(
    graph: Graph,
    layers: Mapping[str, Any],
    enters: Mapping[PortRef, Any],
    nested: Mapping[str, Nest],
    names: Mapping[str, str],
) -> dict[PortRef, Any]:
    """The tensors at the output ports outside nests, and at those where data leave one, with the layers called anew.

    `layers` are those of all blocks of the graph but Inputs and Outputs, `enters` the tensors that Inputs give, and
    `names` the models' names by group.
    """
    from keras import Input, Model

    tensors = dict(enters)

    def call(block: str, at: dict[PortRef, Any]) -> None:
        spec = CATALOGUE[graph.blocks[block].type]
        ports = {port.name: [at[link.source] for link in graph.links_into(block, port.name)] for port in spec.inputs}
        at |= outputs_of(block, spec, call_layer(layers[block], spec, ports))

    order = graph.order()
    for unit in contracted(graph, nested).order():
        if unit in layers:
            call(unit, tensors)
        elif unit in nested:
            nest, name = nested[unit], names[unit]
            inside: dict[PortRef, Any] = {}
            for number, source in enumerate(nest.inputs, start=1):
                tensor = tensors[source]
                title = f"{name}_input" if len(nest.inputs) == 1 else f"{name}_input_{number}"
                inside[source] = Input(tensor.shape[1:], dtype=tensor.dtype, name=title)
            starts = list(inside.values())
            for block in order:
                if block in nest.members:
                    call(block, inside)
            ends = [inside[port] for port in nest.outputs]
            model = Model(_single(starts), _single(ends), name=name)
            results = model(_single([tensors[source] for source in nest.inputs]))
            tensors |= zip(nest.outputs, results if len(ends) > 1 else [results], strict=True)
    return tensors


def _single(tensors: list[Any]) -> Any:
    return tensors[0] if len(tensors) == 1 else tensors
