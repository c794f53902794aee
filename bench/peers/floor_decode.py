"""The floor: no more than reading the columns that matching needs. `python floor_decode.py DATA OUT`."""

import sys
from pathlib import Path

import pyarrow.parquet as pq


def main() -> None:
    data = Path(sys.argv[1])
    pq.read_table(
        data / "registrations.parquet",
        columns=["姓名", "身份证号", "证书编号", "毕业年份", "毕业学校", "激活状态", "账号状态", "注册时间"],
    )
    pq.read_table(
        data / "degrees.parquet",
        columns=["姓名", "身份证号", "证书编号", "毕业日期", "院校名称", "院校代码", "出生日期", "性别"],
    )


if __name__ == "__main__":
    main()
