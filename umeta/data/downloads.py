"""Downloads, only ever started by a click or a command, checked by their checksum."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from umeta.stage import OnStep, Step, UserError
from umeta.storage_errors import storage_error


@dataclass(frozen=True)
class Remote:
    """A file to be fetched."""

    address: str
    target: Path
    md5: str
    megabytes: float


def download_all(files: Sequence[Remote], *, on_step: OnStep) -> None:
    """Fetch the files that are not in their places yet, one after the other, checked by their checksums.

    Raises:
        UserError: no connection, or not the expected file; nothing half is left.
    """
    total = sum(file.megabytes for file in files)
    before = 0.0
    for file in files:

        def report(share: float, file: Remote = file, before: float = before) -> None:
            done = round((before + share * file.megabytes) * 1e6)
            on_step(Step("download", done, round(total * 1e6), note=file.target.name))

        download(file.address, file.target, md5=file.md5, on_share=report)
        before += file.megabytes


def download(address: str, target: Path, *, md5: str, on_share: Callable[[float], None]) -> None:
    """Fetch a file to `target`, calling `on_share` with the share done.

    The file appears at `target` when it is complete and its checksum is right, or not at all. A file that
    stands there with the right checksum is not fetched again; one with another checksum is replaced.

    Raises:
        UserError: no connection, or the address gave something else than the expected file.
        StorageError: the disk is full or not writable.
    """
    import pooch
    import requests

    pooch.get_logger().setLevel(logging.WARNING)
    # the stubs know neither a progress bar of one's own nor that this class is a downloader
    fetch: Any = pooch.HTTPDownloader(progressbar=cast(Any, _Progress(on_share)), timeout=30)
    by_hand = f"Try again, or get {address} by hand and put it into {target.parent}."
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        pooch.retrieve(address, f"md5:{md5}", fname=target.name, path=target.parent, downloader=fetch)
    except requests.RequestException as error:
        raise UserError(f"could not download {address}: {error}. {by_hand}") from error
    except OSError as error:
        raise storage_error(target, error) from error
    except ValueError as error:
        raise UserError(f"{address} did not give the expected file ({error}). {by_hand}") from error
    on_share(1.0)


class _Progress:
    """What pooch asks of a progress bar, turned into shares."""

    def __init__(self, on_share: Callable[[float], None]):
        self.total = 0
        self._done = 0
        self._on_share = on_share

    def update(self, n: int) -> None:
        self._done += n
        self._on_share(min(self._done / self.total, 1.0) if self.total else 0.0)

    def reset(self) -> None:
        self._done = 0

    def close(self) -> None:
        pass
