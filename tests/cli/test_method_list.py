import subprocess
import sys

from umeta.baselines import BASELINES
from umeta.cli.method_list import LIST, list_text, listed_methods
from umeta.runs.config import SECTIONS


def test_the_list_holds_what_the_methods_themselves_say():
    assert LIST.read_text("utf-8") == list_text(), "run python -m docs.generate"


def test_every_method_has_a_row():
    rows = {(row["section"], row["name"]) for row in listed_methods()}
    registries = {**SECTIONS, "baselines": BASELINES}
    assert rows == {(section, name) for section, registry in registries.items() for name in registry.methods}


def test_listing_imports_neither_torch_nor_what_takes_long():
    code = (
        "import sys; from umeta.cli.app import app; app(['methods'], standalone_mode=False); "
        "print([name for name in ('torch', 'sklearn', 'faiss', 'pandas', 'umap') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip().splitlines()[-1] == "[]"
