"""What the first view of a page imports where all that it shows is stored: seconds of a cold server."""

import subprocess
import sys

from tests.serving import ROOT
from tests.ui.conftest import OpenPage

WITH_MAP = ("explore", "partitions", "tasks")
NAMES = ("start", *WITH_MAP, "data", "label", "results", "plane", "learn", "draw", "system")
"""Every page but Train, whose options are those of learners."""
VISIT = f"""
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({str(ROOT / "umeta/ui/frame/script.py")!r}, default_timeout=120)
app.query_params["dataset"] = "digits"
app.run()
for name in {NAMES}:
    app = app.switch_page(f"{ROOT}/pages/{{name}}.py").run()
    assert not app.exception, app.exception
    slow = [module for module in ("torch", "sklearn") if module in sys.modules]
    print(name, *slow)
"""


def test_nothing_that_shows_stored_things_imports_torch(open_page: OpenPage):
    for name in WITH_MAP:
        assert not open_page(name).exception  # what they show is stored now
    done = subprocess.run([sys.executable, "-c", VISIT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:-1] == list(NAMES)
