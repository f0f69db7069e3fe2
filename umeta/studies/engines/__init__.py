"""Where the cells of a study run: processes of this machine, SLURM, Ray. All execute the same runs.

This machine's processes are started and watched (`local`). The others are handed a batch of cells and left alone: the
directories of the runs say how far each cell is, and the engine tells only a cell that is queued from one that is lost.
"""

from umeta.stage import UserError
from umeta.studies.engines.engine import Engine

LOCAL = "local"
RAY = "ray://"


def engine_of(on: str) -> Engine:
    """Return the engine that `--on` names.

    Raises:
        UserError: there is no such engine.
    """
    if on == "slurm":
        from umeta.studies.engines.slurm import Slurm

        return Slurm()
    if on.startswith(RAY):
        from umeta.studies.engines.ray_cluster import RayCluster

        return RayCluster(on)
    raise UserError(f"--on {on} is no engine. Choose one of: {LOCAL}, slurm, {RAY}HOST:PORT.")
