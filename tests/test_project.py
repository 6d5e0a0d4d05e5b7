"""Project files: whatever is saved comes back, and what cannot be read says why."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue import CATALOGUE
from engine.edits import append_block
from engine.graph import Block, Graph, Link, PortRef
from engine.layout import arrange, lay_out
from engine.optimizers import OPTIMIZERS
from engine.project import FARTHEST, FORMAT, Project, ProjectError, from_json, load_project, save_project, to_json
from engine.settings import DataSettings, OptimizerSettings, TrainingSettings
from engine.templates import TEMPLATES, load_template, read_templates

SAMPLES = Path(__file__).parent / "data"

TEXTS = st.text(max_size=20)
NUMBERS = st.floats(-1e9, 1e9)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=5,
)
PLACES = st.integers(-(10**6), 10**6).map(lambda hundredths: hundredths / 100)
BLOCKS = st.builds(
    Block,
    id=TEXTS,
    type=st.sampled_from(sorted(CATALOGUE)) | TEXTS,
    name=TEXTS,
    parameters=st.dictionaries(TEXTS, VALUES, max_size=3),
    x=PLACES,
    y=PLACES,
)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Graphs of known and unknown blocks, with links from earlier blocks to later ones."""
    blocks = draw(st.lists(BLOCKS, max_size=6, unique_by=lambda block: block.id))
    graph = Graph({block.id: block for block in blocks})
    for below, block in enumerate(blocks):
        spec = CATALOGUE.get(block.type)
        port = spec.inputs[0].name if spec and spec.inputs else draw(TEXTS)
        many = spec is None or (bool(spec.inputs) and spec.inputs[0].many)
        sources = [each for each in blocks[:below] if each.type not in CATALOGUE or CATALOGUE[each.type].outputs]
        if not sources or (spec and not spec.inputs):
            continue
        chosen = st.lists(st.sampled_from(sources), max_size=3 if many else 1, unique_by=lambda each: each.id)
        for source in draw(chosen):
            graph = graph.with_link(Link(PortRef(source.id, "output"), PortRef(block.id, port)))
    return graph


@st.composite
def optimizers(draw: st.DrawFn) -> OptimizerSettings:
    entry = OPTIMIZERS[draw(st.sampled_from(sorted(OPTIMIZERS)))]
    values = draw(st.dictionaries(st.sampled_from([param.name for param in entry.hyperparameters]), st.just(0.25)))
    return OptimizerSettings(entry.name, draw(st.sampled_from(["textbook", "keras"])), values)


PROJECTS = st.builds(
    Project,
    graph=graphs(),
    data=st.builds(DataSettings, TEXTS, st.floats(0, 0.9), st.integers(0, 2**31)),
    optimizer=optimizers(),
    training=st.builds(TrainingSettings, epochs=st.integers(0, 999), seed=st.integers(0, 2**32 - 1)),
    title=TEXTS,
    note=TEXTS,
)


@given(PROJECTS)
def test_what_is_saved_comes_back(project: Project) -> None:
    text = to_json(project)
    again = from_json(text)
    assert again == project
    assert list(again.graph.blocks) == list(project.graph.blocks)
    assert to_json(again) == text


@pytest.mark.parametrize("name", ["Größe / 大小", "a\nb", "\u2028", '"', "\\", "\0", "\ud800 half a character", " "])
def test_odd_names_survive_the_file(name: str, tmp_path: Path) -> None:
    project = Project(Graph({"a": Block("a", "Dense", name)}), title=name)
    save_project(project, tmp_path / "odd.lamina")
    assert load_project(tmp_path / "odd.lamina") == project


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("format-*.lamina")), ids=lambda path: path.stem)
def test_files_of_every_format_are_read(path: Path) -> None:
    project = load_project(path)
    assert [block.name for block in project.graph.blocks.values()][1] == "Bögen / Kanten"
    assert project.graph.blocks["conv2d_1"].parameters == {
        "filters": 8, "kernel_size": (5, 3), "activation": "relu", "kernel_regularizer": ("l2", 0.001),
    }  # fmt: skip
    into = project.graph.links_into("concatenate_1", "inputs")
    assert [link.source.block for link in into] == ["flatten_2", "flatten_1"]
    assert project.data == DataSettings("npz:data/digits.npz", 0.25, 7)
    assert project.optimizer == OptimizerSettings("momentum", "keras", {"learning_rate": 0.05})
    assert project.training == TrainingSettings(12, 64, 256, 42, "jax")
    number = path.stem.removeprefix("format-")
    assert (project.title, project.note) == ("Two branches", f"Written by format {number}. Öäü 数字.")
    assert not any(CATALOGUE[block.type].complaints(block) for block in project.graph.blocks.values())


