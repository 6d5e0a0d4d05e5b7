"""The help's texts as rich text: made from the catalogue and the optimizers' table, and one page of advice.

Pages are made anew for each theme, because rich text carries its colours with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from engine.catalogue import CATALOGUE
from engine.catalogue.params import ChoiceParam, ChoicesParam, FloatParam, Param
from engine.catalogue.spec import CATEGORIES, BlockSpec
from engine.losses import LOSSES
from engine.metrics import METRICS
from engine.optimizers import OPTIMIZERS, OptimizerEntry, Preset
from gui.panels.editors.base import range_text
from gui.theme import formula_font, themes


@dataclass(frozen=True)
class Advice:
    """One row of the page that compares layers: which, what they do, and where they are at home."""

    types: tuple[str, ...]
    does: str
    used: str


ADVICE = (
    Advice(
        ("Dense",),
        "Joins every input with every unit.",
        "Tables of numbers, and the last layers of nearly every network.",
    ),
    Advice(
        ("Conv2D", "Conv1D"),
        "Finds local features with small filters that look everywhere the same way.",
        "Pictures (2D); signals and series (1D).",
    ),
    Advice(
        ("MaxPooling2D", "AveragePooling2D", "MaxPooling1D", "AveragePooling1D"),
        "Makes what a convolution found smaller: keeps the strongest, or the mean, of each neighbourhood.",
        "Between convolutions, to save work and to look at larger regions.",
    ),
    Advice(
        ("GlobalAveragePooling2D", "GlobalMaxPooling2D"),
        "Makes one number of each channel, whatever the picture's size.",
        "Between the last convolution and the Dense that decides.",
    ),
    Advice(
        ("SimpleRNN",),
        "Walks through a sequence with a memory of the step before.",
        "Short series; to see how recurrence works.",
    ),
    Advice(
        ("LSTM", "GRU", "Bidirectional"),
        "Walk through a sequence with gates that decide what to remember for long.",
        "Time series and language. A GRU is the smaller one; Bidirectional reads from both ends.",
    ),
    Advice(
        ("Embedding",),
        "Gives each whole number, such as a word's, a place in space that is learned.",
        "The first layer for text and for categories.",
    ),
    Advice(
        ("Dropout",),
        "Switches off a random share of values at each training step.",
        "Against overfitting: when validation falls behind training.",
    ),
    Advice(
        ("BatchNormalization", "LayerNormalization"),
        "Keep values at a size that learns well.",
        "Deep networks. The first in convolutional, the second in recurrent ones and with small batches.",
    ),
    Advice(
        ("Flatten", "Reshape"),
        "Change the shape and leave the numbers as they are.",
        "Where the next layer expects another form: a picture before a Dense, rows as a sequence before an LSTM.",
    ),
    Advice(
        ("Add", "Concatenate"),
        "Join branches: by adding, or side by side.",
        "Shortcuts around layers, and networks with several inputs.",
    ),
)

STARTS = (
    ("A table of numbers", "Input, standardised → Dense 64 relu → Dense 32 relu → Dense"),
    ("Small pictures", "Input, scaled 0–1 → Conv2D → MaxPooling2D → Conv2D → Flatten → Dropout → Dense"),
    ("A series or a text", "Input (→ Embedding for words) → LSTM or GRU → Dense"),
)
"""For each kind of data a chain to begin with."""


@dataclass(frozen=True)
class Page:
    """One entry of the help's index. `words` find it beside its title."""

    address: str
    title: str
    words: tuple[str, ...] = ()


def index_of_pages() -> list[tuple[str, list[Page]]]:
    """All pages by section."""
    titles = (*(entry.title for entry in LOSSES.values()), *(entry.title for entry in METRICS.values()))
    guides = [
        Page("page:choosing", "Choosing a layer", ("comparison", "which", "guide")),
        Page("page:losses", "Losses and metrics", titles),
    ]
    optimizers = [
        Page(f"optimizer:{entry.name}", entry.title, (entry.short, entry.name)) for entry in OPTIMIZERS.values()
    ]
    sections: list[tuple[str, list[Page]]] = [("Guides", guides)]
    for category in CATEGORIES.values():
        specs = [spec for spec in CATALOGUE.values() if spec.category == category.name]
        if specs:
            sections.append((category.title, [Page(f"block:{spec.type}", spec.type, spec.words) for spec in specs]))
    return [*sections, ("Optimizers", optimizers)]


