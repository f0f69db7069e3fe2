import os
import subprocess
import sys

from umeta.cache import Home


def umeta(home: Home, *words: str, data: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    environment = {**os.environ, "UMETA_HOME": str(home.root), "COLUMNS": "200", "PYTHONWARNINGS": "error"}
    if data is not None:
        environment["UMETA_DATA"] = data
    return subprocess.run(
        [sys.executable, "-m", "umeta", *words], capture_output=True, text=True, env=environment
    )
