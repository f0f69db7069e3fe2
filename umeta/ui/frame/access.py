"""What visitors of a shared server may do: everything, look, or look and start a few short runs.

    UMETA_ACCESS=read-only streamlit run app.py
    UMETA_ACCESS=limited UMETA_VISITOR_RUNS=1 UMETA_VISITOR_MINUTES=5 streamlit run app.py
    streamlit run app.py -- --access=read-only

In both modes nothing is deleted, renamed, marked, imported, or read from a path that the person who runs the server
did not open before. Where an action is done, it asks here first; pages that would offer it say so instead.
"""

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import streamlit as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from streamlit.runtime.scriptrunner import get_script_run_ctx

from umeta.cache import Home
from umeta.runs.processes import cancel
from umeta.runs.working_directory import WorkingDirectory
from umeta.stage import UserError

FLAG = "--access"
VARIABLES = {"mode": "UMETA_ACCESS", "runs": "UMETA_VISITOR_RUNS", "minutes": "UMETA_VISITOR_MINUTES"}
QUEUE_SECONDS = 2.0
"""Between two looks at a run that waits for its turn."""
LOGIN_HEADER = "X-Forwarded-User"
"""The header in which a reverse proxy with a login names the visitor."""


class Access(BaseModel):
    """What visitors may do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Literal["full", "limited", "read-only"] = "full"
    runs: int = Field(default=2, ge=1)
    """Runs that a visitor of the mode *limited* may have at work at a time."""
    minutes: float = Field(default=10.0, gt=0)
    """After so many minutes of work, the wait in the queue aside, their run is cancelled; its checkpoint stays."""


W = TypeVar("W", bound=WorkingDirectory)
_lock = threading.Lock()


def take_flag(arguments: Sequence[str]) -> None:
    """Let a flag among the arguments of app.py decide, as `--access=read-only`; it counts more than the variable.

    Raises:
        SystemExit: the variables or the flag name no access; the server does not start.
    """
    for number, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == FLAG:
            os.environ[VARIABLES["mode"]] = value or next(iter(arguments[number + 1 :]), "")
    try:
        access()
    except UserError as error:
        raise SystemExit(f"error: {error}") from None


def access() -> Access:
    """Return what the environment says.

    Raises:
        UserError: it says what is not possible.
    """
    return _parsed(**{field: os.environ[name] for field, name in VARIABLES.items() if os.environ.get(name)})


@cache
def _parsed(**given: str) -> Access:
    try:
        return Access.model_validate(given)
    except ValidationError as error:
        wrong = error.errors()[0]
        field = str(wrong["loc"][0])
        raise UserError(
            f"{VARIABLES[field]}={given[field]!r} is not possible: {wrong['msg']}. Possible are full, limited and "
            "read-only for UMETA_ACCESS, and numbers above 0 for the others."
        ) from None


def is_full() -> bool:
    """Return whether visitors may do everything."""
    return access().mode == "full"


def may_start() -> bool:
    """Return whether visitors may start runs."""
    return access().mode != "read-only"


def check_full(action: str) -> None:
    """Refuse an action that only full access allows.

    Args:
        action: What is asked for, as "Deleting a run".

    Raises:
        UserError: the mode is another.
    """
    if not is_full():
        raise UserError(f"{action} is switched off: {explanation()}")


def explanation() -> str:
    """Return in a sentence what visitors may do, and who can change it."""
    allowed = access()
    may = (
        "Everything can be looked at, and nothing started or changed"
        if allowed.mode == "read-only"
        else f"A visitor may have {allowed.runs} runs at a time, each of {allowed.minutes:g} minutes at most, and "
        "change nothing else"
    )
    return f"umeta is shared here. {may}; whoever runs the server decides by UMETA_ACCESS."


def started(start: Callable[[], W]) -> W:
    """Start a run for the visitor, and in the mode *limited* cancel it when its minutes are over.

    A run that was at work before, which somebody else asked for, is returned as it is: it stays theirs.

    Raises:
        UserError: visitors start none, or this one has as many at work as they may.
    """
    allowed = access()
    if allowed.mode == "full":
        return start()
    if allowed.mode == "read-only":
        check_full("Starting anything")
    with _lock:
        own = _started_by_visitors()[visitor()]
        own[:] = [one for one in own if one.status().may_run]
        if len(own) >= allowed.runs:
            raise UserError(
                f"{len(own)} of your runs are at work, as many as a visitor may have. Wait until one has ended, or "
                "cancel it on Train."
            )
        before = _at_work()
        run = start()
        if run.path in before:
            return run
        own.append(run)
    _once_it_works(run, allowed.minutes)
    return run


def check_own(run: WorkingDirectory, action: str) -> None:
    """Refuse what a visitor asks for with a run that another one started.

    Raises:
        UserError: the run is not theirs, and access is not full.
    """
    if run not in _started_by_visitors()[visitor()]:
        check_full(action)


def visitor() -> str:
    """Return who asks: by the name that a login in front of the app gave, else by their address or session."""
    context = st.context
    by_login = context.headers.get(LOGIN_HEADER)
    session = get_script_run_ctx()
    return str(by_login or context.ip_address or (session.session_id if session else ""))


def _at_work() -> set[Path]:
    """Return the directories of the runs and trainings that are at work, whoever started them."""
    from umeta.runs import list_runs
    from umeta.runs.encoder_training import list_trainings

    home = Home.from_environment()
    return {one.path for one in (*list_runs(home), *list_trainings(home)) if one.status().may_run}


def _once_it_works(run: WorkingDirectory, minutes: float) -> None:
    """Stop a run so many minutes after its turn in the queue has come."""
    if run.status().state == "queued":
        _after(QUEUE_SECONDS, _once_it_works, run, minutes)
    else:
        _after(60 * minutes, _stop, run)


def _after(seconds: float, action: Callable[..., None], *arguments: object) -> None:
    timer = threading.Timer(seconds, action, arguments)
    timer.daemon = True
    timer.start()


def _stop(run: WorkingDirectory) -> None:
    if run.status().may_run:
        cancel(run)


@st.cache_resource(show_spinner=False)
def _started_by_visitors() -> defaultdict[str, list[WorkingDirectory]]:
    """Return what each visitor started since the server began."""
    return defaultdict(list)
