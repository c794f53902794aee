"""What must not matter, or matter in one known way, over whole runs from files to tables."""
