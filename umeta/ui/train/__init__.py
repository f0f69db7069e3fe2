"""The Train page: launching a run, the runs as cards with live curves, and the studies."""
