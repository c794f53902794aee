"""The exact rules and the evidence joins in polars: `python polars_joins.py DATA OUT`.

Lazy scans, so polars reads only the columns it needs and runs what it can in parallel.
"""

import sys
from pathlib import Path

import polars as pl

PAIR = ["registration", "degree"]
ACCOUNTS = ["姓名", "身份证号", "证书编号", "毕业年份", "毕业学校"]
DEGREES = ["姓名", "身份证号", "证书编号", "毕业日期", "院校名称"]


def read(path: Path, columns: list[str], number: str) -> pl.LazyFrame:
    table = pl.scan_parquet(path).select(pl.col(columns).str.strip_chars())
    return table.with_row_index(number, offset=1)


def main() -> None:
    data, out = map(Path, sys.argv[1:3])
    accounts = read(data / "registrations.parquet", ACCOUNTS, "registration")
    degrees = read(data / "degrees.parquet", DEGREES, "degree")
    degrees = degrees.with_columns(毕业年份=pl.col("毕业日期").str.slice(0, 4), 毕业学校=pl.col("院校名称"))
    by_id = accounts.join(degrees, on=["身份证号", "姓名"]).select(PAIR)
    unknown = degrees.filter(pl.col("身份证号").is_null())
    by_claim = accounts.join(unknown, on=["姓名", "证书编号", "毕业年份", "毕业学校"]).select(PAIR)
    bound = pl.concat([by_id, by_claim])
    left_accounts = accounts.join(bound, on="registration", how="anti")
    left_degrees = degrees.join(bound, on="degree", how="anti")
    evidence = pl.concat(
        [
            left_accounts.join(left_degrees, on=keys).select(*PAIR, pl.lit("+".join(keys)).alias("by"))
            for keys in (["身份证号"], ["证书编号"], ["姓名", "毕业学校", "毕业年份"])
        ]
    )
    told = pl.collect_all([bound, evidence, left_accounts, left_degrees])
    for name, table in zip(("bound", "evidence", "open_accounts", "open_degrees"), told, strict=True):
        table.write_parquet(out / f"{name}.parquet")


if __name__ == "__main__":
    main()