def test_the_present_format_has_a_sample() -> None:
    assert (SAMPLES / f"format-{FORMAT}.lamina").is_file()


def test_a_file_has_a_line_for_each_block_and_link() -> None:
    project = load_project(SAMPLES / "format-1.lamina")
    lines = to_json(project).splitlines()
    assert sum(line.startswith('  {"id"') for line in lines) == len(project.graph.blocks)
    assert sum(line.startswith('  ["') for line in lines) == len(project.graph.links)


def _content(**changes: Any) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((SAMPLES / "format-1.lamina").read_text(encoding="utf-8"))
    return content | changes


BLOCK = {"id": "a", "type": "Dense", "name": "a"}
PAIR = {"blocks": [BLOCK, BLOCK | {"id": "b", "name": "b"}]}


def _deep(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (json.dumps(_content())[:-40], "x.lamina is cut off: its end is missing."),
        ("", "x.lamina is not JSON, so it is no Lamina project."),
        ("PK\x03\x04", "x.lamina is not JSON, so it is no Lamina project."),
        ("[1, 2]", "x.lamina is JSON, but no Lamina project: it has no format number."),
        ('{"format": "1"}', "x.lamina is JSON, but no Lamina project: it has no format number."),
        ("[" * 100_000, "x.lamina is nested too deeply to be a Lamina project."),
        (json.dumps(_content(format=0)), "x.lamina has the unknown format 0."),
        (
            json.dumps(_content(format=FORMAT + 1)),
            f"x.lamina was saved by a newer Lamina (format {FORMAT + 1}; this one reads up to {FORMAT}). "
            "Open it with that version.",
        ),
        ('{"format": 1, "blocks": NaN}', "x.lamina is damaged: it holds NaN, which is no number to work with."),
        ('{"format": 1, "blocks": 1e999}', "x.lamina is damaged: it holds 1e999, which is no number to work with."),
        ('{"format": 1, "links": []}', "x.lamina is damaged at blocks: field required."),
        (
            json.dumps(_content(blocks=[BLOCK | {"x": "left"}], links=[])),
            "x.lamina is damaged at blocks → 0 → x: "
            "input should be a valid number, unable to parse string as a number.",
        ),
        (json.dumps(_content(links=[["a", "b"]])), "x.lamina is damaged at links → 0 → 2: field required."),
        (
            json.dumps(_content(data={"validation_fraction": 5})),
            "x.lamina is damaged at data: validation_fraction must be from 0 to less than 1, not 5.",
        ),
        (
            json.dumps(_content(data={"split_seed": -1})),
            "x.lamina is damaged at data: split_seed must be from 0 to 4294967295, not -1.",
        ),
        (
            json.dumps(_content(training={"epochs": -1})),
            "x.lamina is damaged at training: epochs must be from 0 to 1000000, not -1.",
        ),
        (json.dumps(_content(optimizer={"name": "lion"})), "x.lamina names the unknown optimizer 'lion'."),
        (
            json.dumps(_content(optimizer={"name": "adam", "values": {"learning_rate": -1}})),
            "x.lamina is damaged. learning_rate must be greater than 0, not -1.",
        ),
        (
            json.dumps(_content(blocks=[BLOCK, BLOCK], links=[])),
            "x.lamina is damaged. Two of its blocks have the same id.",
        ),
        (
            json.dumps(_content(blocks=[BLOCK], links=[], groups=[{"id": BLOCK["id"], "name": "Encoder"}])),
            "x.lamina is damaged. One of its groups or comments has the id of something else.",
        ),
        (
            json.dumps(_content(blocks=[BLOCK], links=[], comments=[{"id": BLOCK["id"]}])),
            "x.lamina is damaged. One of its groups or comments has the id of something else.",
        ),
        (
            json.dumps(_content(blocks=[BLOCK], links=[], comments=[{"id": "c", "text": t} for t in "ab"])),
            "x.lamina is damaged. Two of its groups or comments have the same id.",
        ),
        (
            json.dumps(_content(blocks=[BLOCK], links=[], groups=[{"id": "", "name": "All the others"}])),
            "x.lamina is damaged. One of its groups has no id.",
        ),
        (
            json.dumps(_content(blocks=[BLOCK], links=[["a", "output", "z", "input"]])),
            "x.lamina is damaged. One of its links leads to a block that is not there.",
        ),
        (
            json.dumps(_content(**PAIR, links=[["a", "output", "b", "side"]])),
            "x.lamina is damaged. There is no way from 'a' (output) to 'b' (side).",
        ),
        (
            json.dumps(_content(**PAIR, links=[["a", "output", "b", "input"], ["b", "output", "a", "input"]])),
            "x.lamina is damaged. The links form a circle, so there is no order in which to compute the blocks.",
        ),
        (
            json.dumps(_content(blocks=[BLOCK | {"parameters": {"units": _deep(40)}}], links=[])),
            "x.lamina is damaged. The parameters of one of its blocks are nested too deeply.",
        ),
    ],
)
def test_a_bad_file_says_what_is_wrong_with_it(text: str, sentence: str) -> None:
    with pytest.raises(ProjectError) as refusal:
        from_json(text, "x.lamina")
    assert str(refusal.value) == sentence


