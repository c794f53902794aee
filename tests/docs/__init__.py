"""What the README and the notebooks promise, and the programs that write their generated parts."""
