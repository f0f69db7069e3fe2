"""The facts of the System page."""

import os
import platform
import shutil
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil
import streamlit as st

from umeta.cache import Home
from umeta.data import datasets_at_hand
from umeta.runs import list_runs
from umeta.ui.frame.text import plain

PACKAGES = (
    "umeta",
    "streamlit",
    "torch",
    "faiss-cpu",
    "umap-learn",
    "openTSNE",
    "scikit-learn",
    "numpy",
    "plotly",
    "pandas",
)
PRODUCT_TITLES = {
    "images": "images, ready to use",
    "encoders": "fitted encoders",
    "embeddings": "embeddings",
    "partitions": "partitions",
    "projections": "maps",
}


@dataclass(frozen=True)
class Facts:
    """The texts of the System page."""

    machine: dict[str, str]
    versions: dict[str, str]
    storage: dict[str, str]
    disk_share: float
    disk_text: str
    data_folders: list[str]
    runs: str
    licences: dict[str, str]


@st.cache_data(ttl=5, max_entries=4, show_spinner=False)
def collect_facts(home: Home) -> Facts:
    """Collect the facts; sizes may be a few seconds old."""
    usage = shutil.disk_usage(next(path for path in (home.root, *home.root.parents) if path.exists()))
    states = Counter(run.status().state for run in list_runs(home))
    runs = ", ".join(f"{count} {state}" for state, count in states.most_common()) or "none yet"
    return Facts(
        machine={
            "device": _device(),
            "processor cores": f"{os.cpu_count()}",
            "memory": f"{_size(psutil.virtual_memory().available)} free of {_size(psutil.virtual_memory().total)}",
            "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        },
        versions={name: _version(name) for name in PACKAGES},
        storage=_storage(home),
        disk_share=1 - usage.free / usage.total,
        disk_text=f"Disk: {_size(usage.free)} free of {_size(usage.total)}",
        data_folders=[f"{path}{'' if path.exists() else '   (not there)'}" for path in home.data_folders],
        runs=f"**Runs:** {runs}.",
        licences={entry.title: f"{entry.licence} — {entry.source}" for entry in datasets_at_hand(home)},
    )


def _device() -> str:
    from umeta.device import pick_device

    names = {"cpu": "CPU", "cuda": "GPU (cuda)", "mps": "GPU (Apple)"}
    return names[pick_device("auto").type]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "run from its source folder" if package == "umeta" else "not installed"


def _storage(home: Home) -> dict[str, str]:
    sizes = {}
    kinds = sorted(path.name for path in home.products.iterdir()) if home.products.exists() else []
    for kind in kinds:
        sizes[PRODUCT_TITLES.get(kind, plain(kind))] = _size(folder_size(home.products / kind))
    parts = {"runs": home.runs, "downloads": home.downloads, "pictures for the browser": home.root / "media"}
    return sizes | {name: _size(folder_size(path)) for name, path in parts.items()}


def folder_size(folder: Path) -> int:
    """Return the bytes of all files under a folder; files that vanish meanwhile count nothing."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).lstat().st_size
            except OSError:
                continue
    return total


def _size(n_bytes: float | int) -> str:
    for unit, n_bytes_in_unit in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if n_bytes >= n_bytes_in_unit:
            return f"{n_bytes / n_bytes_in_unit:,.1f} {unit}"
    return f"{n_bytes:.0f} B"
