# %% [markdown]
# # 一次核对的概览
#
# 读取 `chsi-batch run` 写出的 `tables/` 文件夹（已脱敏），回答三个问题：
# 总账平不平，异常集中在哪里、由谁办理，一个具体的案例是怎么回事。
#
# 先在项目文件夹里运行 README 的第一条命令；结果默认在 `result`，在别处时设置环境变量 `CHSI_RUN`。

# %%
import json
import os
from pathlib import Path

import pandas as pd

RUN = Path(os.environ.get("CHSI_RUN", "../result"))
if not (RUN / "run.json").is_file():
    raise SystemExit(f"{RUN} 里没有结果：请先运行 README 的第一条命令，或用 CHSI_RUN 指明结果文件夹。")

# %%
tables = {file.stem: pd.read_parquet(file) for file in sorted((RUN / "tables").glob("*.parquet"))}
facts = json.loads((RUN / "run.json").read_text(encoding="utf-8"))
pd.Series({"核对时点": facts["as_of"], "程序版本": facts["version"], "引擎": facts["engine"]})

# %% [markdown]
# ## 总账
#
# `ledger` 里每个账号行、学历行恰好一行，去向只有两种：`bound` 已绑定，`exception` 异常。
# 一个账号可以绑定多条学历（本科、硕士……），一条学历只能属于一个账号，所以两边的绑定行数不必相等。

# %%
records = pd.concat({"registration": tables["registrations"], "degree": tables["degrees"]}, names=["side"])
records = records.reset_index("side")[["side", "ref", "file"]]
ledger = tables["ledger"].merge(records, on=["side", "ref"], validate="one_to_one")
totals = pd.crosstab(ledger["side"], ledger["outcome"], margins=True, margins_name="合计")
totals.rename(
    index={"registration": "账号", "degree": "学历记录"}, columns={"bound": "已绑定", "exception": "异常"}
)

# %% [markdown]
# 账要平：每个文件读到的记录数，等于它在总账里的行数。记录数来自 `inputs`，由另一种方法独立清点过。
# 学籍数据只用来核验，不进总账。

# %%
inputs = tables["inputs"].query("side != 'enrolment'")
read = inputs.groupby(["side", "file"])["records"].sum()
settled = ledger.groupby(["side", "file"])["outcome"].value_counts().unstack(fill_value=0)
settled = settled.reindex(columns=["bound", "exception"], fill_value=0)
assert read[read > 0].to_dict() == settled.sum(axis=1).to_dict(), "收支不符"
settled.assign(records=read).sort_values("exception", ascending=False).head(10)

# %% [markdown]
# ## 绑定依据什么
#
# B1：姓名、证件号码一致。B2：15 位旧号码升位后一致。
# B3：记录没有证件号码，凭证书编号、毕业年份、毕业学校认领。
# `state` 是绑定后的核验状态：满 24 小时还看不到学籍的，要去查学籍是否漏报。

# %%
pd.crosstab(tables["bindings"]["rule"], tables["bindings"]["state"])

# %% [markdown]
# ## 异常：什么问题，谁来办
#
# 一行可以有几个问题，总账只写最要紧的一个，下面按它统计。
# 办理方 `acts`：student 学生，school 学校，province 省级教育部门，police 公安机关，chsi 学信网，
# conscription 征兵系统，nobody 无需处理。

# %%
reasons = tables["exceptions"].drop(columns="counterpart")
lead = ledger.dropna(subset="code").merge(reasons, on=["side", "ref", "code"])
by_party = pd.crosstab(lead["code"], lead["acts"], margins=True, margins_name="合计")
by_party.sort_values("合计", ascending=False)

# %% [markdown]
# 严重（severe）的要先办：号码错位、一号多人、冒名认领。它们往往成批出现，找到出错的那一次导出就能一起解决。

# %%
severe = lead.query("severity == 'severe'")
severe.groupby(["code", "file"]).size().sort_values(ascending=False).head(10).rename("行数").to_frame()

# %% [markdown]
# ## 一个案例
#
# 取一条有候选的异常：两边各写了什么，五项里哪几项不一致，候选按什么规则排在第一。
# 号码已脱敏；要看完整的值，凭 `ref` 回到原文件那一行，或在自己的机器上运行 `chsi-batch explain`。

# %%
asked = lead.query("side == 'degree' and severity != 'note'").dropna(subset=["counterpart", "fields"])
asked = asked[asked["fields"] != ""]
case = asked.sort_values(["code", "ref"]).iloc[0]
case[["ref", "counterpart", "code", "fields", "cause", "advice"]].to_frame("")

# %%
pairs = {"name": "name", "id_number": "id_number", "certificate_number": "claimed_certificate_number"}
degree = tables["degrees"].set_index("ref").loc[case["ref"]]
account = tables["registrations"].set_index("ref").loc[case["counterpart"]]
pd.DataFrame(
    {
        "学历记录": [degree[column] for column in pairs],
        "账号": [account[column] for column in pairs.values()],
    },
    index=["姓名", "证件号码", "证书编号"],
).fillna("（未填）")

# %% [markdown]
# 比较的结果用六个词：same 一致，alike 写法不同，near 相近，partial 部分相符，differ 不符，blank 未提供。
# 第一条符合的规则决定结论，规则全文见 README 或 `chsi-batch rules`。

# %%
tables["candidates"].query("degree_ref == @case.ref").sort_values("rank").drop(columns="degree_ref")
