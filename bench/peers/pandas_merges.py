"""The exact rules as pandas merges, on as few columns as they need: `python pandas_merges.py DATA OUT`."""

import sys
from pathlib import Path

import pandas as pd


def main() -> None:
    data, out = map(Path, sys.argv[1:3])
    accounts = pd.read_parquet(
        data / "registrations.parquet", columns=["姓名", "身份证号", "证书编号", "毕业年份", "毕业学校"]
    )
    degrees = pd.read_parquet(
        data / "degrees.parquet", columns=["姓名", "身份证号", "证书编号", "毕业日期", "院校名称"]
    )
    for table in (accounts, degrees):
        for column in table.columns:
            table[column] = table[column].str.strip()
    accounts["registration"] = range(1, len(accounts) + 1)
    degrees["degree"] = range(1, len(degrees) + 1)
    degrees["毕业年份"] = degrees["毕业日期"].str[:4]
    known = degrees[degrees["身份证号"].notna()]
    bound = accounts.merge(known, on=["身份证号", "姓名"])[["registration", "degree"]]
    claims = accounts[~accounts["registration"].isin(bound["registration"]) & accounts["证书编号"].notna()]
    unknown = degrees[degrees["身份证号"].isna()].rename(columns={"院校名称": "毕业学校"})
    claimed = claims.merge(unknown, on=["姓名", "证书编号", "毕业年份", "毕业学校"])[
        ["registration", "degree"]
    ]
    pd.concat([bound, claimed]).to_parquet(out / "bound.parquet")


if __name__ == "__main__":
    main()
