"""Every source gives what it promises, and every bad file gets its sentence."""

from __future__ import annotations

import contextlib
import gzip
import io
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.description import DataError
from engine.data.loading import DATASETS, SOURCES, DataSet, describe, entry_of, load
from engine.data.source_text import SourceText, parse_source, with_absolute_path
from engine.settings import DataSettings

REPOSITORY = Path(__file__).parents[1]


class Recorder(list[tuple[int, int]]):
    """Keeps the progress that it is told, and wants to go on."""

    def __call__(self, done: int, total: int) -> bool:
        self.append((done, total))
        return True


def load_source(source: str, fraction: float = 0.2, seed: int = 1) -> DataSet:
    return load(DataSettings(source, fraction, seed))


def together(data: DataSet) -> tuple[Any, Any]:
    """Both parts of a data set with one input and one target, in an order that the split does not change."""
    (x_name,), (y_name,) = data.x_train, data.y_train
    x = np.concatenate([data.x_train[x_name], data.x_val[x_name]]).reshape(-1, data.x_train[x_name][0].size)
    y = np.concatenate([data.y_train[y_name], data.y_val[y_name]]).ravel()
    table = np.column_stack([x, y])
    return table[np.lexsort(table.T)], y


@pytest.mark.parametrize("name", ["digits", "iris", "wine", "breast_cancer", "diabetes"])
def test_bundled_data_are_those_of_scikit_learn(name: str) -> None:
    import sklearn.datasets

    options = {"scaled": False} if name == "diabetes" else {}
    theirs = getattr(sklearn.datasets, f"load_{name}")(**options)
    table = np.column_stack([theirs.data.astype(np.float32), theirs.target])
    ours, _ = together(load_source(name))
    np.testing.assert_array_equal(ours, table[np.lexsort(table.T)])
    if name in ("iris", "breast_cancer"):
        assert load_source(name).description.targets[0].class_names == tuple(theirs.target_names)


def test_bundled_data_need_no_scikit_learn_import() -> None:
    code = (
        "import sys; from engine.data.loading import load; from engine.settings import DataSettings; "
        "load(DataSettings('digits')); "
        "print([name for name in ('sklearn', 'keras', 'PySide6', 'tensorflow', 'jax') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", [name for name, entry in DATASETS.items() if entry.kind == "bundled"])
def test_arrays_have_the_forms_that_training_expects(name: str) -> None:
    data = load_source(name)
    described = data.description
    assert described == describe(DataSettings(name))
    for x, y, examples in (
        (data.x_train, data.y_train, described.training_examples),
        (data.x_val, data.y_val, described.validation_examples),
    ):
        assert tuple(x) == tuple(array.name for array in described.inputs)
        assert tuple(y) == tuple(target.name for target in described.targets)
        for array in described.inputs:
            assert x[array.name].shape == (examples, *array.shape)
            assert x[array.name].dtype == array.dtype
            assert x[array.name].flags.c_contiguous
        for target in described.targets:
            assert y[target.name].shape == (examples, *target.shape)
            assert y[target.name].dtype == (np.int64 if target.kind == "classes" else np.float32)
            assert y[target.name].flags.c_contiguous


def test_digits_are_pictures_from_0_to_16() -> None:
    picture = describe(DataSettings("digits")).inputs[0]
    assert (picture.shape, picture.dtype, picture.minimum, picture.maximum) == ((8, 8, 1), "float32", 0.0, 16.0)


# MNIST


def write_idx(path: Path, array: Any, *, cut: int | None = None) -> None:
    content = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()
    content = gzip.compress(content) if path.suffix == ".gz" else content
    path.write_bytes(content[:cut])


@pytest.fixture
def pictures() -> Any:
    return np.arange(30 * 16, dtype=np.uint8).reshape(30, 4, 4)


@pytest.fixture
def labels() -> Any:
    return (np.arange(30) % 10).astype(np.uint8)


