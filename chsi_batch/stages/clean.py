"""Puts cleaned rows where later stages find them; what cleaning is, `chsi_batch.cleaning` says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chsi_batch.cleaning import CLEANERS, degrees, enrolments, registrations
from chsi_batch.results import RECORD_TABLES

if TYPE_CHECKING:
    import pyarrow as pa

    from chsi_batch.engines.base import Growing
    from chsi_batch.terms import Side

__all__ = ["CLEANERS", "clean", "degrees", "enrolments", "registrations"]


def clean(engine: Growing, side: Side, keys: pa.Table) -> None:
    """Add cleaned rows to `registrations`, `degrees` or `enrolments`."""
    engine.append(RECORD_TABLES[side], keys)
