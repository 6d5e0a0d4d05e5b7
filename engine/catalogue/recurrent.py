"""Recurrent layers: they read a sequence step by step and remember."""

from __future__ import annotations

from dataclasses import replace

from engine.catalogue.params import BoolParam, ChoiceParam, FloatParam, IntParam, Param
from engine.catalogue.shared import activation, bias, constraints, initializers, regularizers, seed
from engine.catalogue.spec import BlockSpec

_PARTS = ("kernel", "recurrent", "bias")


def _leading(*, wrapped: bool = False) -> tuple[Param, ...]:
    """What a person sets first."""
    return (
        IntParam(
            name="units",
            default=64,
            required=True,
            minimum=1,
            maximum=10**6,
            wrapped=wrapped,
            help="How many numbers the layer remembers from step to step, which is the length of what it gives.",
        ),
        activation(default="tanh", wrapped=wrapped),
        BoolParam(
            name="return_sequences",
            default=False,
            wrapped=wrapped,
            help="Whether it gives its memory after every step (time, units), or only after the last one (units). Yes "
            "where another recurrent layer follows.",
        ),
        FloatParam(
            name="dropout",
            default=0.0,
            minimum=0.0,
            maximum=1.0,
            open_maximum=True,
            percent=True,
            wrapped=wrapped,
            help="The share of the inputs that is dropped at random in training, against learning by heart.",
        ),
        FloatParam(
            name="recurrent_dropout",
            default=0.0,
            minimum=0.0,
            maximum=1.0,
            open_maximum=True,
            percent=True,
            wrapped=wrapped,
            help="The share of the memory that is dropped at random from step to step in training. With it, a GPU "
            "cannot use its fast way for LSTM and GRU.",
        ),
    )


def _trailing(*, wrapped: bool = False) -> tuple[Param, ...]:
    """What few people ever set."""
    return (
        bias(wrapped=wrapped),
        *initializers(*_PARTS, wrapped=wrapped),
        *regularizers(*_PARTS, "activity", wrapped=wrapped),
        *constraints(*_PARTS, wrapped=wrapped),
        BoolParam(
            name="unroll",
            default=False,
            advanced=True,
            wrapped=wrapped,
            help="Whether the steps are written out one after the other instead of looped over: faster for short "
            "sequences of known length, at the cost of memory.",
        ),
        seed(wrapped=wrapped),
    )


_BACKWARDS = BoolParam(
    name="go_backwards", default=False, advanced=True, help="Whether the sequence is read from its end to its start."
)
_GATES = replace(
    activation("recurrent_activation", "sigmoid", advanced=True),
    help="The function of the gates, which decide how much passes: sigmoid gives values between 0 and 1.",
)
_SITE = "https://keras.io/api/layers/recurrent_layers/"
_STEP = "<sub><i>t</i></sub>"
_BEFORE = "<sub><i>t</i>−1</sub>"


def _gate(name: str, letter: str, bend: str = "σ", memory: str = f"<i>h</i>{_BEFORE}") -> str:
    """One gate's formula: name = σ(W x + U h + b)."""
    sub = f"<sub><i>{letter}</i></sub>"
    return f"<i>{name}</i>{_STEP} = {bend}(<i>W</i>{sub} <i>x</i>{_STEP} + <i>U</i>{sub} {memory} + <i>b</i>{sub})"


