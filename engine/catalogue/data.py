"""Where data enters the network and where its prediction leaves, and Rescaling."""

from __future__ import annotations

from engine.catalogue.params import ChoiceParam, ChoicesParam, FloatParam, ShapeParam, TextParam
from engine.catalogue.spec import BlockSpec
from engine.losses import LOSSES
from engine.metrics import METRICS

DATA = (
    BlockSpec(
        type="Input",
        category="data",
        role="input",
        icon="input",
        words=("data", "source", "start"),
        inputs=(),
        params=(
            ShapeParam(
                name="shape",
                none="from the data",
                unknowns=True,
                own=True,
                help="The shape of one example, without the batch: 28 × 28 × 1 for a grey picture, 64 for a row of 64 "
                "numbers. Left empty, the data set tells it.",
            ),
            ChoiceParam(
                name="scaling",
                default="none",
                choices=("none", "0–1", "standardise"),
                titles=("not scaled", "scaled 0–1", "standardised"),
                own=True,
                help="How values are brought to a size that networks learn from: divided so that they lie between 0 "
                "and 1, or shifted and divided so that each column of the training part has mean 0 and variance 1. "
                "It becomes a layer of the model, which therefore takes raw values wherever it is used later.",
            ),
            TextParam(
                name="array",
                own=True,
                advanced=True,
                none="the only one",
                help="Which of the data set's arrays enters here, for data with several.",
            ),
        ),
        card="Input · {scaling}",
        what="The place where examples enter the network.",
        use="One for each kind of data that the network looks at; most networks have one.",
    ),
    BlockSpec(
        type="Output",
        category="data",
        role="output",
        icon="output",
        words=("target", "loss", "prediction", "end"),
        outputs=(),
        params=(
            TextParam(
                name="target",
                own=True,
                none="the only one",
                advanced=True,
                help="Which column of the data set is predicted here, for data with several targets.",
            ),
            ChoiceParam(
                name="loss",
                choices=tuple(LOSSES),
                titles=tuple(entry.title for entry in LOSSES.values()),
                none="fits the data",
                own=True,
                help="How far a prediction is from the truth; training makes it small. Left alone, it is the "
                "cross-entropy for classes and the mean squared error for numbers.",
            ),
            ChoicesParam(
                name="metrics",
                choices=tuple(METRICS),
                titles=tuple(entry.title for entry in METRICS.values()),
                none="fits the data",
                own=True,
                help="Figures shown beside the loss. Left alone: accuracy for classes, mean absolute error for "
                "numbers.",
            ),
            FloatParam(
                name="loss_weight",
                default=1.0,
                minimum=0.0,
                maximum=1e6,
                own=True,
                advanced=True,
                help="How much this output's loss counts beside those of other outputs.",
            ),
        ),
        card="{loss}",
        what="Marks what the network predicts. It is no layer and learns nothing: it names the target, and holds the "
        "loss and the metrics by which predictions are judged.",
        use="One for each thing that the network predicts. The layer before it decides the form of the prediction: "
        "for classes as many units as there are classes, with softmax; for a number one unit without activation.",
    ),
    BlockSpec(
        type="Rescaling",
        category="data",
        keras_name="Rescaling",
        icon="rescaling",
        words=("normalise", "scale", "0-1", "255"),
        params=(
            FloatParam(
                name="scale",
                default=1 / 255,
                required=True,
                minimum=-1e9,
                maximum=1e9,
                help="What every value is multiplied with. 1/255 brings pixels of 0 to 255 to between 0 and 1.",
            ),
            FloatParam(
                name="offset",
                default=0.0,
                minimum=-1e9,
                maximum=1e9,
                help="What is added afterwards. 1/127.5 with −1 brings pixels to between −1 and 1.",
            ),
        ),
        card="× {scale}",
        what="Multiplies every value with a number and adds another. It has nothing to learn.",
        formula="<i>y</i> = <i>x</i> · scale + offset",
        use="Where a branch needs another scaling than the Input block gives. For the usual cases set the scaling of "
        "the Input itself.",
        reference="https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/",
    ),
)
