"""Binds CHSI real-name accounts to ministry degree records and explains every row that does not bind."""

__version__ = "0.1.0"
