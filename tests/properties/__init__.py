"""What holds for any input: properties, a stateful model, and labelled people without files."""
