"""Layers that change the shape of data and nothing else."""

from __future__ import annotations

from engine.catalogue.params import ShapeParam
from engine.catalogue.spec import BlockSpec

SHAPE = (
    BlockSpec(
        type="Flatten",
        category="shape",
        keras_name="Flatten",
        icon="flatten",
        words=("vector", "row", "one dimension"),
        what="Lays all values of an example in one long row: 13 × 13 × 32 becomes 5408.",
        formula="(<i>a</i>, <i>b</i>, <i>c</i>) → (<i>a</i>·<i>b</i>·<i>c</i>)",
        use="Between the last convolution or pooling and the first Dense layer. GlobalAveragePooling2D is the sparing "
        "way to do the same.",
        reference="https://keras.io/api/layers/reshaping_layers/flatten/",
    ),
    BlockSpec(
        type="Reshape",
        category="shape",
        keras_name="Reshape",
        icon="reshape",
        words=("dimensions", "view", "rows"),
        params=(
            ShapeParam(
                name="target_shape",
                default=(-1,),
                required=True,
                inferred=True,
                help="The new shape of one example, without the batch, such as 28 × 28. One number may be −1: it is "
                "worked out from the others.",
            ),
        ),
        card="{target_shape}",
        what="Gives the values another shape without changing or moving any: read row by row, they stay in order.",
        formula="(<i>a</i>, <i>b</i>) → (<i>c</i>, <i>d</i>) with <i>a</i>·<i>b</i> = <i>c</i>·<i>d</i>",
        use="To hand data to a layer that wants another number of dimensions: a picture of 28 × 28 × 1 becomes a "
        "sequence of 28 rows for an LSTM, a long row becomes a picture for a Conv2D.",
        reference="https://keras.io/api/layers/reshaping_layers/reshape/",
    ),
)
