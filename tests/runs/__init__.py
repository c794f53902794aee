"""What people do with the program, from the command line to the finished folder."""
