"""The facts of the System page."""

import os
import platform
import shutil
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import psutil
import streamlit as st

from umeta.cache import Home
from umeta.data import datasets_at_hand
from umeta.device import kind_at_hand
from umeta.disk_use import quota_of, size_text, use_by_kind
from umeta.runs.run_list import list_facts
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


@dataclass(frozen=True)
class Facts:
    """The texts of the System page."""

    machine: dict[str, str]
    versions: dict[str, str]
    storage: dict[str, str]
    quota: tuple[float, str] | None
    """The share of the quota that is used, and the same in words; None without a quota."""
    disk_share: float
    disk_text: str
    data_folders: list[str]
    runs: str
    unreadable: list[str]
    """Why runs cannot be read, and what to do."""
    licences: dict[str, str]


@st.cache_data(ttl=5, max_entries=4, show_spinner=False)
def collect_facts(home: Home) -> Facts:
    """Collect the facts; sizes may be a few seconds old."""
    used, memory = use_by_kind(home), psutil.virtual_memory()
    usage = shutil.disk_usage(next(path for path in (home.root, *home.root.parents) if path.exists()))
    statuses = [facts.status for facts in list_facts(home)]
    states = Counter(status.label for status in statuses)
    runs = ", ".join(f"{count} {state}" for state, count in states.most_common()) or "none yet"
    engines = "".join(f" **{name}:** {counts}." for name, counts in _engines(home).items())
    return Facts(
        machine={
            "device": _device(),
            "processor cores": f"{os.cpu_count()}",
            "memory": f"{size_text(memory.available)} free of {size_text(memory.total)}",
            "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        },
        versions={name: _version(name) for name in PACKAGES},
        storage={title: size_text(size) for title, size in used.items()}
        | {"in all": size_text(sum(used.values()))},
        quota=_quota(home, sum(used.values())),
        disk_share=1 - usage.free / usage.total,
        disk_text=f"Disk: {size_text(usage.free)} free of {size_text(usage.total)}",
        data_folders=[f"{path}{'' if path.exists() else '   (not there)'}" for path in home.data_folders],
        runs=f"**Runs:** {plain(runs)}.{engines}",
        unreadable=[status.message for status in statuses if status.state == "damaged"],
        licences={entry.title: f"{entry.licence} — {entry.source}" for entry in datasets_at_hand(home)},
    )


def _engines(home: Home) -> dict[str, str]:
    """Return how many cells of studies each engine has still to run and is running."""
    from umeta.studies.placement import ask_engines, last_tasks

    tasks = last_tasks(home)
    told = ask_engines(
        task for run_id, task in tasks.items() if not (home.runs / run_id / "result.json").exists()
    )
    counts = Counter((task.batch.record.engine, on_engine) for task, on_engine in told.items() if on_engine)
    engines = dict.fromkeys(engine for engine, _ in counts)
    words = {"running": "running", "pending": "queued"}
    return {
        plain(engine): ", ".join(
            f"{counts[engine, state]} {word}" for state, word in words.items() if counts[engine, state]
        )
        for engine in engines
    }


def _quota(home: Home, used: int) -> tuple[float, str] | None:
    quota = quota_of(home)
    if quota is None:
        return None
    text = f"Quota: {size_text(used)} of {size_text(quota)}"
    if used > quota:
        text += ". Above it no run starts: free some, or raise it"
    return used / max(1, quota), text


def _device() -> str:
    names = {"cpu": "CPU", "cuda": "GPU (cuda)", "mps": "GPU (Apple)"}
    return names[kind_at_hand().type]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "run from its source folder" if package == "umeta" else "not installed"
