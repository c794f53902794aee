"""Labelled synthetic cohorts: input files as they come from real systems, and the truth of each row.

`sample.make` writes a cohort, `score.score` compares a finished run with its truth. Labels come from the
contract, never from running the tool. A new situation is one function in `situations/`.
"""
