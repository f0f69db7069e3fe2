"""The parts of the Plane page."""
