"""Layers that make one of several branches."""

from __future__ import annotations

from engine.catalogue.params import IntParam
from engine.catalogue.spec import MANY_IN, BlockSpec

MERGE = (
    BlockSpec(
        type="Add",
        category="merge",
        keras_name="Add",
        icon="add",
        words=("sum", "residual", "skip connection", "plus"),
        inputs=MANY_IN,
        what="Adds what its branches give, value by value. They must have the same shape.",
        formula="<i>y</i> = <i>x</i><sub>1</sub> + <i>x</i><sub>2</sub> + …",
        use="For residual networks: a link around some layers, added again behind them, lets very deep networks learn.",
        reference="https://keras.io/api/layers/merging_layers/add/",
    ),
    BlockSpec(
        type="Concatenate",
        category="merge",
        keras_name="Concatenate",
        icon="concatenate",
        words=("join", "stack", "combine", "side by side"),
        inputs=MANY_IN,
        params=(
            IntParam(
                name="axis",
                default=-1,
                minimum=-6,
                maximum=6,
                help="In which dimension the branches are put side by side; in all others they must agree. −1 is the "
                "last one, 1 the first one after the batch.",
            ),
        ),
        what="Puts what its branches give side by side, in the order in which they were connected.",
        formula="<i>y</i> = [<i>x</i><sub>1</sub>, <i>x</i><sub>2</sub>, …]",
        use="To bring different views together: a picture and a table, or filters of several sizes.",
        reference="https://keras.io/api/layers/merging_layers/concatenate/",
    ),
)
