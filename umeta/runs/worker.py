"""The process of a detached run: `python -m umeta.runs.worker RUN_DIRECTORY`."""

import logging
import signal
import sys
import threading
from pathlib import Path

from umeta.cache import Home
from umeta.runs.directory import RunDirectory
from umeta.stage import Cancelled, Step, UserError

log = logging.getLogger("umeta.worker")


def main(path: Path) -> int:
    """Execute the run of a directory; SIGTERM cancels it at its next step, when its state is whole."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())

    def stop_if_asked(step: Step) -> None:
        if stopped.is_set():
            raise Cancelled

    run = RunDirectory(path)
    try:
        run.write_status("running", message="starting")
        config = run.config()
        from umeta.runs.pipeline import execute  # torch is loaded after the first status is written

        execute(config, Home.from_environment(), run=run, on_step=stop_if_asked)
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


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