@pytest.fixture(params=["", ".gz"])
def mnist_folder(request: pytest.FixtureRequest, tmp_path: Path, pictures: Any, labels: Any) -> Path:
    ending = request.param
    write_idx(tmp_path / f"train-images-idx3-ubyte{ending}", pictures)
    write_idx(tmp_path / f"train-labels-idx1-ubyte{ending}", labels)
    write_idx(tmp_path / f"t10k-images-idx3-ubyte{ending}", pictures[:20])
    write_idx(tmp_path / f"t10k-labels-idx1-ubyte{ending}", labels[:20])
    return tmp_path


def file_in(folder: Path, part: str, kind: str) -> Path:
    return next(folder.glob(f"{part}-{kind}-*"))


def test_mnist_files_are_read_from_their_folder(mnist_folder: Path, pictures: Any, labels: Any) -> None:
    data = load_source(f"mnist:{mnist_folder}")
    np.testing.assert_array_equal(data.x_train["image"], pictures[..., np.newaxis])
    np.testing.assert_array_equal(data.y_train["digit"], labels)
    np.testing.assert_array_equal(data.x_val["image"], pictures[:20, ..., np.newaxis])
    assert data.x_train["image"].dtype == np.uint8
    assert "test part" in data.description.note


def test_one_of_the_mnist_files_is_enough(mnist_folder: Path) -> None:
    one = file_in(mnist_folder, "train", "images")
    assert load_source(f"mnist:{one}").description.training_examples == 30


def test_mnist_can_hold_back_training_examples_instead(mnist_folder: Path) -> None:
    file_in(mnist_folder, "t10k", "images").unlink()
    data = load_source(f"mnist:{mnist_folder}?validation=split")
    assert (data.description.training_examples, data.description.validation_examples) == (24, 6)
    assert "sealed" in data.description.note


def test_mnist_archive_is_read(tmp_path: Path, pictures: Any, labels: Any) -> None:
    np.savez(tmp_path / "mnist.npz", x_train=pictures, y_train=labels, x_test=pictures[:5], y_test=labels[:5])
    for place in (tmp_path, tmp_path / "mnist.npz"):
        data = load_source(f"mnist:{place}")
        assert (data.description.training_examples, data.description.validation_examples) == (30, 5)


def test_plain_mnist_is_found_where_it_was_fetched_to(tmp_path: Path, pictures: Any, labels: Any) -> None:
    from engine.folders import data_folder

    place = data_folder() / "mnist"
    place.mkdir(parents=True)
    np.savez(place / "mnist.npz", x_train=pictures, y_train=labels, x_test=pictures, y_test=labels)
    assert describe(DataSettings("mnist")).training_examples == 30


def test_absent_mnist_says_that_it_can_be_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    with pytest.raises(DataError, match="mnist:FOLDER") as caught:
        load_source("mnist")
    assert caught.value.can_fetch


def test_the_real_mnist_has_the_published_sizes(shared_data: Path) -> None:
    seen = Recorder()
    data = load(DataSettings(f"mnist:{shared_data / 'mnist'}"), seen)
    assert data.x_train["image"].shape == (60_000, 28, 28, 1)
    assert data.x_val["image"].shape == (10_000, 28, 28, 1)
    assert np.bincount(data.y_train["digit"])[:3].tolist() == [5923, 6742, 5958]
    assert any(done < total for done, total in seen)


BadFolder = Callable[[Path], None]


def mixed_up(folder: Path) -> None:
    pictures, labels = file_in(folder, "train", "images"), file_in(folder, "train", "labels")
    pictures.write_bytes(labels.read_bytes())


def cut_off(folder: Path) -> None:
    pictures = file_in(folder, "train", "images")
    pictures.write_bytes(pictures.read_bytes()[:-60])


def nearly_empty(folder: Path) -> None:
    file_in(folder, "train", "images").write_bytes(b"\0\0")


def another_kind(folder: Path) -> None:
    file_in(folder, "train", "images").write_bytes(b"GIF89a and so on")


def absurd_header(folder: Path) -> None:
    file_in(folder, "train", "images").write_bytes(struct.pack(">HBB3I", 0, 8, 3, 2**31, 2**31, 2**31))


