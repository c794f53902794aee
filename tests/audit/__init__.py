"""Rates that can be trusted: the sample, its answers, and the ID numbers hidden."""
