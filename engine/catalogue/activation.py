"""Activations as blocks of their own."""

from __future__ import annotations

from engine.catalogue.params import ChoiceParam
from engine.catalogue.shared import ACTIVATIONS
from engine.catalogue.spec import BlockSpec

ACTIVATION = (
    BlockSpec(
        type="Activation",
        category="activation",
        keras_name="Activation",
        icon="activation",
        words=("relu", "sigmoid", "tanh", "softmax", "gelu", "nonlinearity"),
        params=(
            ChoiceParam(
                name="activation",
                default="relu",
                required=True,
                choices=ACTIVATIONS,
                help="The function applied to every value. relu cuts off what is below zero; sigmoid gives values "
                "between 0 and 1, tanh between −1 and 1; softmax gives probabilities that add up to 1.",
            ),
        ),
        card="{activation}",
        what="Applies a function to every value.",
        formula="<i>y</i> = <i>f</i>(<i>x</i>)",
        use="Where the activation should not come directly after the layer's sums: behind a BatchNormalization or an "
        "Add, for example. Otherwise a layer's own activation does the same in one block.",
        reference="https://keras.io/api/layers/core_layers/activation/",
    ),
)
