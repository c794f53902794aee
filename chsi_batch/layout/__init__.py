"""Where the table sits on a sheet: header names and rows, rows around and inside the table, cells as text."""
