"""Seconds until there is a good map of Omniglot: `umeta bench first_map [--json] [--only layout screen]`.

*layout*: vectors on disk → positions on disk, each contender in a new process, as umap-learn and openTSNE do it with
their defaults. *screen*: `streamlit run`, then a link to Explore opened in a new Chromium, with an empty cache → the
finished map on screen, with clusters, colours and pictures; beside it a script that reads the same data set by umeta,
embeds it by the same encoder, lays it out by the peer's defaults and draws the dots to a file.

A map counts only if it is good: ours must keep 1.5 times the neighbours that umap-learn's keeps, and four fifths of
those that openTSNE's keeps after its 750 iterations. The equality figure is what it must keep over what it keeps.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import sync_playwright

import umeta
from tests.benchmarks.side_by_side import Case, Settings, measure, side_by_side
from tests.serving import FLAGS, chromium_path, serving
from umeta.cache import Home
from umeta.encoders import ENCODERS
from umeta.projections import preservation

ENCODER = "pretrained:glyphs" if "pretrained" in ENCODERS.methods else "pca"
MUST_KEEP = {"umap-learn": 1.5, "opentsne": 0.8}
"""The share of neighbours that our map must keep, as a multiple of the peer's."""
LAYOUTS = {
    "ours": "from umeta.projections import project\npositions = project(vectors, 'tsne')",
    "umap-learn": "from umap import UMAP\npositions = UMAP(random_state=0).fit_transform(vectors)",
    "opentsne": "from openTSNE import TSNE\npositions = TSNE(random_state=0).fit(vectors)",
}
EMBEDDED = f"""
import umeta
data = umeta.load("omniglot")
vectors = umeta.embed(data, {ENCODER!r}).vectors[data.meta_train]
"""
DRAWN = """
import matplotlib
matplotlib.use("agg")
from matplotlib import pyplot
pyplot.figure(figsize=(9, 9))
pyplot.scatter(*np.asarray(positions).T, s=1)
pyplot.savefig(folder / "map.png")
"""
FINISHED = "performance.getEntriesByName('umeta:map-drawn').some((mark) => mark.detail.finished)"


def main() -> None:
    """Measure as the command line asks."""
    packages = ("openTSNE", "umap-learn", "faiss-cpu", "streamlit", "numpy")
    measure("first_map", {"layout": layout, "screen": screen}, packages=packages)


def layout(settings: Settings) -> Case:
    """Lay out all vectors of Omniglot, each contender in a new process."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        np.save(folder / "vectors.npy", umeta.embed(umeta.load("omniglot"), ENCODER).vectors)
        vectors = 'vectors = np.load(folder / "vectors.npy")'
        runs = {peer: partial(_python, folder, peer, vectors, code) for peer, code in LAYOUTS.items()}
        return _compared("layout in a new process", folder, runs, settings)


def screen(settings: Settings) -> Case:
    """Open the map on a cold server in a browser, or run a script that draws it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        runs: dict[str, Callable[[], Path]] = {"ours": partial(_opened, folder)}
        for peer in MUST_KEEP:
            runs[peer] = partial(_python, folder, peer, EMBEDDED, LAYOUTS[peer] + DRAWN, fresh=True)
        return _compared("finished map on screen", folder, runs, settings)


def _compared(name: str, folder: Path, runs: Mapping[str, Callable[[], Path]], settings: Settings) -> Case:
    def shortfall(ours: Path, theirs: Path) -> float:
        vectors = np.load(folder / "vectors.npy")
        own, other = (
            preservation(vectors, np.load(file).astype(np.float32)).share for file in (ours, theirs)
        )
        sys.stderr.write(f"{name}: ours keeps {own:.3f}, {theirs.stem} {other:.3f}\n")
        return MUST_KEEP[theirs.stem] * other / own

    peers = {peer: runs[peer] for peer in MUST_KEEP}
    return side_by_side(
        name, ours=runs["ours"], peers=peers, at_most=1.0, settings=settings, difference=shortfall
    )


def _python(folder: Path, contender: str, given: str, code: str, *, fresh: bool = False) -> Path:
    """Run a script in a new process, with an empty home if it is to be fresh; return the file of its positions."""
    target = folder / f"{contender}.npy"
    head = f"from pathlib import Path\nimport numpy as np\nfolder = Path({str(folder)!r})\n{given}\n"
    script = f"{head}{code}\nnp.save({str(target)!r}, np.asarray(positions))\n"
    with TemporaryDirectory() as empty:
        home = {"UMETA_HOME": empty} if fresh else {}
        command = [sys.executable, "-W", "ignore", "-c", script]
        subprocess.run(command, check=True, env={**os.environ, **home})
    return target


def _opened(folder: Path) -> Path:
    """Start a server with an empty home, open the map in a new browser, and return the file of its positions."""
    with TemporaryDirectory() as empty:
        home = Home(Path(empty), Home.from_environment().data_folders)
        with serving(home) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{server.address}/explore?dataset=omniglot&encoder={ENCODER}", wait_until="commit")
            page.wait_for_function(FINISHED, timeout=300_000, polling=50)
            seconds = page.evaluate("performance.now()") / 1000
            browser.close()
        sys.stderr.write(f"{seconds:.1f} s of it from the link to the map\n")
        (positions,) = (
            file
            for file in home.products.glob("projections/*/positions.npy")
            if json.loads((file.parent / "made_from.json").read_text())["made_from"]["projection"]["name"]
            == "tsne"
        )
        (vectors,) = home.products.glob("embeddings/*/embedding.npy")
        np.save(folder / "vectors.npy", np.load(vectors)[umeta.load("omniglot").meta_train])
        return positions.rename(folder / "ours.npy")


if __name__ == "__main__":
    main()
