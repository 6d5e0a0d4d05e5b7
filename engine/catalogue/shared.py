"""Parameters that many layers have in common."""

from __future__ import annotations

from engine.catalogue.params import BoolParam, ChoiceParam, IntParam, Param, RegularizerParam

ACTIVATIONS = (
    "relu", "sigmoid", "tanh", "softmax", "elu", "selu", "gelu", "silu", "leaky_relu", "relu6", "softplus",
    "softsign", "hard_sigmoid", "mish", "exponential", "linear",
)  # fmt: skip

INITIALIZERS = (
    "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal", "orthogonal",
    "random_normal", "random_uniform", "truncated_normal", "variance_scaling", "zeros", "ones",
)  # fmt: skip

CONSTRAINTS = ("max_norm", "non_neg", "unit_norm")


def activation(
    name: str = "activation", default: str | None = None, *, wrapped: bool = False, advanced: bool = False
) -> Param:
    """The function applied to a layer's sums."""
    return ChoiceParam(
        name=name,
        default=default,
        choices=ACTIVATIONS,
        none="none",
        wrapped=wrapped,
        advanced=advanced,
        help="The function that bends what the layer computes. Without one, stacked layers are no more than one.",
    )


def bias(*, wrapped: bool = False) -> Param:
    """Whether a layer adds a bias."""
    return BoolParam(
        name="use_bias", default=True, advanced=True, wrapped=wrapped, help="Whether a learned constant is added."
    )


def seed(*, wrapped: bool = False) -> Param:
    """What a layer's own chance starts from."""
    return IntParam(
        name="seed",
        optional=True,
        minimum=0,
        maximum=2**31 - 1,
        advanced=True,
        wrapped=wrapped,
        help="Fixes this layer's random choices by themselves. Left empty, they follow from the training's seed.",
    )


_INITIAL = {
    "kernel": "glorot_uniform", "bias": "zeros", "recurrent": "orthogonal", "embeddings": "random_uniform",
    "beta": "zeros", "gamma": "ones", "moving_mean": "zeros", "moving_variance": "ones",
}  # fmt: skip
_WORDS = {
    "kernel": "kernel weights", "bias": "bias", "recurrent": "recurrent weights", "embeddings": "embeddings",
    "beta": "shift (beta)", "gamma": "factor (gamma)", "moving_mean": "running mean",
    "moving_variance": "running variance", "activity": "outputs",
}  # fmt: skip
_MANY = {"kernel", "recurrent", "embeddings"}


def initializers(*parts: str, wrapped: bool = False) -> tuple[Param, ...]:
    """How each part's weights start out."""
    return tuple(
        ChoiceParam(
            name=f"{part}_initializer",
            default=_INITIAL[part],
            choices=INITIALIZERS,
            advanced=True,
            wrapped=wrapped,
            help=f"How the {_WORDS[part]} {'start' if part in _MANY else 'starts'} out, before any training.",
        )
        for part in parts
    )


def regularizers(*parts: str, wrapped: bool = False) -> tuple[Param, ...]:
    """A penalty on each part's size, added to the loss."""
    return tuple(
        RegularizerParam(
            name=f"{part}_regularizer",
            advanced=True,
            wrapped=wrapped,
            help=f"A penalty for a large size of the {_WORDS[part]}, added to the loss; it keeps a network from "
            "learning its examples by heart.",
        )
        for part in parts
    )


def constraints(*parts: str, wrapped: bool = False) -> tuple[Param, ...]:
    """A limit that each part's weights are held to after every step."""
    return tuple(
        ChoiceParam(
            name=f"{part}_constraint",
            choices=CONSTRAINTS,
            none="none",
            advanced=True,
            wrapped=wrapped,
            help=f"A limit that the {_WORDS[part]} {'are' if part in _MANY else 'is'} held to after every step.",
        )
        for part in parts
    )
