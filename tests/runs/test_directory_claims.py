"""Tests umeta.runs.process_identity too."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from umeta.runs import directory_claims, process_identity, status
from umeta.runs.directory_claims import (
    AlreadyRunning,
    Superseded,
    claimed,
    holder_of,
    seconds_silent,
    take,
)
from umeta.runs.process_identity import LEASE, ProcessIdentity, this_machine
from umeta.runs.status import read_status, write_status

ELSEWHERE = {"machine": "another start of another machine", "host": "node-7"}
COMPETITOR = """
import sys, time
from pathlib import Path
from umeta.runs.directory_claims import AlreadyRunning, claimed
while time.time() < float(sys.argv[2]):
    pass
try:
    with claimed(Path(sys.argv[1])):
        print("won", flush=True)
        sys.stdin.read()
except AlreadyRunning:
    print("lost", flush=True)
"""


def claim_of(folder: Path, **changes: object) -> None:
    """Write the claim of a process like this one."""
    folder.mkdir(exist_ok=True)
    (folder / "claim-1").write_text(json.dumps({**asdict(ProcessIdentity.own()), **changes}))


def silence(folder: Path, seconds: float) -> None:
    for file in folder.iterdir():
        os.utime(file, (time.time() - seconds, time.time() - seconds))


def test_a_directory_is_claimed_once_and_free_again_afterwards(tmp_path: Path):
    with (
        claimed(tmp_path),
        pytest.raises(AlreadyRunning, match=f"is running already, as process {os.getpid()}"),
    ):
        take(tmp_path)
    with claimed(tmp_path) as claim:
        claim.check()


@pytest.mark.process
def test_of_processes_that_try_at_the_same_instant_one_gets_it(tmp_path: Path):
    start = str(time.time() + 2)
    competitors = [
        subprocess.Popen(
            [sys.executable, "-c", COMPETITOR, str(tmp_path), start],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    words = [process.stdout.readline().strip() for process in competitors if process.stdout]
    assert sorted(words) == ["lost", "lost", "lost", "won"]
    for process in competitors:
        process.communicate()


def test_a_process_that_is_gone_holds_nothing(tmp_path: Path):
    claim_of(tmp_path, started=1.0)  # of the same number, but not the same process
    assert take(tmp_path).number == 2


def test_a_claim_of_another_machine_stands_even_when_nothing_is_heard_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(directory_claims, "LISTENED", 0.1)
    claim_of(tmp_path, **ELSEWHERE)
    silence(tmp_path, 2 * LEASE)
    with pytest.raises(AlreadyRunning, match="on host node-7"):
        take(tmp_path)
    assert take(tmp_path, by_force=True).number == 2


def test_a_claim_that_another_machine_renews_cannot_be_taken_by_force(tmp_path: Path):
    claim_of(tmp_path, **ELSEWHERE)
    with pytest.raises(AlreadyRunning, match="is running already, as process .* on host node-7"):
        take(tmp_path, by_force=True)


def test_a_claim_that_is_renewed_while_it_is_watched_is_not_taken_by_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Whatever the clocks made of its age: the machine that renews it was out of reach, and is back."""
    monkeypatch.setattr(directory_claims, "LISTENED", 1.0)
    claim_of(tmp_path, **ELSEWHERE)
    silence(tmp_path, 2 * LEASE)
    threading.Timer(0.1, lambda: os.utime(tmp_path / "claim-1")).start()
    with pytest.raises(
        AlreadyRunning, match="is running after all, as process .* on host node-7; cancel it there"
    ):
        take(tmp_path, by_force=True)


def test_a_machine_that_was_started_anew_has_lost_its_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(process_identity, "this_computer", lambda: "3d1219")
    claim_of(tmp_path, machine="the start before", computer="3d1219")
    assert holder_of(tmp_path).presence == "alive"  # its claim was renewed just now
    silence(tmp_path, 2 * LEASE)
    assert take(tmp_path).number == 2


