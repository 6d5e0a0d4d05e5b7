"""Convolutions: the layers that find patterns in pictures and in sequences."""

from __future__ import annotations

from engine.catalogue.params import ChoiceParam, IntParam, Param, SizeParam
from engine.catalogue.shared import activation, bias, constraints, initializers, regularizers
from engine.catalogue.spec import BlockSpec


def _params(dimensions: int, padding: tuple[str, ...]) -> tuple[Param, ...]:
    """The parameters of a convolution over so many directions."""
    causal = " causal fills up before the start only, so that no step sees what comes after it." * ("causal" in padding)
    ones = (1,) * dimensions
    return (
        IntParam(
            name="filters",
            default=32,
            required=True,
            minimum=1,
            maximum=10**6,
            help="How many patterns the layer looks for. Each gives one channel of the result.",
        ),
        SizeParam(
            name="kernel_size",
            default=(3,) * dimensions,
            required=True,
            dimensions=dimensions,
            maximum=10_000,
            unit="steps" if dimensions == 1 else "pixels",
            help="How large a piece of the input each filter sees at once. 3 is usual; 5 and 7 see more at more cost.",
        ),
        SizeParam(
            name="strides",
            default=ones,
            dimensions=dimensions,
            maximum=10_000,
            unit="steps" if dimensions == 1 else "pixels",
            help="How far the filter moves from one place to the next. 2 halves the size of the result.",
        ),
        ChoiceParam(
            name="padding",
            default="valid",
            choices=padding,
            help="What happens at the rim: valid uses only places where the filter fits, so the result is a little "
            f"smaller; same fills up with zeros, so that at stride 1 the size stays.{causal}",
        ),
        activation(),
        SizeParam(
            name="dilation_rate",
            default=ones,
            dimensions=dimensions,
            maximum=10_000,
            advanced=True,
            help="How far apart the points of the filter lie: 2 leaves out every other one, and so sees further with "
            "the same number of weights. Only with strides of 1.",
        ),
        IntParam(
            name="groups",
            default=1,
            minimum=1,
            maximum=10**6,
            advanced=True,
            help="Into how many groups the channels are split, each with filters of its own. It must divide both the "
            "input's channels and the filters.",
        ),
        bias(),
        *initializers("kernel", "bias"),
        *regularizers("kernel", "bias", "activity"),
        *constraints("kernel", "bias"),
    )


CONVOLUTION = (
    BlockSpec(
        type="Conv2D",
        category="convolution",
        keras_name="Conv2D",
        icon="conv2d",
        words=("convolution", "filter", "kernel", "cnn", "image", "picture"),
        params=_params(2, ("valid", "same")),
        starts_with={"activation": "relu"},
        card="{filters} filters · {kernel_size} · {activation}",
        what="Slides small filters over a picture. At each place a filter multiplies the pixels that it covers with "
        "its weights and adds them up, so it answers strongly where its pattern is, wherever in the picture that "
        "may be. It takes (height, width, channels) and gives one channel for each filter.",
        formula="<i>S</i>(<i>i</i>, <i>j</i>) = Σ<sub><i>m</i></sub> Σ<sub><i>n</i></sub> "
        "<i>I</i>(<i>i</i> + <i>m</i>, <i>j</i> + <i>n</i>) <i>K</i>(<i>m</i>, <i>n</i>)",
        use="For finding features in pictures: edges in the first layer, shapes made of them in the next. Usually a "
        "few in a row with pooling between them and more filters the deeper they stand.",
        reference="https://keras.io/api/layers/convolution_layers/convolution2d/",
    ),
    BlockSpec(
        type="Conv1D",
        category="convolution",
        keras_name="Conv1D",
        icon="conv1d",
        words=("convolution", "filter", "kernel", "temporal", "signal", "sequence"),
        params=_params(1, ("valid", "same", "causal")),
        starts_with={"activation": "relu"},
        card="{filters} filters · {kernel_size} · {activation}",
        what="Slides small filters along a sequence and so finds short patterns, wherever in the sequence they are. "
        "It takes (time, features) and gives one feature for each filter.",
        formula="<i>S</i>(<i>i</i>) = Σ<sub><i>m</i></sub> <i>I</i>(<i>i</i> + <i>m</i>) <i>K</i>(<i>m</i>)",
        use="For signals, measurements over time and text, where what matters are short patterns. It is faster than "
        "a recurrent layer but remembers nothing from further back than its kernel reaches.",
        reference="https://keras.io/api/layers/convolution_layers/convolution1d/",
    ),
)
