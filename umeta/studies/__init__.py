"""Studies: grids of runs described in YAML, their cells, and running those that are not finished."""