def fewer_labels(folder: Path) -> None:
    write_idx(file_in(folder, "train", "labels"), np.zeros(7))


def label_too_high(folder: Path) -> None:
    write_idx(file_in(folder, "train", "labels"), np.full(30, 10))


def without_labels(folder: Path) -> None:
    file_in(folder, "train", "labels").unlink()


def without_test_part(folder: Path) -> None:
    file_in(folder, "t10k", "images").unlink()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (mixed_up, "holds labels, but pictures were expected"),
        (cut_off, "cut off"),
        (nearly_empty, "cut off: not even its header"),
        (another_kind, "is no IDX file"),
        (absurd_header, "header is damaged"),
        (fewer_labels, "30 pictures, but there are 7 labels"),
        (label_too_high, "labels go up to 10"),
        (without_labels, "train-labels-idx1-ubyte.gz is missing"),
        (without_test_part, "validation=split"),
    ],
)
def test_bad_mnist_files_get_a_sentence(mnist_folder: Path, damage: BadFolder, sentence: str) -> None:
    damage(mnist_folder)
    with pytest.raises(DataError, match=sentence) as caught:
        load_source(f"mnist:{mnist_folder}")
    assert "\n" not in str(caught.value)


def test_a_missing_folder_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no file or folder"):
        load_source(f"mnist:{tmp_path / 'nowhere'}")


def test_a_folder_of_something_else_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not hold MNIST"):
        load_source(f"mnist:{tmp_path}")
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(DataError, match="is neither mnist"):
        load_source(f"mnist:{tmp_path / 'notes.txt'}")


# .npz files


def save(path: Path, **arrays: Any) -> str:
    np.savez(path / "data.npz", **arrays)
    return f"npz:{path / 'data.npz'}"


X, CLASSES = np.linspace(0, 1, 40).reshape(20, 2), np.arange(20) % 3


def test_whole_numbers_are_classes(tmp_path: Path) -> None:
    data = load_source(save(tmp_path, x_train=X, y_train=CLASSES))
    target = data.description.targets[0]
    assert (target.kind, target.class_names) == ("classes", ("0", "1", "2"))
    assert data.x_train["x"].dtype == np.float32
    assert (data.description.training_examples, data.description.validation_examples) == (16, 4)


@pytest.mark.parametrize(
    "labels",
    [CLASSES[:, np.newaxis], np.eye(3)[CLASSES], CLASSES.astype(np.uint8)],
    ids=["column", "one-hot", "small"],
)
def test_other_forms_of_class_labels_mean_the_same(tmp_path: Path, labels: Any) -> None:
    data = load_source(save(tmp_path, x_train=X, y_train=labels))
    plain = load_source(save(tmp_path, x_train=X, y_train=CLASSES))
    np.testing.assert_array_equal(data.y_train["y"], plain.y_train["y"])


def test_a_column_for_a_class_that_does_not_occur_is_a_class_all_the_same(tmp_path: Path) -> None:
    source = save(tmp_path, x_train=X, y_train=np.eye(5)[CLASSES], x_val=X, y_val=np.eye(5)[CLASSES + 2])
    assert describe(DataSettings(source)).targets[0].classes == 5


def test_decimal_numbers_are_numbers(tmp_path: Path) -> None:
    data = load_source(save(tmp_path, x_train=X, y_train=X[:, 0]))
    assert data.description.targets[0].kind == "number"
    assert data.y_train["y"].shape == (16, 1)


def test_the_kind_of_target_can_be_said(tmp_path: Path) -> None:
    source = save(tmp_path, x_train=X, y_train=CLASSES)
    assert describe(DataSettings(f"{source}?predict=number")).targets[0].kind == "number"
    source = save(tmp_path, x_train=X, y_train=CLASSES.astype(float))
    assert describe(DataSettings(f"{source}?predict=classes")).targets[0].classes == 3


