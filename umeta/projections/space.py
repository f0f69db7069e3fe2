"""Points in space as they are seen from a side: the map in the browser turns them in the same way."""

import numpy as np
from jaxtyping import Float, Float32


def seen_from(
    positions: Float[np.ndarray, "n_points 3"], yaw: float, pitch: float
) -> Float32[np.ndarray, "n_points 2"]:
    """Turn points about the upright axis, tilt them towards the viewer, and leave their depth away.

    Args:
        positions: Places in space.
        yaw: In radians.
        pitch: In radians.
    """
    x, y, z = np.asarray(positions, float).T
    deep = z * np.cos(yaw) - x * np.sin(yaw)
    across, up = x * np.cos(yaw) + z * np.sin(yaw), y * np.cos(pitch) - deep * np.sin(pitch)
    return np.stack([across, up], axis=1).astype(np.float32)
