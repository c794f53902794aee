"""The numbers behind each picture: frozen, counted from the tables of a run, closing on its totals."""
