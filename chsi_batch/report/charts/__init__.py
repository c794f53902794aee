"""The pictures of a run: each takes a run and a language and returns a matplotlib Figure.

The numbers come from `report.numbers` and `report.totals`, counted before anything is drawn; the functions
`…_of` take them ready counted. Nothing personal is drawn, and nothing depends on the fonts of the machine.
"""

from chsi_batch.report.charts.alluvial import flow, flow_of
from chsi_batch.report.charts.by_column import data_quality, data_quality_of
from chsi_batch.report.charts.by_party import exceptions, exceptions_of
from chsi_batch.report.charts.by_run import trend_of
from chsi_batch.report.charts.by_school import bound_share, bound_share_of
from chsi_batch.report.charts.by_source import accounts, accounts_of
from chsi_batch.report.charts.dressing import png, svg
from chsi_batch.report.charts.upset import failing_together, failing_together_of
from chsi_batch.report.charts.waterfall import residuals, residuals_of

__all__ = [
    "accounts", "accounts_of", "bound_share", "bound_share_of", "data_quality", "data_quality_of",
    "exceptions", "exceptions_of", "failing_together", "failing_together_of", "flow", "flow_of", "png",
    "residuals", "residuals_of", "svg", "trend_of",
]  # fmt: skip
