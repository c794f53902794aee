"""The manual: drawn cases that a registrar can read, run on every engine."""
