"""What the package is built from."""
