"""Engine processes: they answer, the newest wins, nothing blocks, and nobody outlives anybody."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import psutil
import pytest

from engine.data.description import ArrayInfo, DataDescription, TargetInfo
from engine.graph import Block, Graph, Link, PortRef, Value
from engine.judge.judge import GivenUpError, Judge
from engine.settings import DataSettings
from engine.training.events import Batches, EpochEnded, PhaseChanged
from engine.workers.analyst import _judge
from engine.workers.child import run_child
from engine.workers.endings import ending
from engine.workers.process import EngineProcess, Role
from engine.workers.protocol import (
    Analyse,
    Analysed,
    Answered,
    Ask,
    DataRefused,
    Describe,
    Described,
    Gone,
    Ready,
    Reply,
    Trained,
)
from engine.workers.sender import gathered
from engine.workers.stderr import log_file
from tests.engine_processes import (
    PATIENCE,
    Listener,
    chain,
    digits_network,
    is_gone,
    main_module_is,
    running,
    wait_until,
)

REPOSITORY = Path(__file__).parents[1]
needs_sigkill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")

DIGITS = DataDescription(
    source="digits",
    title="Digits",
    inputs=(ArrayInfo("image", (8, 8, 1), "float32", 0.0, 16.0),),
    targets=(TargetInfo("digit", "classes", (), tuple("0123456789"), 0.0, 9.0),),
    training_examples=1438,
    validation_examples=359,
)


def analysed(listener: Listener, revision: int, *, traced: bool) -> Analysed:
    """The analyst's answer to a revision."""

    def is_it(reply: Reply) -> bool:
        return isinstance(reply, Analysed) and reply.revision == revision and reply.analysis.traced is traced

    reply = listener.wait_for(is_it, f"the answer to revision {revision}")
    assert isinstance(reply, Analysed)
    return reply


# The analyst


def test_the_analyst_answers_at_once_and_then_thoroughly() -> None:
    with running("analyst") as analyst:
        analyst.process.send(Analyse(7, digits_network(), DIGITS))
        first = analysed(analyst, 7, traced=False)
        second = analysed(analyst, 7, traced=True)
    assert analyst.replies.index(first) < analyst.replies.index(second)
    for answer in (first, second):
        assert not answer.analysis.errors
        assert answer.analysis.parameters == 64 * 32 + 32 + 32 * 10 + 10
        assert answer.analysis.blocks["dense_2"].output_shapes == ((10,),)


def test_the_newest_request_wins_also_while_the_analyst_starts() -> None:
    with running("analyst") as analyst:
        for revision in (1, 2):
            analyst.process.send(Analyse(revision, digits_network(revision), DIGITS))
        analysed(analyst, 2, traced=True)
        assert analyst.process.ready
        assert isinstance(analyst.replies[0], Ready)
        for revision in range(3, 200):
            analyst.process.send(Analyse(revision, digits_network(revision), DIGITS))
        last = analysed(analyst, 199, traced=True)
    answers = [reply for reply in analyst.replies if isinstance(reply, Analysed)]
    revisions = [answer.revision for answer in answers]
    assert 1 not in revisions
    assert revisions == sorted(revisions)
    assert len(set(revisions)) < 190
    assert last.analysis.blocks["dense_1"].output_shapes == ((199,),)
    assert {answer.revision for answer in answers[answers.index(last) :]} == {199}


def test_the_analyst_survives_graphs_that_make_no_sense() -> None:
    a, b = PortRef("a", "output"), PortRef("b", "output")
    circle = Graph(
        {"a": Block("a", "Dense", "a", {"units": ("x",)}), "b": Block("b", "Nonsense", "b", {"units": -1})},
        (Link(a, PortRef("b", "input")), Link(b, PortRef("a", "input"))),
    )
    unsendable_to_keras = chain(("Input", {"shape": ("wide", None)}), ("Dense", {"units": 10**9}), "Output")
    with running("analyst") as analyst:
        for revision, graph in enumerate((circle, unsendable_to_keras, Graph(links=circle.links))):
            analyst.process.send(Analyse(revision, graph, DIGITS))
            assert analysed(analyst, revision, traced=True).analysis.problems
        pid = analyst.process.pid
        analyst.process.send(Analyse(9, digits_network(), DIGITS))
        assert not analysed(analyst, 9, traced=True).analysis.errors
        assert analyst.process.pid == pid


