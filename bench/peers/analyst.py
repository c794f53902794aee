"""What an analyst writes: read_excel, merge, a loop with rapidfuzz over the leftovers, to_excel.

`python analyst.py DATA OUT`. Two things more than most would do: IDs are read as text, and the loop looks
only at accounts of the same family name, with rapidfuzz's own loop over them (`extractOne`).
"""

import sys
from pathlib import Path

import pandas as pd
from rapidfuzz import fuzz, process

ALIKE = 90
"""Of 100: what counts as nearly the same ID number."""


def read(path: Path) -> pd.DataFrame:
    table = pd.read_excel(path, dtype=str)
    for column in table.columns:
        table[column] = table[column].str.strip()
    table["行"] = range(1, len(table) + 1)
    return table


def near(accounts: pd.DataFrame, degrees: pd.DataFrame) -> pd.DataFrame:
    families = {
        family: dict(zip(rows["行"], rows["身份证号"], strict=True))
        for family, rows in accounts.dropna(subset=["身份证号", "姓名"]).groupby(accounts["姓名"].str[0])
    }
    found = []
    for row, name, number in zip(degrees["行"], degrees["姓名"], degrees["身份证号"], strict=True):
        if isinstance(number, str) and isinstance(name, str):
            best = process.extractOne(
                number, families.get(name[0], {}), scorer=fuzz.ratio, score_cutoff=ALIKE
            )
            if best:
                found.append((best[2], row, best[1]))
    return pd.DataFrame(found, columns=["registration", "degree", "score"])


def main() -> None:
    data, out = map(Path, sys.argv[1:3])
    accounts, degrees = read(data / "registrations.xlsx"), read(data / "degrees.xlsx")
    known = degrees.dropna(subset=["身份证号"])
    bound = accounts.merge(known, on=["身份证号", "姓名"], suffixes=("", "_学历"))
    open_accounts = accounts[~accounts["行"].isin(bound["行"])]
    open_degrees = degrees[~degrees["行"].isin(bound["行_学历"])]
    claims = open_accounts.merge(
        open_degrees[open_degrees["身份证号"].isna()], on=["姓名", "证书编号"], suffixes=("", "_学历")
    )
    claims = claims[
        (claims["毕业学校"] == claims["院校名称"]) & (claims["毕业年份"] == claims["毕业日期"].str[:4])
    ]
    bound = pd.concat([bound, claims])
    open_accounts = open_accounts[~open_accounts["行"].isin(claims["行"])]
    open_degrees = open_degrees[~open_degrees["行"].isin(claims["行_学历"])]
    suggested = near(open_accounts, open_degrees)
    bound.to_excel(out / "绑定.xlsx", index=False)
    with pd.ExcelWriter(out / "例外.xlsx") as book:
        open_accounts.to_excel(book, sheet_name="账号", index=False)
        open_degrees.to_excel(book, sheet_name="学历", index=False)
        suggested.to_excel(book, sheet_name="相近", index=False)
    bound = bound.rename(columns={"行": "registration", "行_学历": "degree"})[["registration", "degree"]]
    bound.to_parquet(out / "bound.parquet")
    suggested[["registration", "degree"]].to_parquet(out / "near.parquet")


if __name__ == "__main__":
    main()
