"""Projections: embeddings → positions to look at. Every score is computed in the embedding, never in a projection.

`project` lays items out by a method of `PROJECTIONS`; `preservation` says how far the map can be believed.
"""

from umeta.projections.preservation import Preservation, describe_preservation, preservation
from umeta.projections.project import PROJECTIONS, Projection, project
from umeta.projections.space import seen_from

__all__ = [
    "PROJECTIONS",
    "Preservation",
    "Projection",
    "describe_preservation",
    "preservation",
    "project",
    "seen_from",
]
