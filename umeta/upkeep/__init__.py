"""Upkeep of a home: what its runs and studies still need of the cache, and removing what nothing refers to."""
