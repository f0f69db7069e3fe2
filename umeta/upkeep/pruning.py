"""What of a home can be removed because nothing needs it: first said, then removed.

Kept is whatever a stored run, a deleted run that can be brought back, or a cell of a study that was started here
needs; what was used within some days, and always within the last hour, on whatever host; and what a process of this
machine has mapped. All that is removed can be made again.
"""

import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from umeta.cache import PARTS, Home
from umeta.disk_use import PRODUCT_TITLES, folder_size
from umeta.file_locks import is_nobody_at_work_on
from umeta.runs.deletion import KEPT_DAYS, deleted_runs
from umeta.runs.directory_claims import holder_of, seconds_silent
from umeta.runs.slots import machine_folder
from umeta.upkeep.references import identity, references
from umeta.wording import counted

UNUSED_DAYS = 7.0
"""Days without use after which a product that nothing refers to is removed, unless others are given."""
RE_READ_DAYS = 30.0
"""Of images read from a data set's files, to which nothing refers by name."""
RE_READ = ("images", "near copies")
SILENT_DAYS = 7.0
"""Days without a sign of life after which the queue of another start of a machine is gone."""
HOUR, DAY, MINUTE = 3600.0, 86_400.0, 60.0
_WRITING = re.compile(r"^\.(.+\.\d+-\d+-[0-9a-f]{8}|claim-\d+\.[0-9a-f]{16}|import-.+)$|^part-")
"""Names of files and folders that a process writes beside their places, and moves there when they are whole."""


@dataclass(frozen=True)
class Removable:
    """Something that nothing needs."""

    path: Path
    kind: str
    reason: str
    size: int
    """In bytes."""


@dataclass(frozen=True)
class Plan:
    """What can be removed, and in a line what keeps other things that nothing may need."""

    removable: tuple[Removable, ...]
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """The bytes of all that can be removed."""
        return sum(one.size for one in self.removable)


def plan_pruning(home: Home, *, unused_days: float | int = UNUSED_DAYS) -> Plan:
    """Return what of a home can be removed; nothing is touched.

    Args:
        home: Where everything is kept.
        unused_days: Days without use after which a product goes that nothing refers to.
    """
    needed, unread = references(home)
    found = [*_unfinished(home), *_old_runs(home), *_old_pictures(home, unused_days), *_old_queues(home)]
    if not unread:
        found += _products(home, needed, unused_days)
        return Plan(tuple(found))
    runs = counted(len(unread), "run")
    note = (
        f"What {runs} need cannot be told, for their configs cannot be read ({', '.join(unread[:3])}): no product of "
        "the cache is removed. Install the package that their methods come from, update umeta if a later version wrote "
        "them, or delete them for good."
    )
    return Plan(tuple(found), (note,))


def prune(home: Home, *, unused_days: float | int = UNUSED_DAYS) -> Plan:
    """Remove what nothing needs, and return what that was."""
    plan = plan_pruning(home, unused_days=unused_days)
    for one in plan.removable:
        if seconds_silent(one.path / "made_from.json") > HOUR:  # else it was used meanwhile; others have none
            _remove(one.path)
    return plan


def _products(home: Home, needed: frozenset[str], unused_days: float | int) -> Iterator[Removable]:
    mapped = _mapped(home)
    for folder in _folders(home.products, "*/*"):
        file = folder / "made_from.json"
        if folder.name.startswith(".") or ".corrupt-" in folder.name or not file.exists():
            continue
        kind = folder.parent.name
        days = RE_READ_DAYS if kind in RE_READ else unused_days
        unused = seconds_silent(file)
        if unused < max(HOUR, days * DAY) or f"{kind}/{folder.name}" in mapped:
            continue
        if kind not in RE_READ and _is_needed(file, needed):
            continue
        title = PRODUCT_TITLES.get(kind, kind)
        reason = f"no run or study refers to it, and it was not used for {_in_words(unused)}"
        yield Removable(folder, title, reason, folder_size(folder))


def _is_needed(file: Path, needed: frozenset[str]) -> bool:
    """Return whether a product is needed; one whose record cannot be read is made anew where it is."""
    try:
        return identity(json.loads(file.read_bytes())["made_from"]) in needed
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return False


