"""Projections: embeddings → positions to look at. Every score is computed in the embedding, never in a projection."""

from umeta.projections.project import PROJECTIONS, project

__all__ = ["PROJECTIONS", "project"]
