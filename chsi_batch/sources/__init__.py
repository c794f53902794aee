"""One file format each: from bytes to sheets of typed cells, with row numbers as a person sees them."""
