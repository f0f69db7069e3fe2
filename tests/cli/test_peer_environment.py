import subprocess
import sys
from pathlib import Path

import numpy
import pytest

from umeta.cache import Home
from umeta.cli.peer_environment import peer_python
from umeta.stage import UserError

PACKAGE = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "a-peer"
version = "1"
"""
BACKEND = """
import zipfile

METADATA = "Metadata-Version: 2.1\\nName: a-peer\\nVersion: 1\\nRequires-Dist: numpy==0.1\\n"
TAGS = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"

def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "a_peer-1-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.writestr("a_peer.py", "import numpy\\nwhere = numpy.__file__\\n")
        wheel.writestr("a_peer-1.dist-info/METADATA", METADATA)
        wheel.writestr("a_peer-1.dist-info/WHEEL", TAGS)
        wheel.writestr("a_peer-1.dist-info/RECORD", "")
    return name
"""


@pytest.mark.process
def test_peers_use_the_numpy_of_the_project_and_are_not_seen_by_it(home: Home, tmp_path: Path):
    source = tmp_path / "a_peer"
    source.mkdir()
    (source / "pyproject.toml").write_text(PACKAGE)
    (source / "backend.py").write_text(BACKEND)
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"{source}\n")
    python = peer_python(requirements, home)
    words = [str(python), "-c", "import a_peer; print(a_peer.where)"]
    found = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    assert found == numpy.__file__
    assert subprocess.run([sys.executable, "-c", "import a_peer"], capture_output=True).returncode != 0
    assert peer_python(requirements, home) == python


@pytest.mark.process
def test_peers_that_cannot_be_installed_are_said_and_tried_again(home: Home, tmp_path: Path):
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"{tmp_path / 'absent'}\n")
    for _ in range(2):
        with pytest.raises(UserError, match="environment of the peers could not be made"):
            peer_python(requirements, home)