RECURRENT = (
    BlockSpec(
        type="SimpleRNN",
        category="recurrent",
        keras_name="SimpleRNN",
        icon="simple-rnn",
        words=("recurrent", "sequence", "time series", "elman"),
        params=(*_leading(), *_trailing(), _BACKWARDS),
        card="{units} units · {activation}",
        what="Reads a sequence step by step. At each step it mixes the new input with what it remembers, and that "
        "becomes the new memory. It takes (time, features).",
        formula=f"<i>h</i>{_STEP} = <i>f</i>(<i>W</i><sub><i>h</i></sub> <i>h</i>{_BEFORE} + "
        f"<i>W</i><sub><i>x</i></sub> <i>x</i>{_STEP} + <i>b</i>)",
        use="For short sequences, and to see how recurrence works. What lies more than some ten steps back fades: "
        "then LSTM or GRU.",
        reference=_SITE + "simple_rnn/",
    ),
    BlockSpec(
        type="LSTM",
        category="recurrent",
        keras_name="LSTM",
        icon="lstm",
        words=("recurrent", "long short-term memory", "sequence", "time series", "rnn"),
        params=(
            *_leading(),
            _GATES,
            *_trailing(),
            BoolParam(
                name="unit_forget_bias",
                default=True,
                advanced=True,
                help="Whether the forget gate starts open (its bias at 1), so that the layer remembers at first.",
            ),
            _BACKWARDS,
        ),
        card="{units} units · {activation}",
        what="Reads a sequence step by step and keeps a long memory beside the short one. Gates decide what enters "
        "it (i), what is forgotten (f) and what is let out (o). It takes (time, features).",
        formula="<br>".join(
            (
                _gate("i", "i"),
                _gate("f", "f"),
                _gate("o", "o"),
                f"<i>c</i>{_STEP} = <i>f</i>{_STEP} <i>c</i>{_BEFORE} + <i>i</i>{_STEP} "
                + _gate("", "c", "tanh").split(" = ")[1],
                f"<i>h</i>{_STEP} = <i>o</i>{_STEP} tanh(<i>c</i>{_STEP})",
            )
        ),
        use="For long sequences, where something early decides what comes late: text, speech, measurements over time. "
        "It costs four times a SimpleRNN; GRU is often as good for less.",
        reference=_SITE + "lstm/",
    ),
    BlockSpec(
        type="GRU",
        category="recurrent",
        keras_name="GRU",
        icon="gru",
        words=("recurrent", "gated recurrent unit", "sequence", "time series", "rnn"),
        params=(
            *_leading(),
            _GATES,
            *_trailing(),
            BoolParam(
                name="reset_after",
                default=True,
                advanced=True,
                help="Whether the reset gate acts after the multiplication with the recurrent weights (which a GPU's "
                "fast way needs) or before it (as in the first paper).",
            ),
            _BACKWARDS,
        ),
        card="{units} units · {activation}",
        what="Reads a sequence step by step like an LSTM, with a single memory and two gates: one decides how much of "
        "it stays (z), the other how much of it shapes the new content (r). It takes (time, features).",
        formula="<br>".join(
            (
                _gate("z", "z"),
                _gate("r", "r"),
                f"<i>h̃</i>{_STEP} = tanh(<i>W</i><sub><i>h</i></sub> <i>x</i>{_STEP} + <i>r</i>{_STEP} "
                f"(<i>U</i><sub><i>h</i></sub> <i>h</i>{_BEFORE}) + <i>b</i><sub><i>h</i></sub>)",
                f"<i>h</i>{_STEP} = <i>z</i>{_STEP} <i>h</i>{_BEFORE} + (1 − <i>z</i>{_STEP}) <i>h̃</i>{_STEP}",
            )
        ),
        use="For the same long sequences as LSTM, with a quarter fewer weights: try it first where data are few or "
        "time is short.",
        reference=_SITE + "gru/",
    ),
    BlockSpec(
        type="Bidirectional",
        category="recurrent",
        keras_name="Bidirectional",
        icon="bidirectional",
        words=("recurrent", "both directions", "bilstm", "wrapper", "rnn"),
        params=(
            ChoiceParam(
                name="layer",
                default="LSTM",
                choices=("LSTM", "GRU", "SimpleRNN"),
                own=True,
                help="Which recurrent layer reads the sequence, once in each direction.",
            ),
            ChoiceParam(
                name="merge_mode",
                default="concat",
                choices=("concat", "sum", "mul", "ave"),
                titles=("side by side", "added", "multiplied", "averaged"),
                help="How the two readings become one. Side by side gives twice as many features as units; the others "
                "as many as units.",
            ),
            *_leading(wrapped=True),
            *_trailing(wrapped=True),
        ),
        card="{layer} · {units} units",
        what="Reads a sequence twice, from its start and from its end, with a recurrent layer for each direction, and "
        "joins what they give.",
        formula=f"<i>y</i>{_STEP} = [<i>h→</i>{_STEP}, <i>h←</i>{_STEP}]",
        use="Where the whole sequence is there before an answer is wanted, as with a sentence: what follows a word "
        "helps to understand it. Not for predicting what comes next.",
        reference=_SITE + "bidirectional/",
    ),
)