def test_two_links_into_one_input_are_refused() -> None:
    blocks = [BLOCK | {"id": name, "name": name} for name in "abc"]
    links = [["a", "output", "c", "input"], ["b", "output", "c", "input"]]
    with pytest.raises(ProjectError, match="'c' takes one input, and two of its links lead there"):
        from_json(json.dumps(_content(blocks=blocks, links=links)))


def test_a_link_that_a_file_holds_twice_is_read_once() -> None:
    project = from_json(json.dumps(_content(**PAIR, links=[["a", "output", "b", "input"]] * 2)))
    assert len(project.graph.links) == 1


def test_places_beyond_all_bounds_are_brought_near() -> None:
    far = {"x": 1.7e308, "y": -1.7e308}
    comment = {"id": "c", "x": 1e308, "width": 1e308}
    group = {"id": "g", "name": "Far", "room": 1e308}
    blocks = [{**BLOCK, **far, "group": "g"}, {**BLOCK, **far, "id": "z"}]
    graph = from_json(json.dumps(_content(blocks=blocks, links=[], comments=[comment], groups=[group]))).graph
    assert all(abs(block.x) + abs(block.y) < 10_000 for block in graph.blocks.values())
    assert graph.comments["c"].x + graph.comments["c"].width <= 2 * FARTHEST
    assert graph.groups["g"].room <= FARTHEST
    assert arrange(graph).blocks.keys() == graph.blocks.keys()


def test_unknown_blocks_and_parameters_are_kept() -> None:
    strange = {"id": "c", "type": "Quantum", "name": "c", "parameters": {"spin": [1, [2, None]], "of": {"a": [1]}}}
    links = [["a", "output", "c", "left"], ["c", "up", "b", "input"]]
    blocks = [BLOCK | {"parameters": {"colour": "red"}}, BLOCK | {"id": "b", "name": "b"}, strange]
    project = from_json(json.dumps(_content(blocks=blocks, links=links)))
    assert project.graph.blocks["c"].parameters == {"spin": (1, (2, None)), "of": {"a": (1,)}}
    assert project.graph.blocks["a"].parameters == {"colour": "red"}
    assert from_json(to_json(project)) == project


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"\xff\xfe\x00", "is not a text file"), (None, "There is no file"), (b"x" * 100, "is not JSON")],
)
def test_an_unreadable_file_says_so(content: bytes | None, words: str, tmp_path: Path) -> None:
    path = tmp_path / "x.lamina"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ProjectError, match=words):
        load_project(path)


