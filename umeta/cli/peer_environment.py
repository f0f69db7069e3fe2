"""An environment of their own for what the project is measured beside."""

import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from umeta.cache import Home
from umeta.messages import cut
from umeta.stage import UserError, content_hash


def peer_python(requirements: Path, home: Home) -> Path:
    """Return the Python of an environment with the peers, made on the first call under `home`.

    The peers are installed without what they depend on, and all else comes from the environment that this Python runs
    in, so that both sides compute with the very same torch and numpy. The folder is named by the hash of the
    requirements and of this Python; one that was not finished is made anew.

    Args:
        requirements: the pinned peers, with all that they import and the project does not have.
        home: where the environment is kept, in the folder `peers`.

    Raises:
        UserError: the environment cannot be made or the peers cannot be installed.
    """
    asked = {"requirements": requirements.read_text("utf-8"), "python": [sys.version, sys.prefix]}
    folder = home.root / "peers" / content_hash(asked)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    done = folder / "done"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            _run("venv", "--without-pip", str(folder))
            _run("pip", "--python", str(python), "install", "--quiet", "--no-deps", "-r", str(requirements))
            _see_the_project(python)
            done.touch()
    return python


def _see_the_project(python: Path) -> None:
    """Let an environment find whatever it does not have where this Python finds its packages."""
    words = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    theirs = Path(subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip())
    ours = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    lines = [f"import site; site.addsitedir({path!r})\n" for path in ours]
    (theirs / "project.pth").write_text("".join(lines), "utf-8")


def _run(module: str, *words: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, *words], capture_output=True, text=True)
    if done.returncode:
        said = cut((done.stderr or done.stdout).strip())
        raise UserError(
            f"The environment of the peers could not be made: {module} says {said}. "
            "It needs Python's venv and pip, and a network the first time."
        )
