"""A slow, plain reading of the contract, sections 5 to 7, to hold the engine against."""

from .contract import Result, settle

__all__ = ["Result", "settle"]
