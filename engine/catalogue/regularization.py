"""Layers against learning by heart, and layers that keep values at a size that trains well."""

from __future__ import annotations

from engine.catalogue.params import BoolParam, FloatParam, IntParam, Param
from engine.catalogue.shared import constraints, initializers, regularizers, seed
from engine.catalogue.spec import BlockSpec


def _axis(help_text: str) -> Param:
    return IntParam(name="axis", default=-1, minimum=-6, maximum=6, advanced=True, help=help_text)


_EPSILON = FloatParam(
    name="epsilon",
    default=0.001,
    minimum=0.0,
    open_minimum=True,
    maximum=1.0,
    advanced=True,
    help="A small number added to the variance, so that nothing is divided by zero.",
)
_CENTER = BoolParam(name="center", default=True, advanced=True, help="Whether a learned shift (beta) is added.")
_SCALE = BoolParam(
    name="scale", default=True, advanced=True, help="Whether the result is multiplied with a learned factor (gamma)."
)

REGULARIZATION = (
    BlockSpec(
        type="Dropout",
        category="regularization",
        keras_name="Dropout",
        icon="dropout",
        words=("overfitting", "noise", "regularization"),
        params=(
            FloatParam(
                name="rate",
                default=0.5,
                required=True,
                minimum=0.0,
                maximum=1.0,
                open_maximum=True,
                percent=True,
                help="The share of values that is dropped. Many texts give the probability p that a value is kept "
                "instead: rate = 1 − p.",
            ),
            seed(),
        ),
        starts_with={"rate": 0.25},
        card="{rate}",
        what="In training it sets a random part of the values to zero, another part each time, and enlarges those "
        "that stay, so that their sum stays the same on average. When the network is used, it does nothing.",
        formula="<i>y</i> = <sup>1</sup>⁄<sub><i>p</i></sub> <i>x</i> where kept, else 0,   <i>p</i> = 1 − rate",
        use="Against overfitting: where the training curve gets better and the validation curve does not. A quarter "
        "after convolutions and up to a half between Dense layers are usual. Texts that speak of a p of 0.8 mean what "
        "is kept: here that is a rate of 20%.",
        reference="https://keras.io/api/layers/regularization_layers/dropout/",
    ),
    BlockSpec(
        type="BatchNormalization",
        category="regularization",
        keras_name="BatchNormalization",
        icon="batch-normalization",
        words=("batchnorm", "bn", "normalise", "standardise"),
        params=(
            FloatParam(
                name="momentum",
                default=0.99,
                minimum=0.0,
                maximum=1.0,
                help="How much of the running mean and variance is kept from batch to batch. Lower it to 0.9 for short "
                "trainings.",
            ),
            _axis("Which dimension keeps its own mean and variance: −1 is the last one, the channels."),
            _EPSILON,
            _CENTER,
            _SCALE,
            *initializers("beta", "gamma", "moving_mean", "moving_variance"),
            *regularizers("beta", "gamma"),
            *constraints("beta", "gamma"),
        ),
        what="Brings each channel to mean 0 and variance 1 over the batch, and then lets a learned factor γ and shift "
        "β undo as much of that as helps. When the network is used, running means stand in for the batch.",
        formula="<i>y</i> = γ (<i>x</i> − <i>μ</i><sub>batch</sub>) / √(<i>σ</i>²<sub>batch</sub> + ε) + β",
        use="After convolutions or Dense layers of deep networks, which then learn faster and bear higher learning "
        "rates. It wants batches of some sixteen examples or more: with one example a step it cannot learn.",
        reference="https://keras.io/api/layers/normalization_layers/batch_normalization/",
    ),
    BlockSpec(
        type="LayerNormalization",
        category="regularization",
        keras_name="LayerNormalization",
        icon="layer-normalization",
        words=("layernorm", "ln", "normalise", "standardise"),
        params=(
            _axis("Over which dimension mean and variance are taken: −1 is the last one, the features."),
            _EPSILON,
            _CENTER,
            _SCALE,
            *initializers("beta", "gamma"),
            *regularizers("beta", "gamma"),
            *constraints("beta", "gamma"),
        ),
        what="Brings the features of each single example (and each step of a sequence) to mean 0 and variance 1, then "
        "applies a learned factor γ and shift β. It works the same in training and in use.",
        formula="<i>y</i> = γ (<i>x</i> − <i>μ</i>) / √(<i>σ</i>² + ε) + β",
        use="Where BatchNormalization does not fit: in recurrent networks, with tiny batches, and in networks on text.",
        reference="https://keras.io/api/layers/normalization_layers/layer_normalization/",
    ),
)
