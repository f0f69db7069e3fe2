"""The Partitions page: two partitions side by side, and a section for each question about them."""
