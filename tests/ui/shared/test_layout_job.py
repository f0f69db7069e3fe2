from pathlib import Path
from threading import Event

from umeta.stage import OnStep
from umeta.ui.shared.layout_job import layout_job


def test_sessions_that_ask_for_the_same_layout_share_one_job(tmp_path: Path):
    may_end = Event()
    first = layout_job("shared", lambda _: may_end.wait(10), tmp_path / "moving.bin")
    assert layout_job("shared", lambda _: None, tmp_path / "moving.bin") is first
    may_end.set()
    first.thread.join(10)


def test_a_failure_of_any_kind_is_told_once_and_then_the_layout_is_begun_anew(tmp_path: Path):
    may_fail = Event()

    def fail(on_step: OnStep) -> None:
        may_fail.wait(10)
        raise OSError("no process can be started")

    first = layout_job("fails", fail, tmp_path / "moving.bin")
    may_fail.set()
    first.thread.join(10)
    assert layout_job("fails", fail, tmp_path / "moving.bin") is first
    assert str(first.problem) == "no process can be started"
    again = layout_job("fails", lambda _: None, tmp_path / "moving.bin")
    again.thread.join(10)
    assert again is not first
    assert again.problem is None


def test_a_layout_that_was_removed_since_is_made_again(tmp_path: Path):
    first = layout_job("removed", lambda _: None, tmp_path / "moving.bin")
    first.thread.join(10)
    may_end = Event()
    again = layout_job("removed", lambda _: may_end.wait(10), tmp_path / "moving.bin")
    assert again is not first
    assert layout_job("removed", lambda _: None, tmp_path / "moving.bin") is again
    may_end.set()
    again.thread.join(10)
