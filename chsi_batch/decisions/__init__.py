"""What reviewers decided: an append-only log beside a run, and what stands in it (contract, section 8).

A decision is about one pair of rows, known by their `row_keys`, so that it is found again wherever the rows
stand in a later export, and does nothing once a matching value of either has changed.
"""
