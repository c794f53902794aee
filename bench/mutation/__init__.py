"""Deliberate small faults in rules, values, stages and publishing, and the tests that must notice."""
