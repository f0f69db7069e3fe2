"""The command that lists the queue of this machine and changes its order."""

import time
from pathlib import Path
from typing import Annotated

import typer

from umeta.cache import Home
from umeta.cli.printing import AsJson, err, print_rows
from umeta.runs.queue import move, positions, waiting
from umeta.runs.slots import works_in_slots
from umeta.stage import UserError
from umeta.wording import duration

COLUMNS = ("state", "position", "device", "work", "waited")


def queue(
    work: Annotated[str | None, typer.Argument(metavar="[RUN]", help="What is to be moved.")] = None,
    to: Annotated[int, typer.Option(min=1, help="The position to move it to.")] = 1,
    as_json: AsJson = False,
) -> None:
    """List what works on this machine and what waits for its turn; or move a run to another position.

    A device has one slot, or as many as UMETA_CPU_SLOTS says for the CPU. Without --to, RUN is moved to the front.
    """
    home = Home.from_environment()
    if work is not None:
        chosen = _chosen(work, home)
        move(chosen, to, home)
        number, n_waiting = positions(home).get(chosen, (0, 0))
        err.print(f"{chosen.name} is number {number} of {n_waiting}.", soft_wrap=True, highlight=False)
        return
    rows: list[dict[str, object]] = [
        {
            "state": "running",
            "position": None,
            "device": slot.rpartition("-")[0],
            "work": path.name,
            "waited": None,
        }
        for slot, path in works_in_slots(home).items()
    ]
    numbers = positions(home)
    for place in waiting(home):
        seconds = round(max(0.0, time.time() - place.since))
        waited = seconds if as_json else duration(seconds)
        number = numbers.get(place.work, (0, 0))[0]
        rows.append(
            {
                "state": "queued",
                "position": number,
                "device": place.device,
                "work": place.work.name,
                "waited": waited,
            }
        )
    print_rows(rows, as_json, columns=COLUMNS)


def _chosen(work: str, home: Home) -> Path:
    """Return what waits by its name, or an unambiguous beginning or end of it.

    Raises:
        UserError: nothing or several match; what waits is listed.
    """
    names = {place.work.name: place.work for place in waiting(home)}
    matches = [name for name in names if name.startswith(work) or name.endswith(work)]
    chosen = [work] if work in names else matches
    if len(chosen) != 1:
        here = ", ".join(names) or "nothing"
        raise UserError(f"{work!r} matches {len(chosen)} of what waits. Waiting: {here}.")
    return names[chosen[0]]
