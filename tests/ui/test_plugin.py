"""A package of somebody else's, installed: its methods are found, named rightly and shown like those that come with
umeta. The package is `tests/plugin_package`, whose code docs/add-a-method.md shows."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serving import ROOT
from tests.ui.conftest import OpenPage, texts
from umeta.baselines import BASELINES
from umeta.cache import Home
from umeta.encoders import ENCODERS
from umeta.evaluation.method_id import MethodKind
from umeta.learners import LEARNERS
from umeta.partitions import PARTITIONS
from umeta.results.contenders import contenders, settings_of
from umeta.results.finished_run import FinishedRun
from umeta.results.headline import main_differences
from umeta.runs import RunDirectory
from umeta.tasks import SOURCES

pytestmark = pytest.mark.process

PACKAGE = ROOT / "tests/plugin_package"
MAX_LINES = 40
NAMES = {
    "encoder": (ENCODERS, "linear-autoencoder"),
    "partition": (PARTITIONS, "slices"),
    "source": (SOURCES, "single-images"),
    "learner": (LEARNERS, "linear-protonets"),
    "baselines": (BASELINES, "random-forest"),
}
RUN = (
    *("dataset=digits", "encoder=linear-autoencoder", "encoder.epochs=3", "learner=linear-protonets"),
    *("learner.iterations=5", "baselines=random-forest,nearest-neighbour", "test.n_tasks=20", "device=cpu"),
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the package is installed into."""
    folder = tmp_path_factory.mktemp("plugin")
    source = shutil.copytree(PACKAGE, folder / "source")  # building writes beside the source
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pip += ["--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, "--target", str(folder / "site"), str(source)], check=True)
    return folder / "site"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    root = tmp_path_factory.mktemp("plugin-home")
    return Home(root, (root / "data",))


@pytest.fixture
def registered(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package in this process, too: registries read the entry points once."""
    monkeypatch.syspath_prepend(str(installed))
    _forget_entry_points()
    yield
    _forget_entry_points()


@pytest.fixture(scope="module")
def clustered(installed: Path, home: Home) -> dict[str, Any]:
    """A run of the encoder, the strategy, the learner and the baseline."""
    return _umeta(installed, home, "run", *RUN, "partition=slices", "partition.n_clusters=10")


@pytest.fixture(scope="module")
def sourced(installed: Path, home: Home) -> dict[str, Any]:
    """The same with the task source, which asks for no partition."""
    return _umeta(installed, home, "run", *RUN, "source=single-images")


def test_the_command_lists_its_methods_with_their_options(installed: Path, home: Home) -> None:
    methods = {(row["section"], row["name"]): row["options"] for row in _umeta(installed, home, "methods")}
    assert {(section, name) for section, (_, name) in NAMES.items()} <= methods.keys()
    assert methods["encoder", "linear-autoencoder"] == {"dim": 16, "epochs": 20}


def test_results_name_its_learner_by_what_it_was_trained_on(
    clustered: dict[str, Any], sourced: dict[str, Any]
) -> None:
    assert _named(clustered) == {
        "CACTUs-linear-protonets": MethodKind.CLUSTERS,
        "random-forest": MethodKind.BASELINE,
        "nearest-neighbour": MethodKind.BASELINE,
    }
    assert _named(sourced)["SingleImages-linear-protonets"] == MethodKind.OTHER_SOURCE
    assert not [name for name in _named(sourced) if name.startswith("CACTUs")]
    assert {row["bn"] for row in clustered["results"]} == {None}


def test_a_baseline_called_random_forest_is_a_baseline_and_never_the_headline(
    clustered: dict[str, Any], home: Home
) -> None:
    run = FinishedRun.of(RunDirectory.find(clustered["run_id"], home))
    assert run is not None
    methods = contenders([run], settings_of([run])[0])
    kinds = {method.method.name: method.method.kind for method in methods}
    assert kinds["random-forest"] is MethodKind.BASELINE
    assert main_differences(methods)[0].a.method.name == "CACTUs-linear-protonets"


def test_the_results_page_shows_them(
    clustered: dict[str, Any],
    sourced: dict[str, Any],
    registered: None,
    home: Home,
    open_page: OpenPage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("UMETA_HOME", str(home.root))
    app = open_page("results", run=clustered["run_id"])
    assert not app.exception
    assert app.subheader[0].value.startswith("CACTUs-linear-protonets")
    app = open_page("results", run=sourced["run_id"])
    assert not app.exception
    assert app.subheader[0].value.startswith("SingleImages-linear-protonets")


def test_the_app_asks_before_it_trains_an_encoder_whose_length_is_called_otherwise(
    registered: None, open_page: OpenPage
) -> None:
    app = open_page("explore", encoder="linear-autoencoder")
    assert not app.exception
    assert "The encoder **linear-autoencoder** is not trained on these images yet" in texts(app)


def test_the_app_offers_its_strategy_with_the_number_of_clusters(
    registered: None, open_page: OpenPage
) -> None:
    app = open_page("partitions", partition="slices", n_clusters="12")
    assert not app.exception
    assert "A: slices, 12 clusters" in texts(app)


@pytest.mark.parametrize("file", sorted(PACKAGE.glob("umeta_plugin/*.py")), ids=lambda file: file.stem)
def test_a_method_is_short(file: Path) -> None:
    lines = [line.strip() for line in file.read_text().splitlines()]
    assert len([line for line in lines if line and not line.startswith('"""')]) <= MAX_LINES


def _umeta(installed: Path, home: Home, *words: str) -> Any:
    """Run the command where the package is installed and return what it prints."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(installed), str(ROOT))),
        "UMETA_HOME": str(home.root),
    }
    command = [sys.executable, "-m", "umeta", *words, "--json"]
    printed = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert printed.returncode == 0, printed.stderr
    return json.loads(printed.stdout)


def _named(result: dict[str, Any]) -> dict[str, str]:
    """Return the kind of each method of a result by its name."""
    return {row["method"]: row["method_id"]["kind"] for row in result["results"]}


def _forget_entry_points() -> None:
    for registry, _ in NAMES.values():
        registry.__dict__.pop("methods", None)
