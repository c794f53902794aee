"""What a registrar gives back: a filled-in exception report becomes entries of the log beside its run."""