def test_x_val_validates_and_x_test_stays_sealed(tmp_path: Path) -> None:
    source = save(
        tmp_path, x_train=X, y_train=CLASSES, x_val=X[:4], y_val=CLASSES[:4], x_test=X[:7], y_test=CLASSES[:7]
    )
    described = describe(DataSettings(source))
    assert (described.training_examples, described.validation_examples) == (20, 4)
    assert "x_test stays sealed" in described.note


def test_without_x_val_x_test_validates_and_is_said_to(tmp_path: Path) -> None:
    source = save(tmp_path, x_train=X, y_train=CLASSES, x_test=X[:7], y_test=CLASSES[:7])
    described = describe(DataSettings(source))
    assert described.validation_examples == 7
    assert "x_test is used for validation" in described.note


def test_pictures_stay_bytes_and_word_numbers_stay_whole(tmp_path: Path) -> None:
    picture = describe(DataSettings(save(tmp_path, x_train=np.ones((4, 5, 5), np.uint8), y_train=[0, 1, 0, 1])))
    assert picture.inputs[0].dtype == "uint8"
    words = describe(DataSettings(save(tmp_path, x_train=np.full((4, 5), 70_000), y_train=[0, 1, 0, 1])))
    assert words.inputs[0].dtype == "int32"


NOT_A_NUMBER = X.copy()
NOT_A_NUMBER[3, 1] = np.nan


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"y_train": CLASSES}, "has no x_train; it holds y_train"),
        ({"x_train": X}, "has no y_train"),
        ({"x_train": X, "y_train": CLASSES[:9]}, "20 examples, but y_train has 9"),
        ({"x_train": X[:0], "y_train": CLASSES[:0]}, "holds no examples"),
        ({"x_train": np.ones((4, 0)), "y_train": CLASSES[:4]}, "a dimension of 0"),
        ({"x_train": NOT_A_NUMBER, "y_train": CLASSES}, "1 value is missing .NaN.* example 3"),
        ({"x_train": np.full((20, 2), np.inf), "y_train": CLASSES}, "values are missing"),
        ({"x_train": X * 1e300 + 1e300, "y_train": CLASSES}, "too large for a 32-bit number"),
        ({"x_train": np.array(["a", "b"]), "y_train": [0, 1]}, "x_train holds text"),
        ({"x_train": X * 1j, "y_train": CLASSES}, "complex numbers"),
        ({"x_train": X, "y_train": CLASSES.astype(str)}, "y_train holds text"),
        ({"x_train": X, "y_train": CLASSES - 1}, "holds the label -1; classes are numbered from 0"),
        ({"x_train": X, "y_train": CLASSES * 10**9}, r"add \?predict=number"),
        ({"x_train": X, "y_train": NOT_A_NUMBER[:, 1]}, "y_train: 1 value is missing"),
        ({"x_train": X, "y_train": np.ones((20, 2, 2))}, "y_train has the shape"),
        ({"x_train": X.astype(object), "y_train": CLASSES}, "Python objects, which are not opened"),
        ({"x_train": X, "y_train": CLASSES, "x_val": X}, "has x_val, but no y_val"),
        ({"x_train": X, "y_train": CLASSES, "x_val": X[:, :1], "y_val": CLASSES}, "x_val has the shape"),
        ({"x_train": X, "y_train": CLASSES, "x_val": X, "y_val": CLASSES + 1}, "y_val holds the class 3"),
        ({"x_train": X, "y_train": CLASSES, "x_test": X, "y_test": CLASSES[:3]}, "20 examples, but y_test has 3"),
    ],
)
def test_bad_arrays_get_a_sentence(tmp_path: Path, arrays: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence) as caught:
        load_source(save(tmp_path, **arrays))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("odd", [np.inf, -np.inf, np.nan])
def test_what_is_not_finite_is_no_class(tmp_path: Path, odd: float) -> None:
    with pytest.raises(DataError, match=r"missing \(NaN\) or infinite"):
        load_source(save(tmp_path, x_train=X, y_train=[odd, *CLASSES[1:]]) + "?predict=classes")


