"""Pooling: the layers that make pictures and sequences smaller and keep what matters."""

from __future__ import annotations

from engine.catalogue.params import BoolParam, ChoiceParam, Param, SizeParam
from engine.catalogue.spec import BlockSpec


def _params(dimensions: int, *, required: bool) -> tuple[Param, ...]:
    """The parameters of pooling over so many directions; `required` where Keras has no pool size of its own."""
    unit = "steps" if dimensions == 1 else "pixels"
    return (
        SizeParam(
            name="pool_size",
            default=(2,) * dimensions,
            required=required,
            dimensions=dimensions,
            maximum=10_000,
            unit=unit,
            help="How large the regions are that become one value each. 2 halves the size.",
        ),
        SizeParam(
            name="strides",
            dimensions=dimensions,
            maximum=10_000,
            optional=True,
            none="as pool_size",
            unit=unit,
            help="How far apart the regions begin. Left alone, they stand side by side without overlap.",
        ),
        ChoiceParam(
            name="padding",
            default="valid",
            choices=("valid", "same"),
            help="What happens at the rim: valid leaves out what fills no whole region; same keeps it.",
        ),
    )


_KEEPDIMS = BoolParam(
    name="keepdims",
    default=False,
    advanced=True,
    help="Whether the averaged or compared directions stay, with length 1.",
)

_MAX = "<i>S</i>({place}) = max(<i>I</i><sub>region</sub>)"
_MEAN = "<i>S</i>({place}) = <sup>1</sup>⁄<sub><i>N</i></sub> Σ <i>I</i><sub>region</sub>"
_PLACES = {1: "<i>i</i>", 2: "<i>i</i>, <i>j</i>"}
_SITE = "https://keras.io/api/layers/pooling_layers/"

POOLING = (
    BlockSpec(
        type="MaxPooling2D",
        category="pooling",
        keras_name="MaxPooling2D",
        icon="max-pooling2d",
        words=("maxpool", "downsampling", "subsampling", "cnn"),
        params=_params(2, required=False),
        card="{pool_size}",
        what="Keeps the largest value of each small region of a picture and drops the rest, channel by channel. It "
        "has nothing to learn.",
        formula=_MAX.format(place=_PLACES[2]),
        use="After a convolution, to make the picture smaller: later layers compute less, and it matters less where "
        "exactly a feature was. It keeps the strongest answers, which suits features that are there or not.",
        reference=_SITE + "max_pooling2d/",
    ),
    BlockSpec(
        type="AveragePooling2D",
        category="pooling",
        keras_name="AveragePooling2D",
        icon="average-pooling2d",
        words=("avgpool", "mean", "downsampling", "subsampling"),
        params=_params(2, required=True),
        card="{pool_size}",
        what="Replaces each small region of a picture by its mean, channel by channel. It has nothing to learn.",
        formula=_MEAN.format(place=_PLACES[2]),
        use="To make a picture smaller and smoother. Where single strong answers count, max pooling keeps more.",
        reference=_SITE + "average_pooling2d/",
    ),
    BlockSpec(
        type="MaxPooling1D",
        category="pooling",
        keras_name="MaxPooling1D",
        icon="max-pooling1d",
        words=("maxpool", "downsampling", "sequence"),
        params=_params(1, required=False),
        card="{pool_size}",
        what="Keeps the largest value of every few steps of a sequence, feature by feature. It has nothing to learn.",
        formula=_MAX.format(place=_PLACES[1]),
        use="After Conv1D, to shorten a sequence and keep its strongest answers.",
        reference=_SITE + "max_pooling1d/",
    ),
    BlockSpec(
        type="AveragePooling1D",
        category="pooling",
        keras_name="AveragePooling1D",
        icon="average-pooling1d",
        words=("avgpool", "mean", "downsampling", "sequence"),
        params=_params(1, required=True),
        card="{pool_size}",
        what="Replaces every few steps of a sequence by their mean, feature by feature. It has nothing to learn.",
        formula=_MEAN.format(place=_PLACES[1]),
        use="To shorten a long sequence and smooth its noise before a recurrent layer.",
        reference=_SITE + "average_pooling1d/",
    ),
    BlockSpec(
        type="GlobalMaxPooling2D",
        category="pooling",
        keras_name="GlobalMaxPooling2D",
        icon="global-max-pooling2d",
        words=("maxpool", "gmp"),
        params=(_KEEPDIMS,),
        what="Takes the largest value of each whole channel, so that (height, width, channels) becomes one number a "
        "channel.",
        formula="<i>S</i> = max<sub><i>i</i>, <i>j</i></sub> <i>I</i>(<i>i</i>, <i>j</i>)",
        use="Between the last convolution and the Dense layers, where it matters whether a feature is anywhere in the "
        "picture. Unlike Flatten it takes pictures of any size.",
        reference=_SITE + "global_max_pooling2d/",
    ),
    BlockSpec(
        type="GlobalAveragePooling2D",
        category="pooling",
        keras_name="GlobalAveragePooling2D",
        icon="global-average-pooling2d",
        words=("avgpool", "gap", "mean"),
        params=(_KEEPDIMS,),
        what="Takes the mean of each whole channel, so that (height, width, channels) becomes one number a channel.",
        formula="<i>S</i> = <sup>1</sup>⁄<sub><i>N</i></sub> Σ<sub><i>i</i>, <i>j</i></sub> "
        "<i>I</i>(<i>i</i>, <i>j</i>)",
        use="Between the last convolution and the Dense layers, instead of Flatten: far fewer parameters, pictures of "
        "any size, and less learning by heart.",
        reference=_SITE + "global_average_pooling2d/",
    ),
    BlockSpec(
        type="GlobalMaxPooling1D",
        category="pooling",
        keras_name="GlobalMaxPooling1D",
        icon="global-max-pooling1d",
        words=("maxpool", "sequence"),
        params=(_KEEPDIMS,),
        what="Takes the largest value of each feature over the whole sequence, so that (time, features) becomes one "
        "number a feature.",
        formula="<i>S</i> = max<sub><i>i</i></sub> <i>I</i>(<i>i</i>)",
        use="To end a sequence, of whatever length, where it matters whether something occurred at all.",
        reference=_SITE + "global_max_pooling1d/",
    ),
    BlockSpec(
        type="GlobalAveragePooling1D",
        category="pooling",
        keras_name="GlobalAveragePooling1D",
        icon="global-average-pooling1d",
        words=("avgpool", "mean", "sequence"),
        params=(_KEEPDIMS,),
        what="Takes the mean of each feature over the whole sequence, so that (time, features) becomes one number a "
        "feature. Steps that a mask hides do not count.",
        formula="<i>S</i> = <sup>1</sup>⁄<sub><i>N</i></sub> Σ<sub><i>i</i></sub> <i>I</i>(<i>i</i>)",
        use="To end a sequence, of whatever length: after an Embedding it is the quickest way to classify text.",
        reference=_SITE + "global_average_pooling1d/",
    ),
)