def test_a_folder_in_place_of_a_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="cannot be read"):
        load_project(tmp_path)
    with pytest.raises(ProjectError, match="could not be saved"):
        save_project(Project(), tmp_path)
    assert list(tmp_path.parent.glob(".lamina-*")) == []


def test_a_mark_that_an_editor_put_at_the_start_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "x.lamina").write_bytes(b"\xef\xbb\xbf" + to_json(Project(title="a")).encode())
    assert load_project(tmp_path / "x.lamina").title == "a"


def test_a_full_disk_leaves_the_old_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.lamina"
    save_project(Project(title="before"), path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProjectError, match=r"mine\.lamina could not be saved: No space left .* untouched; free some"):
        save_project(Project(title="after"), path)
    assert load_project(path).title == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_read_only_folder_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):
        pytest.skip("this account may write everywhere, as root may")
    with pytest.raises(ProjectError, match="cannot be saved"):
        save_project(Project(), folder / "mine.lamina")


def test_a_folder_that_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"mine\.lamina cannot be saved in .*: No such file .* Choose another"):
        save_project(Project(), tmp_path / "gone" / "mine.lamina")


@pytest.mark.skipif(os.name == "nt", reason="Windows gives symbolic links to few accounts")
def test_a_save_goes_through_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "mine.lamina"
    save_project(Project(title="before"), real)
    (tmp_path / "link.lamina").symlink_to(real)
    save_project(Project(title="after"), tmp_path / "link.lamina")
    assert (tmp_path / "link.lamina").is_symlink()
    assert load_project(real).title == "after"


WANTED = (
    ("digits-mlp", "digits"), ("digits-cnn", "digits"), ("digits-residual", "digits"),
    ("mnist-cnn", "mnist"), ("mnist-lstm", "mnist"),
    ("iris-mlp", "iris"), ("diabetes-regression", "diabetes"), ("example-conv", ""), ("example-dense", ""),
    ("example-dropout", ""), ("example-recurrent", ""),
)  # fmt: skip


def test_the_gallery_begins_with_the_easiest_template() -> None:
    assert [(name, load_template(name).data.source) for name in TEMPLATES] == list(WANTED)


@pytest.mark.parametrize("name", [name for name, _ in WANTED])
def test_a_template_is_a_tidy_project(name: str) -> None:
    project = load_template(name)
    entry = TEMPLATES[name]
    assert (entry.title, entry.note) == (project.title, project.note)
    assert entry.title != name
    assert entry.note.endswith(".")
    blocks = list(project.graph.blocks.values())
    assert [blocks[0].type, blocks[-1].type] == ["Input", "Output"]
    assert lay_out(project.graph) == {block.id: (block.x, block.y) for block in blocks}
    assert len({block.name for block in blocks}) == len(blocks)
    assert not any(CATALOGUE[block.type].complaints(block) for block in blocks)
    assert to_json(project) == entry.path.read_text(encoding="utf-8")


def test_a_template_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(ProjectError, match=r"There is no template 'mnist'\. There are digits-mlp, "):
        load_template("mnist")


def test_another_file_in_the_folder_is_another_template(tmp_path: Path) -> None:
    graph, _ = append_block(Graph(), "Dense")
    save_project(Project(graph, title="Mine", note="My own."), tmp_path / "mine.lamina")
    (tmp_path / "broken.lamina").write_text("{", encoding="utf-8")
    entries = read_templates(tmp_path)
    assert [(entry.name, entry.title, entry.note) for entry in entries.values()] == [
        ("broken", "broken", ""),
        ("mine", "Mine", "My own."),
    ]
