"""The invented letters: scripts, the hands that write them, and drawing them."""
