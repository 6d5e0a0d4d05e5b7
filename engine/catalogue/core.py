"""Dense, and Embedding, which gives numbers to words."""

from __future__ import annotations

from engine.catalogue.params import BoolParam, IntParam
from engine.catalogue.shared import activation, bias, constraints, initializers, regularizers
from engine.catalogue.spec import BlockSpec

CORE = (
    BlockSpec(
        type="Dense",
        category="core",
        keras_name="Dense",
        icon="dense",
        words=("fully connected", "linear", "perceptron", "mlp"),
        params=(
            IntParam(
                name="units",
                default=64,
                required=True,
                minimum=1,
                maximum=10**9,
                help="How many neurons the layer has, which is the length of what it gives.",
            ),
            activation(),
            bias(),
            *initializers("kernel", "bias"),
            *regularizers("kernel", "bias", "activity"),
            *constraints("kernel", "bias"),
        ),
        starts_with={"activation": "relu"},
        card="{units} units · {activation}",
        what="Every neuron looks at every input: it multiplies each with a weight, adds them up with a bias, and "
        "passes the sum through the activation. On an input of more than one dimension it works on the last one.",
        formula="<i>y</i> = <i>f</i>(<i>Wx</i> + <i>b</i>)",
        use="The general layer: for tables, and for the last layers of nearly every network. With as many units as "
        "classes and softmax it gives the probability of each class; with one unit and no activation, a number.",
        reference="https://keras.io/api/layers/core_layers/dense/",
    ),
    BlockSpec(
        type="Embedding",
        category="core",
        keras_name="Embedding",
        icon="embedding",
        words=("words", "text", "tokens", "lookup", "vocabulary"),
        params=(
            IntParam(
                name="input_dim",
                default=10_000,
                required=True,
                minimum=1,
                maximum=10**9,
                unit="words",
                help="How many different words (or other things) there are. Their numbers go from 0 to one less.",
            ),
            IntParam(
                name="output_dim",
                default=64,
                required=True,
                minimum=1,
                maximum=10**6,
                help="How many numbers stand for one word.",
            ),
            BoolParam(
                name="mask_zero",
                default=False,
                help="Whether the number 0 means 'nothing here', as at the end of a short sentence. Recurrent layers "
                "then pass over it.",
            ),
            *initializers("embeddings"),
            *regularizers("embeddings"),
            *constraints("embeddings"),
        ),
        card="{input_dim} → {output_dim}",
        what="A table with a row of learned numbers for each word: it takes word numbers and gives their rows. Words "
        "that are used alike end up with rows that are alike.",
        formula="<i>y</i> = <i>E</i><sub><i>k</i></sub>, the row of word <i>k</i>",
        use="The first layer for text, and for any column of whole numbers that name things.",
        reference="https://keras.io/api/layers/core_layers/embedding/",
    ),
)
