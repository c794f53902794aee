"""What happens to runs and decisions when the disk, the power or another run gets in the way."""
