"""What changed between two runs: rows matched by what matching uses of them, each row in exactly one class.

`rows` gives every row its key and its end, `pairing` finds the same row in both runs, `classes` says what
became of it, `comparison` counts and closes, `telling` and `workbook` show it, `diff` is the command.
"""
