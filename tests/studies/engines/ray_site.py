"""A real Ray cluster on this machine, for the tests: a head without room for cells, and two workers for one each."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psutil

from tests.studies.engines.slurm_site import free_ports

AGENTS = ("dashboard-agent-listen-port", "dashboard-agent-grpc-port", "runtime-env-agent-port")
START_SECONDS = 120


def missing() -> str:
    """Return why no cluster can be started here, "" if one can."""
    return "" if find_spec("ray") else "needs Ray: pip install 'umeta[ray]'"


@contextmanager
def running_ray(folder: Path) -> Iterator[str]:
    """Run the cluster while the block runs, and yield its address."""
    folder.mkdir(parents=True)
    port, client_port = free_ports(2)
    worker = (f"--address=127.0.0.1:{port}", "--num-cpus=1")
    starts = {
        "head": (
            *("--head", "--num-cpus=0", "--include-dashboard=false"),
            *(f"--port={port}", f"--ray-client-server-port={client_port}"),
        ),
        "first": worker,
        "second": worker,
    }
    nodes: list[subprocess.Popen[bytes]] = []
    try:
        # one after the other: of two workers that start at the same time on one machine, one often gives up
        for name, words in starts.items():
            log = folder / f"{name}.log"
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
