"""The floor: one join on ID number and name, with how certificate, year and school stand. Plain DuckDB.

`python floor_join.py DATA OUT`
"""

import sys
from pathlib import Path

import duckdb

JOIN = """
COPY (
    SELECT r.file_row_number + 1 AS registration, d.file_row_number + 1 AS degree,
           r.证书编号 = d.证书编号 AS certificate, r.毕业年份 = substr(d.毕业日期, 1, 4) AS year,
           r.毕业学校 = d.院校名称 AS school
    FROM read_parquet('{data}/registrations.parquet', file_row_number = true) AS r
    JOIN read_parquet('{data}/degrees.parquet', file_row_number = true) AS d
      ON r.身份证号 = d.身份证号 AND r.姓名 = d.姓名
) TO '{out}/bound.parquet' (FORMAT parquet)
"""


def main() -> None:
    data, out = sys.argv[1:3]
    Path(out).mkdir(parents=True, exist_ok=True)
    duckdb.connect().execute(JOIN.format(data=data, out=out))


if __name__ == "__main__":
    main()
