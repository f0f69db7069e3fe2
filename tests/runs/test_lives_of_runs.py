"""Who is alive, asked of real processes: killed at any moment, on a renamed host, under other clocks, of a used number.

The everyday suite takes one of each; `python -m pytest -m slow -s tests/runs/test_lives_of_runs.py` kills fifty.
"""

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.cli.conftest import umeta
from tests.small_runs import small
from umeta.cache import Home
from umeta.runs import RunConfig, RunDirectory, cancel, launch, list_runs, resume
from umeta.runs.inspection import problems
from umeta.runs.pipeline import execute
from umeta.stage import UserError

pytestmark = pytest.mark.process

KEYS = ("learner.iterations=60", "test.n_tasks=10", "oracle=true")
ENDED = ("finished", "lost", "failed", "cancelled", "damaged")
HOLDER = """
    import sys, time
    from pathlib import Path
    from umeta.runs.directory_claims import claimed
    from umeta.runs.status import write_status
    folder = Path(sys.argv[1])
    with claimed(folder):
        write_status(folder, "running")
        print("works", flush=True)
        sys.stdin.read()
"""
OBSERVER = """
    import sys
    from pathlib import Path
    from umeta.runs.directory_claims import AlreadyRunning, take
    from umeta.runs.status import read_status
    folder = Path(sys.argv[1])
    try:
        take(folder)
        print(read_status(folder).state, "taken")
    except AlreadyRunning:
        print(read_status(folder).state, "left alone")
"""
USED_NUMBER = """
    import os, subprocess, sys
    from pathlib import Path
    from umeta.runs.status import read_status
    folder = Path(sys.argv[1])
    holder = subprocess.Popen(
        [sys.executable, "-c", sys.argv[2], str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    holder.stdout.readline()
    before = read_status(folder)
    holder.kill()
    holder.wait()
    Path("/proc/sys/kernel/ns_last_pid").write_text(str(holder.pid - 1))
    other = subprocess.Popen(["sleep", "30"])
    after = read_status(folder)
    print(before.state, before.pid == holder.pid == other.pid, after.state)
    other.kill()
"""


def python(code: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code)]


def in_namespace(*flags: str) -> list[str]:
    """The beginning of a command that runs in a namespace of its own; the test is skipped where none is allowed."""
    command = ["unshare", *flags]
    if subprocess.run([*command, "true"], capture_output=True).returncode:
        pytest.skip(f"{' '.join(command)} is not allowed here")
    return command


def faketime() -> str:
    """The library of libfaketime."""
    folders = (
        Path("/usr/lib"),
        Path("/usr/local/lib"),
        *map(Path, os.environ.get("UMETA_FAKETIME", "").split()),
    )
    found = [file for folder in folders for file in folder.glob("**/libfaketime.so*")]
    if not found:
        pytest.skip("needs libfaketime, e.g. of Debian's package faketime")
    return str(found[0])


