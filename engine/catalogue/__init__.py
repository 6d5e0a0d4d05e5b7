"""All block types. A new layer is one entry in one of the tables here; nothing else changes."""

from __future__ import annotations

from engine.catalogue.activation import ACTIVATION
from engine.catalogue.convolution import CONVOLUTION
from engine.catalogue.core import CORE
from engine.catalogue.data import DATA
from engine.catalogue.merge import MERGE
from engine.catalogue.pooling import POOLING
from engine.catalogue.recurrent import RECURRENT
from engine.catalogue.regularization import REGULARIZATION
from engine.catalogue.shape import SHAPE
from engine.catalogue.spec import BlockSpec
from engine.graph import Block

CATALOGUE: dict[str, BlockSpec] = {
    spec.type: spec
    for table in (DATA, CORE, CONVOLUTION, POOLING, RECURRENT, REGULARIZATION, SHAPE, MERGE, ACTIVATION)
    for spec in table
}


def new_block(spec: BlockSpec, block_id: str, name: str, x: float = 0.0, y: float = 0.0) -> Block:
    """A block of a type as it is when it comes from the palette."""
    return Block(block_id, spec.type, name, dict(spec.starts_with), x, y)
