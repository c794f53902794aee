"""What the proofs of safe output, privacy and equal bytes share."""