def _unfinished(home: Home) -> Iterator[Removable]:
    """Yield what processes began to write and left behind when they were killed, and products that were damaged."""
    for folder in _folders(home.products, "*/*"):
        silent = seconds_silent(folder)
        if ".corrupt-" in folder.name and silent > DAY:
            yield _left(folder, "damaged products", "it was damaged, and made anew")
        elif folder.name.startswith(".") and _is_left(folder, silent):
            yield _left(folder, "unfinished products", "the process that made it is gone")
    for folder in _folders(home.root / "making", "*"):
        if holder_of(folder).presence == "gone" and seconds_silent(folder) > MINUTE:
            yield _left(folder, "unfinished products", "the process that made it is gone")
    places = (home.root, home.runs, home.root / "media", *_folders(home.runs, "*"))
    for path in (path for place in places for path in _folders(place, "*")):
        if _WRITING.match(path.name) and seconds_silent(path) > DAY:
            yield _left(path, "unfinished files", "the process that wrote it is gone")


def _is_left(folder: Path, silent: float) -> bool:
    """Return whether the process is gone that makes a product: by its lock, or where there is none by its silence."""
    lock = folder / "lock" if folder.name.endswith(PARTS) else folder
    is_free = is_nobody_at_work_on(lock)
    newest = min([silent, *(seconds_silent(file) for file in _folders(folder, "*"))])
    return newest > DAY if is_free is None else is_free and newest > MINUTE


def _old_runs(home: Home) -> Iterator[Removable]:
    for run in deleted_runs(home):
        days = (time.time() - run.deleted) / DAY
        if days >= KEPT_DAYS:
            yield _left(run.path, "deleted runs", f"it was deleted {days:.0f} days ago")


def _old_pictures(home: Home, unused_days: float | int) -> Iterator[Removable]:
    for file in _folders(home.root / "media", "*"):
        unused = seconds_silent(file)
        if not file.name.startswith("part-") and unused > max(HOUR, unused_days * DAY):
            reason = f"no page has drawn it for {_in_words(unused)}"
            yield Removable(file, "pictures for the browser", reason, folder_size(file))


def _old_queues(home: Home) -> Iterator[Removable]:
    """Yield the queues of starts of machines that are over; each start has one of its own."""
    for folder in _folders(home.root / "queue", "*"):
        files = [path for path in _folders(folder, "**/*") if path.is_file()]
        silent = min(seconds_silent(path) for path in files or [folder])
        if folder != machine_folder(home) and silent > SILENT_DAYS * DAY:
            reason = f"nothing has waited or worked by it for {_in_words(silent)}"
            yield Removable(folder, "queues of other starts of a machine", reason, folder_size(folder))


def _folders(place: Path, pattern: str) -> list[Path]:
    try:
        return sorted(place.glob(pattern))
    except OSError:
        return []


def _left(path: Path, kind: str, reason: str) -> Removable:
    return Removable(path, kind, reason, folder_size(path))


def _mapped(home: Home) -> set[str]:
    """Return the products, as `kind/hash`, of which a process of this machine has a file mapped; none without /proc."""
    name = re.compile(re.escape(f"{home.products}/").encode() + rb"([^/\n]+/[^/\n]+)/")
    mapped = set[str]()
    for maps in Path("/proc").glob("[0-9]*/maps"):
        with suppress(OSError):  # it has ended, or is another person's
            mapped |= {match.decode(errors="replace") for match in name.findall(maps.read_bytes())}
    return mapped


def _remove(path: Path) -> None:
    """Remove a file or folder; a folder first leaves its place, so that nobody reads half of it."""
    with suppress(OSError):  # another person's, or gone meanwhile
        if not path.is_dir():
            path.unlink()
            return
        aside = path if path.name.startswith(".") else path.with_name(f".{path.name}.pruned")
        path.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def _in_words(seconds: float) -> str:
    days = int(seconds // DAY)
    return counted(days, "day") if days else counted(int(seconds // HOUR), "hour")