def test_fractions_are_no_classes(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="fractions such as 0"):
        load_source(save(tmp_path, x_train=X, y_train=X[:, 0]) + "?predict=classes")


def test_a_missing_file_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no file"):
        load_source(f"npz:{tmp_path / 'nowhere.npz'}")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        load_source(f"npz:{tmp_path}")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "is no .npz file"), (b"x,y\n1,2\n", "is no .npz file"), (b"\x93NUMPY\1\0", "a single array")],
)
def test_files_of_another_kind_get_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "data.npz").write_bytes(content)
    with pytest.raises(DataError, match=sentence):
        load_source(f"npz:{tmp_path / 'data.npz'}")


@pytest.mark.parametrize("compressed", [False, True])
def test_damaged_archives_get_a_sentence_wherever_the_damage_is(tmp_path: Path, compressed: bool) -> None:
    buffer = io.BytesIO()
    write = np.savez_compressed if compressed else np.savez
    write(buffer, x_train=X, y_train=CLASSES)
    whole = buffer.getvalue()
    path = tmp_path / "data.npz"
    for length in range(0, len(whole), 37):
        path.write_bytes(whole[:length])
        with pytest.raises(DataError):
            load_source(f"npz:{path}")
    for place in range(0, len(whole), 11):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        with contextlib.suppress(DataError):  # a byte that means nothing may be changed
            load_source(f"npz:{path}")


def test_sizes_in_a_header_are_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**14,)})
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x_train.npy", header.getvalue())
        archive.writestr("y_train.npy", header.getvalue())
    with pytest.raises(DataError, match="not as long as its header says"):
        load_source(f"npz:{path}")


def test_what_follows_an_array_unannounced_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    content = io.BytesIO()
    np.save(content, X)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x_train.npy", content.getvalue() + bytes(10**6))
        archive.writestr("y_train.npy", content.getvalue())
    with pytest.raises(DataError, match="x_train is not as long as its header says"):
        load_source(f"npz:{path}")


# Names


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("digits", SourceText("digits")),
        (" mnist:some folder ", SourceText("mnist", Path("some folder"))),
        ("mnist:a?validation=split", SourceText("mnist", Path("a"), {"validation": "split"})),
        ("mnist?validation=split", SourceText("mnist", None, {"validation": "split"})),
        ("npz:C:\\data\\x.npz", SourceText("npz", Path("C:\\data\\x.npz"))),
        ("npz:what?.npz", SourceText("npz", Path("what?.npz"))),
        ("npz:a.npz?b=c&d=e", SourceText("npz", Path("a.npz"), {"b": "c", "d": "e"})),
    ],
)
def test_sources_are_taken_apart_and_put_together(text: str, source: SourceText) -> None:
    assert parse_source(text) == source
    assert parse_source(str(source)) == source


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "No data set is chosen"),
        ("digit", "Did you mean digits"),
        ("nothing like it", "Write a data set's name"),
        ("unheard_of", "There are digits, iris"),
        ("data.npz", "write npz:data.npz"),
        ("npz", "npz needs a file"),
        ("npz:", "names no file"),
        ("digits:8", "digits takes no path"),
        ("digits?x=1", "has no option 'x'; it has none"),
        ("mnist?valdation=split", "has no option 'valdation'; it has validation"),
        ("mnist?validation=half", "is test or split, not 'half'"),
        ("mnist?validation=split&x", "is no option"),
    ],
)
def test_unknown_names_get_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(DataError) as caught:
        entry_of(text)
    assert sentence in str(caught.value)


def test_relative_paths_can_be_made_absolute(tmp_path: Path) -> None:
    assert with_absolute_path("digits", tmp_path) == "digits"
    wanted = f"npz:{(tmp_path / 'a.npz').resolve()}?predict=number"
    assert with_absolute_path("npz:a.npz?predict=number", tmp_path) == wanted


def test_every_source_says_what_it_is() -> None:
    for name, entry in SOURCES.items():
        assert entry.name == name
        assert entry.title
        assert entry.help.endswith(".") or "?predict=" in entry.help
        assert entry.usage.startswith(name)
