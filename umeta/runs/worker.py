"""The process of a detached run: `python -m umeta.runs.worker RUN_DIRECTORY`."""

import logging
import signal
import sys
from pathlib import Path
from types import FrameType

from umeta.cache import Home
from umeta.runs.directory import RunDirectory
from umeta.stage import Cancelled, UserError

log = logging.getLogger("umeta.worker")


def main(path: Path) -> int:
    """Execute the run of a directory; SIGTERM cancels it."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, _cancel)
    run = RunDirectory(path)
    try:
        run.write_status("running", message="starting")
        config = run.config()
        from umeta.runs.pipeline import execute  # torch is loaded after the first status is written

        execute(config, Home.from_environment(), run=run)
    except Cancelled as cancelled:
        log.info("%s", cancelled)
    except UserError as error:
        log.error("%s", error)
        run.write_status("failed", message=str(error)[:2000])
        return 1
    except Exception as error:
        log.exception("the run failed")
        run.write_status("failed", message=f"{type(error).__name__}: {error}"[:2000])
        return 1
    return 0


def _cancel(signum: int, frame: FrameType | None) -> None:
    raise Cancelled("SIGTERM")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
