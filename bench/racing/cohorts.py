"""The data of the comparison: a labelled cohort of each size, and its leftovers for those who link no others.

Made once and kept; what is only half made is made again.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import cohort
import duckdb

LEFTOVER = """
CREATE TABLE r AS SELECT file_row_number + 1 AS number, 身份证号 AS id_number, 姓名 AS name,
    证书编号 AS certificate, 毕业年份 AS year, 毕业学校 AS school
    FROM read_parquet('{data}/registrations.parquet', file_row_number = true);
CREATE TABLE d AS SELECT file_row_number + 1 AS number, 身份证号 AS id_number, 姓名 AS name,
    证书编号 AS certificate, substr(毕业日期, 1, 4) AS year, 院校名称 AS school
    FROM read_parquet('{data}/degrees.parquet', file_row_number = true);
CREATE TABLE b AS SELECT r.number AS r, d.number AS d FROM r JOIN d USING (id_number, name);
COPY (SELECT * FROM r ANTI JOIN b ON r.number = b.r ORDER BY number) TO '{data}/leftover_accounts.parquet';
COPY (SELECT * FROM d ANTI JOIN b ON d.number = b.d ORDER BY number) TO '{data}/leftover_degrees.parquet';
"""


def made(people: int, form: str, seed: int, folder: Path) -> Path:
    """The folder with `registrations`, `degrees` and `truth` of this size."""
    name = f"{people}-{form}-{seed}"
    place, building = folder / name, folder / f".{name}"
    if not place.exists():
        shutil.rmtree(building, ignore_errors=True)
        cohort.write(cohort.make(people, seed), building, form)
        if form == "parquet":
            with duckdb.connect() as connection:
                connection.execute(LEFTOVER.format(data=building))
        building.rename(place)
    return place