def test_a_mistake_of_the_judge_becomes_a_problem(caplog: pytest.LogCaptureFixture) -> None:
    answer = _judge(Judge(), None, None, trace=True)  # type: ignore[arg-type]  # the mistake
    assert answer.traced
    assert "Lamina made a mistake" in answer.errors[0].message
    assert "the judge failed" in caplog.text


def test_a_trace_that_nobody_waits_for_is_given_up() -> None:
    with pytest.raises(GivenUpError):
        _judge(Judge(), digits_network(), DIGITS, trace=True, wanted=lambda: False)


def test_graphs_that_are_only_considered_are_judged_beside_the_analysis() -> None:
    graph = digits_network()
    broken = graph.without_links(graph.links[:1])
    with running("analyst") as analyst:
        analyst.process.send(Analyse(1, graph, DIGITS))
        analyst.process.send(Ask(7, {"as it is": graph, "broken": broken}, DIGITS))
        answer = analyst.wait_for(lambda reply: isinstance(reply, Answered))
        assert isinstance(answer, Answered)
        assert answer.request == 7
        assert not answer.analyses["as it is"].errors
        assert answer.analyses["broken"].errors
        assert not analysed(analyst, 1, traced=True).analysis.errors


# The librarian


def test_the_librarian_describes_data_and_says_why_not() -> None:
    with running("librarian") as librarian:
        librarian.process.send(Describe(1, DataSettings("digits")))
        librarian.process.send(Describe(2, DataSettings("npz:nowhere.npz")))
        described = librarian.wait_for(lambda reply: isinstance(reply, Described))
        refused = librarian.wait_for(lambda reply: isinstance(reply, DataRefused))
    assert isinstance(described, Described)
    assert described.request == 1
    assert described.description.inputs[0].shape == (8, 8, 1)
    assert isinstance(refused, DataRefused)
    assert refused.request == 2
    assert "nowhere.npz" in refused.message


