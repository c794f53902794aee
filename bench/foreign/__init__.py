"""Foreign files: hostile ones, mutated ones, odd but honest ones; and how they are read and counted."""