def html_of(address: str) -> str:
    """The page at an address such as `block:Dense`, `optimizer:adam` or `page:choosing`; "" where there is none."""
    kind, _, name = address.partition(":")
    if kind == "block" and name in CATALOGUE:
        return _block_page(CATALOGUE[name])
    if kind == "optimizer" and name in OPTIMIZERS:
        return _optimizer_page(OPTIMIZERS[name])
    if address == "page:choosing":
        return _choosing_page()
    if address == "page:losses":
        return _losses_page()
    return ""


def _page(title: str, subtitle: str, body: str) -> str:
    tokens = themes().tokens
    families = ", ".join(f"'{family}'" for family in formula_font().families())
    style = f"""
    body {{ color: {tokens.text}; font-size: 13px; line-height: 140%; }}
    p {{ margin: 0 0 8px 0; }}
    .title {{ font-size: 20px; font-weight: 600; margin: 0 0 2px 0; }}
    .head {{ font-size: 11px; font-weight: 600; color: {tokens.secondary}; margin: 20px 0 4px 0; }}
    .sub {{ color: {tokens.secondary}; margin-bottom: 14px; }}
    .formula {{ font-family: {families}; font-size: 17px; line-height: 110%; margin: 0; }}
    .muted {{ color: {tokens.secondary}; }}
    a {{ color: {tokens.accent}; text-decoration: none; }}
    table.rows {{ border-collapse: collapse; }}
    table.rows td, table.rows th {{ padding: 6px 14px 6px 0; vertical-align: top; border-style: none;
        border-bottom: 1px solid {tokens.border}; }}
    th {{ text-align: left; font-weight: 600; color: {tokens.secondary}; font-size: 12px; }}
    """
    sub = f"<p class='sub'>{escape(subtitle)}</p>" if subtitle else ""
    return (
        f"<html><head><style>{style}</style></head><body><p class='title'>{escape(title)}</p>{sub}{body}</body></html>"
    )


