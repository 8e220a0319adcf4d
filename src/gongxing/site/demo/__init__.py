"""The invented county 青禾县（演示）: the same for the same seed and scale, and every record says that it is invented."""
