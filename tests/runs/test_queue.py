"""Tests umeta.runs.slots and umeta.cli.queue too."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.cli.conftest import umeta
from tests.small_runs import small
from umeta.cache import Home
from umeta.runs import cancel, execute, launch, list_runs, queue, resume, slots
from umeta.runs.process_identity import ProcessIdentity
from umeta.runs.queue import is_anyone_waiting, move, positions, turn, waiting
from umeta.runs.slots import GPUS, slot_names, take_slot, works_in_slots
from umeta.runs.status import read_status
from umeta.runs.working_directory import WorkingDirectory
from umeta.sealed_files import write_record
from umeta.stage import Cancelled, Step, UserError, ignore_step

WORKER = """
    import sys, time
    from pathlib import Path
    from umeta.runs.worker import work
    folder, log = Path(sys.argv[1]), Path(sys.argv[2])

    def execute(path, on_step):
        with log.open("a") as lines:
            print(path.name, "begins", file=lines, flush=True)
            while not (path / "end").exists():
                on_step(None)
                time.sleep(0.01)
            print(path.name, "ends", file=lines, flush=True)
        return 0

    sys.exit(work(folder, execute, lambda path: "cpu"))
"""
"""Works until a file `end` lies in its directory, without torch."""


class Workers:
    """Real workers in directories of one home."""

    def __init__(self, home: Home):
        self.home, self.log = home, home.root / "log"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.log.parent.mkdir(parents=True)
        self.log.touch()

    def folder(self, name: str) -> Path:
        return self.home.runs / name

    def start(self, *names: str, until: Callable[[str], bool] | None = None) -> None:
        for name in names:
            self.folder(name).mkdir(parents=True)
            command = [sys.executable, "-c", textwrap.dedent(WORKER), str(self.folder(name)), str(self.log)]
            environment = {**os.environ, "UMETA_HOME": str(self.home.root)}
            self.processes[name] = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
            if until is not None:
                wait_until(lambda name=name: until(name), what=f"{name}: {self.state(name)}")

    def queue(self, *names: str) -> None:
        """Start workers that will wait, one after the other."""
        self.start(*names, until=lambda name: self.state(name) == "queued")

    def state(self, name: str) -> str:
        return read_status(self.folder(name)).state

    def end(self, *names: str) -> None:
        for name in names:
            (self.folder(name) / "end").touch()

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines()

    def in_order(self) -> list[str]:
        return [place.work.name for place in waiting(self.home)]


def wait_until(is_so: Callable[[], bool], *, what: str = "", seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@pytest.fixture
def workers(home: Home) -> Iterator[Workers]:
    workers = Workers(home)
    yield workers
    for process in workers.processes.values():
        process.kill()
        process.wait()


@pytest.mark.process
def test_of_processes_that_begin_at_the_same_instant_so_many_work_as_there_are_slots(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(slots.CPU_SLOTS, "2")
    names = [f"run-{number}" for number in range(5)]
    workers.start(*names)
    wait_until(lambda: len(workers.lines()) == 2)
    wait_until(lambda: len(waiting(workers.home)) == 3)
    assert len(works_in_slots(workers.home)) == 2
    workers.end(*names)
    for process in workers.processes.values():
        assert process.wait(timeout=30) == 0
    working, most = 0, 0
    for line in workers.lines():
        working += 1 if line.endswith("begins") else -1
        most = max(most, working)
    assert most == 2
    assert len(workers.lines()) == 10
    assert waiting(workers.home) == []
    assert works_in_slots(workers.home) == {}


@pytest.mark.process
def test_the_order_can_be_changed_and_a_place_given_up(workers: Workers):
    workers.start("first", until=lambda name: workers.state(name) == "running")
    workers.queue("a", "b", "c", "d")
    assert positions(workers.home)[workers.folder("c")] == (3, 4)
    move(workers.folder("c"), 1, workers.home)
    assert workers.in_order() == ["c", "a", "b", "d"]
    move(workers.folder("c"), 3, workers.home)
    assert workers.in_order() == ["a", "b", "c", "d"]
    moved = umeta(workers.home, "queue", "d")
    assert moved.stderr.strip() == "d is number 1 of 4."
    listed = json.loads(umeta(workers.home, "queue", "--json").stdout)
    assert [(row["state"], row["position"], row["work"]) for row in listed] == [
        ("running", None, "first"),
        *(("queued", number, name) for number, name in enumerate("dabc", start=1)),
    ]
    unknown = umeta(workers.home, "queue", "first")
    assert unknown.returncode == 2
    assert "'first' matches 0 of what waits. Waiting: d, a, b, c." in unknown.stderr
    cancel(WorkingDirectory(workers.folder("a")))
    assert workers.state("a") == "cancelled"
    assert workers.processes["a"].wait(timeout=10) == 0
    workers.end("first", "b", "c", "d")
    for name in ("first", "b", "c", "d"):
        assert workers.processes[name].wait(timeout=30) == 0
    assert [line.split()[0] for line in workers.lines() if "begins" in line] == ["first", "d", "b", "c"]


@pytest.mark.process
def test_what_is_killed_or_frozen_while_it_waits_or_works_blocks_no_other(workers: Workers):
    workers.start("first", until=lambda name: workers.state(name) == "running")
    workers.queue("killed", "frozen", "next")
    workers.processes["killed"].kill()
    workers.processes["killed"].wait()
    assert workers.state("killed") == "lost"
    workers.processes["frozen"].send_signal(signal.SIGSTOP)
    wait_until(lambda: workers.state("frozen") == "frozen")
    workers.processes["first"].kill()  # with its slot
    wait_until(lambda: workers.state("next") == "running")
    workers.processes["frozen"].send_signal(signal.SIGCONT)
    wait_until(lambda: workers.state("frozen") == "queued")
    workers.end("next", "frozen")
    assert workers.processes["frozen"].wait(timeout=30) == 0


@pytest.mark.process
def test_a_frozen_process_is_told_from_a_busy_one_and_can_be_cancelled(workers: Workers):
    workers.start("run", until=lambda name: workers.state(name) == "running")
    pid = workers.processes["run"].pid
    os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: workers.state("run") == "frozen")
    message = read_status(workers.folder("run")).message
    assert message == f"a signal has stopped its process; kill -CONT {pid} lets it go on; or cancel it"
    os.kill(pid, signal.SIGCONT)
    wait_until(lambda: workers.state("run") == "running")
    os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: workers.state("run") == "frozen")
    cancel(WorkingDirectory(workers.folder("run")), patience=10.0)
    assert workers.processes["run"].wait(timeout=1) == 0  # it ended by itself


@pytest.mark.process
def test_runs_wait_for_each_other_in_every_way_of_starting_them(home: Home):
    """Detached, resumed and in the foreground; one that is to begin now does not wait."""
    with turn(home.runs / "other", "cpu", home, ignore_step):
        config = small("learner.iterations=3", "test.n_tasks=4")
        run = launch(config, home)
        assert run.status().state == "queued"
        assert positions(home) == {run.path: (1, 1)}
        (row,) = json.loads(umeta(home, "results", "--json").stdout)
        assert (row["state"], row["progress"]) == ("queued", "number 1 of 1 in the queue")
        cancel(run)
        assert run.status().state == "cancelled"
        resume(run, home)
        assert run.status().state == "queued"
        with pytest.raises(UserError, match="is queued, as process"):
            resume(run, home)
        steps: list[Step] = []

        def stop_in_the_queue(step: Step) -> None:
            steps.append(step)
            if step.stage == queue.QUEUE:
                raise Cancelled

        with pytest.raises(Cancelled, match="was cancelled before it began"):
            execute(small("learner=none", "seed=1"), home, now=False, on_step=stop_in_the_queue)
        assert steps[-1].note == "number 2 for a slot of cpu"
        assert sorted(one.status().state for one in list_runs(home)) == ["cancelled", "queued"]
        words = [
            "dataset=digits",
            "encoder=pca",
            "learner=none",
            "device=cpu",
            "budget=smoke",
            "test.n_tasks=4",
        ]
        at_once = umeta(home, "run", "--now", *words)
        assert at_once.returncode == 0, at_once.stderr
    wait_until(lambda: run.status().state == "finished", seconds=60)


def test_what_waits_gives_up_its_place_when_it_is_told_to_stop(home: Home):
    def stop(step: Step) -> None:
        assert step.note == "number 1 for a slot of cpu"
        assert is_anyone_waiting("cpu", home)
        raise Cancelled

    with turn(home.runs / "a", "cpu", home, ignore_step):
        with pytest.raises(Cancelled), turn(home.runs / "b", "cpu", home, stop):
            pass
        assert waiting(home) == []
        with turn(home.runs / "b", "mps", home, stop):  # another device
            pass
    with turn(home.runs / "b", "cpu", home, stop):
        pass


def test_a_number_of_slots_that_is_none_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(slots.CPU_SLOTS, "many")
    with (
        pytest.raises(UserError, match="UMETA_CPU_SLOTS='many' is no number of slots"),
        turn(home.runs / "a", "cpu", home, ignore_step),
    ):
        pass


def test_each_gpu_is_a_slot_and_its_process_sees_it_alone(home: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(GPUS, "2,5")
    assert slot_names("cuda") == ("cuda-2", "cuda-5")
    code = """
        import os
        from pathlib import Path
        from umeta.cache import Home
        from umeta.runs.queue import turn
        home = Home.from_environment()
        with turn(home.runs / "run", "cuda", home, print):
            print(os.environ["CUDA_VISIBLE_DEVICES"])
    """
    first = take_slot("cuda", home, home.runs / "first")
    assert first is not None
    assert first.name == "cuda-2"
    environment = {**os.environ, "UMETA_HOME": str(home.root)}
    command = [sys.executable, "-c", textwrap.dedent(code)]
    assert subprocess.run(command, env=environment, capture_output=True, text=True).stdout == "5\n"


def test_slots_of_another_start_of_the_machine_do_not_count(home: Home, monkeypatch: pytest.MonkeyPatch):
    with turn(home.runs / "a", "cpu", home, ignore_step):
        assert take_slot("cpu", home, home.runs / "b") is None
        monkeypatch.setattr(slots, "this_machine", lambda: "another start")
        assert take_slot("cpu", home, home.runs / "b") is not None


def test_a_process_that_was_slow_does_not_take_a_slot_by_a_number_that_was_used_before(
    home: Home, monkeypatch: pytest.MonkeyPatch
):
    """It looks at the claims; before it writes its own, two others come and go, and one of them stays."""
    for name in "abc":
        with turn(home.runs / name, "cpu", home, ignore_step):
            pass
    (folder,) = (slots.machine_folder(home) / "slots").iterdir()
    assert [file.name for file in folder.glob("claim-*")] == ["claim-3"]
    take = slots.take

    def late(folder: Path):
        monkeypatch.setattr(slots, "take", take)
        before = slots.take(folder)
        before.release()
        assert take_slot("cpu", home, home.runs / "holder") is not None
        before.file.unlink(missing_ok=True)
        write_record(before.file, asdict(ProcessIdentity.own()), folder.name)
        return before

    monkeypatch.setattr(slots, "take", late)
    assert take_slot("cpu", home, home.runs / "late") is None
    assert works_in_slots(home) == {"cpu-1": home.runs / "holder"}


def test_a_thousand_that_wait_cost_some_seconds_at_most(home: Home):
    """The place of each, the whole list, a change of its order, and the turns of a study's cells.

    Less than one each on an idle machine; what shares its caches makes a processor's seconds longer.
    """
    folder = slots.machine_folder(home) / "waiting"
    own = asdict(ProcessIdentity.own())
    start = time.process_time()
    for number in range(1000):
        write_record(folder / f"{number:020}-cpu-x", {"work": f"/runs/{number}", **own}, queue.OWNER)
    written = time.process_time()
    assert positions(home)[Path("/runs/999")] == (1000, 1000)
    move(Path("/runs/999"), 1, home)
    assert waiting(home)[0].work == Path("/runs/999")
    listed = time.process_time()
    for place in waiting(home):
        place.file.unlink()
    for number in range(100):
        with turn(home.runs / f"{number}", "cpu", home, ignore_step):
            pass
    took = time.process_time()
    shares = f"list and order {listed - written:.2f} s, 100 turns {took - listed:.2f} s"
    print(f"\nplaces {written - start:.2f} s, {shares}")  # noqa: T201
    assert listed - written < 5
    assert took - listed < 5
