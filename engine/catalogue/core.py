"""Dense and what stands beside it in every network."""

from __future__ import annotations

from engine.catalogue.params import IntParam
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
)
