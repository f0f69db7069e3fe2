"""Tests umeta.studies.engines.ray_cluster and umeta.studies.engines.ray_worker on a real head with two workers."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from tests.studies.engines.same_results import (
    assert_same_results,
    run_command,
    seconds_of_children,
    twelve_cells,
    wait_for_trainings,
)
from tests.studies.engines.slurm_site import free_ports
from umeta.cache import Home
from umeta.studies.placement import counts_of, place_cells
from umeta.studies.study import Study

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("ray") is None, reason="needs Ray: pip install 'umeta[ray]'"),
]
AGENTS = ("dashboard-agent-listen-port", "dashboard-agent-grpc-port", "runtime-env-agent-port")
START_SECONDS = 120


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A head without room for cells, and two workers with room for one each; yields the address."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    port, client_port = free_ports(2)
    head = ("--head", "--num-cpus=0", "--include-dashboard=false", f"--port={port}")
    worker = (f"--address=127.0.0.1:{port}", "--num-cpus=1")
    nodes: list[subprocess.Popen[bytes]] = []
    try:
        # one after the other: of two workers that start at the same time on one machine, one often gives up
        for name, words in {
            "head": (*head, f"--ray-client-server-port={client_port}"),
            "first": worker,
            "second": worker,
        }.items():
            log = tmp_path / f"{name}.log"
            nodes.append(_start(*words, log=log))
            _wait_until_started(nodes[-1], log)
        yield f"ray://127.0.0.1:{client_port}"
    finally:
        for node in nodes:
            _end(node)


def _start(*words: str, log: Path) -> subprocess.Popen[bytes]:
    ray = str(Path(sys.executable).with_name("ray"))
    ports = (*AGENTS, "metrics-export-port")  # given, so that no node waits for slow agents to choose theirs
    with log.open("wb") as output:
        return subprocess.Popen(
            [
                *(ray, "start", "--block", "--disable-usage-stats", "--include-log-monitor=false"),
                *("--node-ip-address=127.0.0.1", *words),
                *(f"--{name}={port}" for name, port in zip(ports, free_ports(4), strict=True)),
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _wait_until_started(node: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while "Ray runtime started" not in (said := log.read_text()):
        assert node.poll() is None, f"ray start has ended: {said[-2000:]}"
        assert time.monotonic() < deadline, f"ray start has not started its node: {said[-2000:]}"
        time.sleep(0.2)


def _end(node: subprocess.Popen[bytes]) -> None:
    try:
        processes = psutil.Process(node.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        processes = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    node.kill()
    node.wait()


def wait_until_idle(study: Study, home: Home, seconds: float = 900) -> dict[str, int]:
    deadline = time.monotonic() + seconds
    while {"queued", "running"} & set(now := counts_of(place_cells(study, home))):
        assert time.monotonic() < deadline, now
        time.sleep(1)
    return now


def test_with_a_worker_killed_the_results_are_those_of_one_machine(cluster, tmp_path):
    file, study = twelve_cells(tmp_path, iterations=800)
    home, alone = Home(tmp_path / "home", ()), Home(tmp_path / "alone", ())
    before = seconds_of_children()
    submitted = run_command(home, "study", file, "--budget", "smoke", "--on", cluster, "--json")
    assert seconds_of_children() - before < 10  # of which loading Ray and torch is the most
    assert submitted.returncode == 0, submitted.stderr
    assert json.loads(submitted.stdout)["submitted"] == 12
    first, _ = wait_for_trainings(study, home, 2)  # on both workers at the same time
    os.kill(first.status().pid, signal.SIGKILL)  # Ray starts the cell again, from its checkpoint
    assert wait_until_idle(study, home) == {"finished": 12}

    done = run_command(alone, "study", file, "--budget", "smoke", "--json")
    assert done.returncode == 0, done.stderr
    assert_same_results(study, alone, home)


def test_what_is_stopped_keeps_its_checkpoints(cluster, tmp_path):
    file, study = twelve_cells(tmp_path, iterations=100_000)
    home = Home(tmp_path / "home", ())
    words = ("study", file, "--budget", "smoke", "--on", cluster)
    assert run_command(home, *words).returncode == 0
    (run, *_) = wait_for_trainings(study, home, 1)
    assert run_command(home, *words, "--stop").returncode == 0
    assert set(wait_until_idle(study, home, seconds=60)) <= {"finished", "cancelled", "lost"}
    assert run.status().state == "cancelled"
    assert list(run.checkpoints.iterdir())