def test_the_librarian_survives_a_file_that_is_no_data(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    path.write_bytes(b"PK\x03\x04 not really")
    with running("librarian") as librarian:
        librarian.process.send(Describe(1, DataSettings(f"npz:{path}")))
        librarian.process.send(Describe(2, DataSettings("iris")))
        librarian.wait_for(lambda reply: isinstance(reply, DataRefused) and reply.request == 1)
        librarian.wait_for(lambda reply: isinstance(reply, Described) and reply.request == 2)


# What a child carries


def _spy(answers: Connection, role: str, connection: Connection) -> None:
    """The main function of an engine process that also tells which modules it has."""

    def tell() -> None:
        while True:
            answers.recv()
            answers.send(sorted(name for name, module in sys.modules.items() if module is not None))

    threading.Thread(target=tell, daemon=True).start()
    run_child(role, connection, "tensorflow", None)


@pytest.mark.parametrize(
    ("role", "command", "forbidden"),
    [
        ("analyst", Analyse(1, chain(("Input", {"shape": (5, 3)}), "Bidirectional", "Output"), None), {"tensorflow"}),
        ("librarian", Describe(1, DataSettings("digits")), {"tensorflow", "keras", "jax"}),
    ],
)
def test_children_of_the_application_carry_only_what_they_need(
    role: str, command: Analyse | Describe, forbidden: set[str]
) -> None:
    context = multiprocessing.get_context("spawn")
    (pipe, far_end), (questions, answers) = context.Pipe(), context.Pipe()
    child = context.Process(target=_spy, args=(answers, role, far_end), daemon=True)
    with main_module_is(REPOSITORY / "main.py"):
        child.start()
    far_end.close()
    try:
        pipe.send(command)
        while isinstance(pipe.recv(), Ready):
            pass
        questions.send("")
        modules = set(questions.recv())
    finally:
        pipe.close()
        child.join(30)
    packages = {name.partition(".")[0] for name in modules}
    assert "engine" in packages
    assert not packages & (forbidden | {"PySide6", "pyqtgraph", "gui"})


# Life and death


def test_a_child_that_is_told_to_end_ends_by_itself() -> None:
    with running("librarian") as librarian:
        librarian.ready()
        assert librarian.process.alive
        librarian.process.end()
        gone = librarian.gone()
        assert librarian.process.join(10)
        assert not librarian.process.alive
        assert librarian.process.pid is not None
        assert is_gone(librarian.process.pid)
    assert gone == Gone(0, wanted=True, message="The librarian has ended.")
    assert not log_file("librarian", librarian.process.pid).exists()


@pytest.fixture
def _no_help(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that does not end by itself is not helped for as long as a test may take."""
    monkeypatch.setattr("engine.workers.process.GRACE", PATIENCE)


@pytest.mark.usefixtures("_no_help")
def test_a_child_ends_in_the_middle_of_an_import() -> None:
    with running("trainer") as trainer:
        wait_until(lambda: trainer.process.pid is not None, "the process")
        assert trainer.process.pid is not None
        child = psutil.Process(trainer.process.pid)
        wait_until(lambda: child.memory_info().rss > 80_000_000, "the import of Keras")
        trainer.process.end()
        assert trainer.gone().exit_code == 0


@pytest.mark.usefixtures("_no_help")
def test_a_child_ends_in_the_middle_of_its_work() -> None:
    dense: list[tuple[str, dict[str, Value]]] = [("Dense", {"units": 8 + number}) for number in range(300)]
    many = chain(("Input", {"shape": (8,)}), *dense, "Output")
    with running("analyst") as analyst:
        analyst.process.send(Analyse(1, many, None))
        analyst.ready()
        analyst.process.end()
        assert analyst.gone().exit_code == 0


@needs_sigkill
def test_a_killed_child_is_reported_in_words_and_replaced() -> None:
    with running("analyst") as analyst:
        analyst.ready()
        assert analyst.process.pid is not None
        os.kill(analyst.process.pid, signal.SIGKILL)
        gone = analyst.gone()
        analyst.process.send(Analyse(1, digits_network(), DIGITS))  # nobody there, nothing happens
    assert gone.exit_code == -signal.SIGKILL
    assert not gone.wanted
    assert "ran out of memory" in gone.message
    with running("analyst") as another:
        another.process.send(Analyse(1, digits_network(), DIGITS))
        assert not analysed(another, 1, traced=False).analysis.errors


@needs_sigkill
def test_a_crash_inside_a_library_leaves_its_words() -> None:
    with running("librarian") as librarian:
        librarian.ready()
        assert librarian.process.pid is not None
        os.kill(librarian.process.pid, signal.SIGSEGV)
        gone = librarian.gone()
    assert "crashed inside one of its libraries" in gone.message
    assert "Segmentation fault" in gone.details


def test_a_killed_child_is_no_surprise_to_who_killed_it() -> None:
    with running("librarian") as librarian:
        librarian.process.kill()
        assert librarian.gone().wanted


def test_ctrl_c_in_the_terminal_leaves_the_children_alone() -> None:
    with running("librarian") as librarian:
        librarian.ready()
        assert librarian.process.pid is not None
        if sys.platform != "win32":
            os.kill(librarian.process.pid, signal.SIGINT)
        librarian.process.send(Describe(1, DataSettings("iris")))
        librarian.wait_for(lambda reply: isinstance(reply, Described))


_PARENT = """
import sys, threading
sys.path.insert(0, {repository!r})

def main():
    from engine.workers.process import EngineProcess
    from engine.workers.protocol import Ready
    processes = [EngineProcess(role) for role in ("analyst", "librarian", "trainer")]
    for process in processes:
        process.start()
    while any(process.pid is None and process.alive for process in processes):
        threading.Event().wait(0.01)
    print(*[process.pid for process in processes], flush=True)
    while all(process.alive for process in processes) and not all(process.ready for process in processes):
        threading.Event().wait(0.01)
    print("ready" if all(process.alive for process in processes) else "broken", flush=True)
    sys.stdin.read()  # until the test is over

if __name__ == "__main__":
    main()
"""


@needs_sigkill
@pytest.mark.parametrize("when", ["importing", "ready"])
def test_no_child_outlives_a_killed_window(when: str, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT.format(repository=str(REPOSITORY)))
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(children) == 3
        if when == "ready":
            assert parent.stdout.readline() == "ready\n"
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        wait_until(lambda: all(is_gone(pid) for pid in children), "the end of the children")


# Nothing blocks


def test_sending_never_waits_for_the_child() -> None:
    wide = chain(*["Dense"] * 300)
    process: EngineProcess = EngineProcess("analyst")
    for _ in range(50):  # not even started: everything stays in the outbox
        process.send(Analyse(1, wide, DIGITS))
    for revision in range(200):
        process.send(Describe(revision, DataSettings("x" * 100_000)))
    with running("librarian") as librarian:
        for revision in range(200):  # 20 MB each way, while the child is still starting
            librarian.process.send(Describe(revision, DataSettings("x" * 100_000)))
        librarian.wait_for(lambda reply: isinstance(reply, DataRefused) and reply.request == 199)
    assert len([reply for reply in librarian.replies if isinstance(reply, DataRefused)]) == 200


def test_a_process_that_cannot_be_started_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    process = EngineProcess("librarian")

    def no_memory() -> None:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(process._process, "start", no_memory)
    process.start()
    assert process.join(10)
    (gone,) = process.receive()
    assert isinstance(gone, Gone)
    assert gone.exit_code is None
    assert gone.message == "The librarian could not be started. The system says: Cannot allocate memory."


def test_starting_returns_before_the_process_is_there() -> None:
    with running("librarian") as librarian:
        assert librarian.process.alive
        assert not librarian.process.ready
        librarian.ready()


# Words


@pytest.mark.parametrize("role", ["analyst", "librarian", "trainer"])
@pytest.mark.parametrize("exit_code", [0, 1, 3, -1, -4, -6, -7, -8, -9, -11, -15, -63, 0xC0000005, None])
def test_every_ending_is_a_sentence(role: Role, exit_code: int | None) -> None:
    for wanted in (True, False):
        sentence = ending(role, exit_code, wanted=wanted, last_words="")
        assert sentence.startswith(f"The {role} ")
        assert sentence.endswith(".")


# Gathering


def batches(epoch: int, first_step: int, steps: int) -> Trained:
    """Some steps whose values are their numbers."""
    numbers = np.arange(first_step, first_step + steps, dtype=np.float64)
    return Trained(Batches(epoch, first_step, numbers, numbers[:, None]))


def test_batches_are_joined_within_an_epoch_and_pass_nothing() -> None:
    epoch_ended = Trained(EpochEnded(1.0, 1, 6, 1.0, {"loss": 1.0}))
    paused = Trained(PhaseChanged(1.0, "paused"))
    came = gathered(
        [batches(1, 1, 2), batches(1, 3, 4), epoch_ended, batches(2, 7, 1), paused, batches(2, 8, 1), batches(3, 9, 2)]
    )
    events = [reply.event for reply in came if isinstance(reply, Trained)]
    assert [type(event) for event in events] == [Batches, EpochEnded, Batches, PhaseChanged, Batches, Batches]
    steps = [event.values[:, 0].tolist() for event in events if isinstance(event, Batches)]
    assert steps == [[1, 2, 3, 4, 5, 6], [7], [8], [9, 10]]
    assert gathered([]) == []