@pytest.mark.parametrize(
    "other",
    [
        {"computer": "another of the same name"},
        {"computer": "3d1219", "host": "a clone of this one"},
        {"computer": ""},
        {"computer": "3d1219", "machine": f"{this_machine().partition(' ')[0]} of another container"},
    ],
)
def test_a_machine_that_only_looks_like_this_one_is_not_taken_to_be_started_anew(
    other: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(process_identity, "this_computer", lambda: "3d1219")
    claim_of(tmp_path, **{"machine": "another start", **other})
    silence(tmp_path, 2 * LEASE)
    assert holder_of(tmp_path).presence == "unknown"
    with pytest.raises(AlreadyRunning):
        take(tmp_path)


@pytest.mark.parametrize("hours", [-1, 1])
def test_the_age_of_a_claim_is_told_by_the_clock_that_stamped_it(
    hours: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3600 * hours)
    claim_of(tmp_path, **ELSEWHERE)
    assert holder_of(tmp_path).presence == "alive"
    silence(tmp_path, 3600 * hours + 2 * LEASE)
    assert holder_of(tmp_path).presence == "unknown"


def test_a_process_that_was_taken_for_dead_notices_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(directory_claims, "LOOKED", 0.0)
    claim = take(tmp_path)
    claim.renew()
    claim.check()
    claim_of(tmp_path, started=1.0)
    assert take(tmp_path).number == 2
    with pytest.raises(Superseded):
        claim.check()


def test_a_claim_is_renewed_while_its_process_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(directory_claims, "RENEWED", 0.05)
    with claimed(tmp_path) as claim:
        silence(tmp_path, 1000)
        time.sleep(0.3)
        assert seconds_silent(claim.file) < 100


def test_a_damaged_claim_holds_as_long_as_it_is_renewed(tmp_path: Path):
    claim = take(tmp_path)
    claim.file.write_bytes(claim.file.read_bytes().replace(b"pid", b"pit"))
    with pytest.raises(AlreadyRunning, match="as a process whose claim cannot be read"):
        take(tmp_path)
    claim.file.write_bytes(b"")  # as it stands there while it is written, where there are no links
    with pytest.raises(AlreadyRunning):
        take(tmp_path)
    silence(tmp_path, 2 * LEASE)
    assert take(tmp_path).number == 2


def test_a_claim_that_was_copied_with_its_directory_is_nobodys(tmp_path: Path):
    claim = take(tmp_path / "run")
    copy = shutil.copytree(claim.folder, tmp_path / "copy")
    silence(copy, 2 * LEASE)
    assert take(copy).number == 2


def test_a_link_whose_answer_was_lost_on_the_way_is_known_by_its_nonce(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A server of NFS that is asked twice says that the link is there, though it was this process that made it."""
    link = os.link

    def asked_twice(source: Path, target: Path) -> None:
        link(source, target)
        link(source, target)

    monkeypatch.setattr(os, "link", asked_twice)
    with claimed(tmp_path), pytest.raises(AlreadyRunning):
        take(tmp_path)


def test_without_links_a_claim_is_written_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def no_links(source: object, target: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    with claimed(tmp_path), pytest.raises(AlreadyRunning):
        take(tmp_path)


def test_neither_a_stepped_clock_nor_another_host_name_makes_a_live_process_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write_status(tmp_path, "running")
    silence(tmp_path, 10 * LEASE)
    monkeypatch.setattr("socket.gethostname", lambda: "renamed")
    monkeypatch.setattr("psutil.boot_time", lambda: 0.0)
    assert read_status(tmp_path).state == "running"


def test_a_status_of_another_machine_is_believed_for_a_while_and_then_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    own = ProcessIdentity.own()
    monkeypatch.setattr(status.ProcessIdentity, "own", lambda: replace(own, **ELSEWHERE))
    write_status(tmp_path, "running")
    assert read_status(tmp_path).state == "running"
    silence(tmp_path, 10 * LEASE)
    silent = read_status(tmp_path)
    assert silent.state == "unknown"
    assert silent.label == "unknown (host node-7 not reachable)"
    assert (
        silent.message == f"it ran as process {own.pid} on host node-7, which was not heard of for 10 minutes"
    )


def test_a_process_that_works_is_told_by_its_claim_whatever_became_of_its_status(tmp_path: Path):
    with claimed(tmp_path):
        assert read_status(tmp_path).state == "running"
        (tmp_path / "status.json").write_text("{")
        damaged = read_status(tmp_path)
        assert (damaged.state, damaged.pid) == ("running", os.getpid())
        write_status(tmp_path, "running")
        claim_of(tmp_path, started=1.0)
        assert read_status(tmp_path).state == "lost"
    (tmp_path / "status.json").write_text("{")
    assert read_status(tmp_path).state == "damaged"


def test_the_news_of_a_long_message_fits_into_its_place(tmp_path: Path):
    for message in ("é" * 5000, "x" * 5000, "short"):
        write_status(tmp_path, "failed", message=message)
        assert (tmp_path / "status.json").stat().st_size == status.STATUS_SIZE
        assert message.startswith(read_status(tmp_path).message[:300])