@pytest.fixture
def held(tmp_path: Path):
    """A directory in which a process works."""
    folder = tmp_path / "run"
    folder.mkdir()
    holder = subprocess.Popen(
        [*python(HOLDER), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "works\n"
    yield folder
    holder.communicate()


def test_a_run_seen_under_another_name_of_the_host_runs(held: Path):
    renamed = [*in_namespace("--uts"), "sh", "-c", 'hostname other-node; exec "$@"', "sh"]
    seen = subprocess.run(
        [*renamed, *python(OBSERVER), str(held)], capture_output=True, text=True, check=True
    )
    assert seen.stdout == "running left alone\n"


@pytest.mark.parametrize("step", ["+1h", "-1h", "+2s", "-2s"])
def test_a_run_seen_under_another_clock_runs(step: str, held: Path):
    environment = {**os.environ, "LD_PRELOAD": faketime(), "FAKETIME": step}
    command = [*python(OBSERVER), str(held)]
    seen = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert seen.stdout == "running left alone\n"


def test_a_process_that_has_got_the_number_of_a_dead_one_is_not_taken_for_it(tmp_path: Path):
    command = [*in_namespace("--pid", "--fork", "--mount-proc"), *python(USED_NUMBER)]
    seen = subprocess.run(
        [*command, str(tmp_path), textwrap.dedent(HOLDER)], capture_output=True, text=True, check=True
    )
    assert seen.stdout == "running True lost\n"


def undisturbed(tmp_path: Path) -> list:
    return execute(small(*KEYS), Home(tmp_path / "undisturbed", ()))[1].to_json()["results"]


def ended(run: RunDirectory, seconds: float = 120) -> str:
    """Wait until a run has ended, and return how."""
    deadline = time.monotonic() + seconds
    while (state := run.status().state) not in ENDED:
        assert time.monotonic() < deadline, (run.status(), (run.path / "run.log").read_text())
        time.sleep(0.05)
    return state


def results_of(run: RunDirectory) -> list:
    result = run.result()
    assert result is not None
    return result.to_json()["results"]


@pytest.mark.slow
def test_fifty_kills_leave_no_false_state_and_no_other_results(tmp_path: Path):
    """Each run is killed up to three times, at moments anywhere in its life."""
    expected, dice, states = undisturbed(tmp_path), random.Random(0), Counter[str]()
    start = time.monotonic()
    ended(launch(small(*KEYS), Home(tmp_path / "timed", ())))
    life, kills, number = time.monotonic() - start, 0, 0
    while kills < 50:
        number += 1
        home = Home(tmp_path / f"{number}", ())
        run = launch(small(*KEYS), home)
        for _ in range(3):
            time.sleep(dice.uniform(0, 0.8 * life))
            status = run.status()
            if status.state == "finished":
                break
            os.kill(status.pid, signal.SIGKILL)
            kills += 1
            state = ended(run, seconds=5)
            states[state] += 1
            assert problems(run) == []
            if state == "finished":  # killed behind its result
                break
            resume(run, home)
        assert ended(run) == "finished"
        assert results_of(run) == expected
        assert problems(run) == []
    print(f"\n{kills} kills of {number} runs of {life:.1f} s: {dict(states)}; all results as undisturbed")  # noqa: T201
    assert set(states) <= {"lost", "finished"}


KILLED_BEHIND_ITS_RESULT = """
    import os, signal, sys
    from pathlib import Path
    from umeta.runs import recorder, worker, working_directory
    write = working_directory.write_status
    def die_at_the_end(folder, state, *more, **options):
        if state == "finished":
            os.kill(os.getpid(), signal.SIGKILL)
        write(folder, state, *more, **options)
    working_directory.write_status = die_at_the_end
    worker.work(Path(sys.argv[1]), worker.execute_run)
"""


@pytest.mark.slow
def test_a_run_that_is_killed_between_its_result_and_its_last_status_is_finished(tmp_path: Path):
    home = Home(tmp_path, ())
    config = small("learner.iterations=3", "test.n_tasks=4")
    resolved = execute(config, Home(tmp_path / "other", ()))[0].config()
    run = RunDirectory.create(resolved, home, label_use="none")
    environment = {**os.environ, "UMETA_HOME": str(home.root)}
    worker = subprocess.run([*python(KILLED_BEHIND_ITS_RESULT), str(run.path)], env=environment)
    assert worker.returncode == -signal.SIGKILL
    assert json.loads((run.path / "status.json").read_text())["state"] == "running"
    assert run.status().state == "finished"
    with pytest.raises(UserError, match="is finished"):
        resume(run, home)


def workers_of(run: RunDirectory) -> list[int]:
    """The processes that work in a run's directory, as the machine has them."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"umeta.runs.worker" in words and str(run.path).encode() in words:
            found.append(int(file.parent.name))
    return found


@pytest.mark.slow
def test_of_two_resumes_in_one_instant_one_process_works(tmp_path: Path):
    home = Home(tmp_path, ())
    run = launch(small("learner.iterations=100000", "test.n_tasks=4"), home)
    for _ in range(6):
        os.kill(run.status().pid, signal.SIGKILL)
        assert ended(run) == "lost"
        commands = [
            subprocess.Popen(
                [sys.executable, "-m", "umeta", "resume", run.run_id],
                env={**os.environ, "UMETA_HOME": str(home.root)},
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        answers = sorted(command.communicate()[1] for command in commands)
        time.sleep(1)
        assert len(workers_of(run)) == 1, answers
        assert run.status().state == "running"
    cancel(run)


def meddle(root: str, seed: int, seconds: float, trouble: "multiprocessing.Queue[str]") -> None:
    """Start, cancel, resume and read runs by chance, as one of several people would."""
    home, dice = Home(Path(root), ()), random.Random(seed)
    configs = [small("learner.iterations=100000", "test.n_tasks=4", f"seed={n}") for n in range(3)]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            meddle_once(home, dice, dice.choice(configs))
        except UserError:
            pass
        except Exception as error:
            trouble.put(f"{type(error).__name__}: {error}")


def meddle_once(home: Home, dice: random.Random, config: RunConfig) -> None:
    runs = list_runs(home)
    match dice.randrange(12):
        case 0:
            launch(config, home)
        case 1 if runs:
            cancel(dice.choice(runs))
        case 2 if runs:
            resume(dice.choice(runs), home)
        case 3 if runs:
            dice.choice(runs).remark(name=f"name {dice.randrange(100)}")
        case _:
            for run in runs:
                assert run.status().state != "damaged", run.status()
                assert [
                    line for line in problems(run) if "events" not in line
                ] == []  # one may be written just now
    time.sleep(dice.uniform(0, 0.5))


@pytest.mark.slow
def test_eight_processes_that_start_cancel_and_read_for_a_minute_are_in_nobodys_way(tmp_path: Path):
    context = multiprocessing.get_context("spawn")
    trouble = context.Queue()
    people = [context.Process(target=meddle, args=(str(tmp_path), seed, 60.0, trouble)) for seed in range(8)]
    for person in people:
        person.start()
    most = 0
    while any(person.is_alive() for person in people):
        runs = list_runs(Home(tmp_path, ()))
        most = max([most, *(len(working(run)) for run in runs)])
        time.sleep(0.2)
    for run in list_runs(Home(tmp_path, ())):
        if run.status().state in ("queued", "running"):
            cancel(run)
        assert ended(run) in ("cancelled", "lost")
    told = [trouble.get() for _ in range(trouble.qsize())]
    print(f"\nat most {most} processes at work in one directory; trouble: {told}")  # noqa: T201
    assert (most, told) == (1, [])


def working(run: RunDirectory) -> list[int]:
    """Those workers of a run that have not been refused its directory."""
    claims = [json.loads(data) for file in run.path.glob("claim-*") if len(data := file.read_bytes()) > 1]
    return [pid for pid in workers_of(run) if any(claim["pid"] == pid for claim in claims)]


@pytest.mark.slow
def test_a_run_is_shown_and_left_alone_by_the_command_on_a_renamed_host(tmp_path: Path):
    home = Home(tmp_path, ())
    run = launch(small("learner.iterations=100000", "test.n_tasks=4"), home)
    renamed = [*in_namespace("--uts"), "sh", "-c", 'hostname other-node; exec "$@"', "sh"]
    environment = {**os.environ, "UMETA_HOME": str(home.root)}
    for command, said in (("show", "running"), ("resume", "only a cancelled, failed or lost run")):
        words = [*renamed, sys.executable, "-m", "umeta", command, run.run_id]
        shown = subprocess.run(words, capture_output=True, text=True, env=environment)
        assert said in shown.stdout + shown.stderr
    assert len(workers_of(run)) == 1
    assert umeta(home, "cancel", run.run_id).returncode == 0