def _formula(rich_text: str) -> str:
    if not rich_text:
        return ""
    ground = themes().tokens.field
    return (
        f"<table width='100%' cellspacing='0' bgcolor='{ground}'><tr>"
        f"<td align='center' style='padding: 12px'><p class='formula'>{rich_text}</p></td></tr></table>"
    )


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table with lines between its rows; cells are rich text."""
    titles = "".join(f"<th>{escape(text)}</th>" for text in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table class='rows' cellspacing='0' cellpadding='0' width='99%'><tr>{titles}</tr>{body}</table>"


def _values(param: Param) -> str:
    """What a parameter can be, in words."""
    match param:
        case ChoiceParam(choices=choices):
            words = [param.show(choice) for choice in choices]
            return ", ".join([param.none, *words] if param.none is not None else words)
        case ChoicesParam(titles=titles, choices=choices):
            return "some of " + ", ".join(titles or choices)
        case _:
            return range_text(param)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _parameter_row(param: Param) -> tuple[str, ...]:
    text = escape(param.help)
    if values := _values(param):
        text += f"<br><span class='muted'>{escape(_sentence(values))}</span>"
    default = escape(param.show(param.default)) or "–"
    return f"<b>{escape(param.name)}</b>", default, text


def _block_page(spec: BlockSpec) -> str:
    body = f"<p>{escape(spec.what)}</p>{_formula(spec.formula)}"
    if spec.use:
        body += f"<p class='head'>WHEN TO USE IT</p><p>{escape(spec.use)}</p>"
    head = ("Parameter", "Default", "What it does")
    main = [_parameter_row(param) for param in spec.params if not param.advanced]
    more = [_parameter_row(param) for param in spec.params if param.advanced]
    if main:
        body += f"<p class='head'>PARAMETERS</p>{_table(head, main)}"
    if more:
        body += f"<p class='head'>MORE PARAMETERS</p>{_table(head, more)}"
    links = ["<a href='page:choosing'>Compare the layers</a>"]
    if spec.reference:
        links.insert(0, f"<a href='{escape(spec.reference, quote=True)}'>Keras's page on it</a>")
    body += f"<p class='head'>SEE ALSO</p><p>{' &nbsp;·&nbsp; '.join(links)}</p>"
    return _page(spec.type, CATEGORIES[spec.category].title, body)


_REGIMES = {
    "full": "Each step sees the whole training set.",
    "one": "Each step sees one example.",
    "mini": "Each step sees a mini-batch of examples.",
}


def _optimizer_page(entry: OptimizerEntry) -> str:
    def value(param: FloatParam, preset: Preset) -> str:
        return escape(param.show(preset.values[param.name]))

    rows = [
        (
            f"<b>{escape(param.name)}</b>"
            + (f" <i>{entry.symbols[param.name]}</i>" if param.name in entry.symbols else ""),
            value(param, entry.textbook),
            value(param, entry.keras),
            f"{escape(param.help)}<br><span class='muted'>{escape(_sentence(range_text(param)))}</span>",
        )
        for param in entry.hyperparameters
    ]
    others = " &nbsp;·&nbsp; ".join(
        f"<a href='optimizer:{other.name}'>{escape(other.short)}</a>" for other in OPTIMIZERS.values() if other != entry
    )
    formulas = _formula(entry.formula)
    if entry.keras_formula:
        formulas += f"<p class='muted'>With the Keras preset:</p>{_formula(entry.keras_formula)}"
    body = (
        f"<p>{escape(entry.traits)} {_REGIMES[entry.regime]}</p>{formulas}"
        f"<p style='margin-top: 14px'>{escape(entry.help)}</p>"
        f"<p class='head'>SETTINGS</p>{_table(('Setting', 'Textbook', 'Keras', 'What it does'), rows)}"
        f"<p class='head'>THE OTHERS</p><p>{others}</p>"
    )
    return _page(entry.title, "Optimizer", body)


def _choosing_page() -> str:
    rows = []
    for advice in ADVICE:
        known = [name for name in advice.types if name in CATALOGUE]
        if known:
            links = "<br>".join(f"<a href='block:{name}'>{name}</a>" for name in known)
            rows.append((links, escape(advice.does), escape(advice.used)))
    starts = [(f"<b>{escape(data)}</b>", escape(chain)) for data, chain in STARTS]
    body = (
        "<p>Start from the data: their form decides what can read them. Then make the network as small as still works, "
        "and only then fight overfitting.</p>"
        f"<p class='head'>LAYERS SIDE BY SIDE</p>{_table(('Layer', 'What it does', 'Where it is used'), rows)}"
        f"<p class='head'>CHAINS TO BEGIN WITH</p>{_table(('Data', 'Network'), starts)}"
        "<p class='head'>THE LAST LAYER</p>"
        "<p>For classes: Dense with as many units as classes, and softmax. For two classes also "
        "one unit with sigmoid. For a number: one unit without activation. "
        "<a href='page:losses'>Losses and metrics</a> says what fits to which.</p>"
    )
    return _page("Choosing a layer", "", body)


def _losses_page() -> str:
    kinds = {"classes": "classes", "number": "a number"}
    losses = [
        (
            f"<b>{escape(entry.title)}</b><br><span class='muted'>{' or '.join(kinds[kind] for kind in entry.targets)}"
            f"{', ' + entry.last_activation if entry.last_activation else ''}</span>",
            f"<span class='formula'>{entry.formula}</span>",
            escape(entry.help),
        )
        for entry in LOSSES.values()
    ]
    metrics = [
        (f"<b>{escape(entry.title)}</b>", "higher" if entry.higher_is_better else "lower", escape(entry.help))
        for entry in METRICS.values()
    ]
    body = (
        "<p>The loss is what training makes small; metrics are figures for people. The Output block holds both, and "
        "chooses by itself where they are left alone.</p>"
        f"<p class='head'>LOSSES</p>{_table(('Loss', 'Formula', 'When to use it'), losses)}"
        f"<p class='head'>METRICS</p>{_table(('Metric', 'Better', 'What it tells'), metrics)}"
    )
    return _page("Losses and metrics", "", body)
