# %% [markdown]
# # 7 · 假如：改一条规则会动哪些行
#
# 规则表、院校表谁都能改，但改之前先看后果。这里在内存里用改过的表重新匹配同一批记录，列出去向变了的行；
# 磁盘上的表不动，这次结果也不动。要读 `private/`，所以 `--no-private` 的结果做不了。
#
# 两次都不带人工决定、不带上一次的结果，差别只来自所改的那一处。

# %%
from chsi_batch.notebook import open_run

run = open_run()

# %% [markdown]
# ## 放宽：繁简体、异体字也自动绑定？
#
# V1 是证件号码一致、姓名只是写法不同（繁简体、异体字、分隔符）。昇和升在户籍上是两个字，
# 折叠后相同不等于同名，所以默认由人核实。
# 假如改成自动绑定：

# %%
wider = run.what_if(rules={"V1": {"verdict": "bind", "method": "auto", "code": ""}})
wider.totals

# %%
moved = wider.moved
moved[moved["side"] == "degree"].drop(columns="side").head(10)

# %% [markdown]
# 改之前，把动了的行逐条看一遍：`gained` 是新绑上的一对。

# %%
wider.pairs.head()

# %%
pairs = wider.pairs
run.case(pairs["degree_ref"].iloc[0]).beside() if len(pairs) else "没有动"

# %% [markdown]
# ## 收紧：不许凭认领绑定？
#
# B3 是记录没有证件号码、凭证书编号认领的。去掉它，看有多少人靠它。

# %%
stricter = run.what_if(rules={"B3": {"verdict": "review", "method": "", "code": "claim-mismatch"}})
stricter.totals

# %% [markdown]
# ## 院校表：补一个别名
#
# 学校改名后代码不变，表里列出的曾用名算“写法不同”，没列出的算“不符”。取一条因为学校不符没绑上的认领试试：
# 假如账号上写的校名是该校的别名。名称本来就是另一所学校现名的，加了别名也不会动，一个名称不能同时是两所学校。

# %%
candidates = run.table("candidates").query("rule == 'C3' and school == 'differ'")
rows = run.table("registrations", ["ref", "claimed_school"]).merge(
    candidates, left_on="ref", right_on="registration_ref"
)
codes = run.table("degrees", ["ref", "school", "school_code"]).rename(columns={"ref": "degree_ref"})
tried = rows.merge(codes, on="degree_ref", suffixes=("_state", ""))
tried[["claimed_school", "school", "school_code"]].head()

# %%
known = tried.dropna(subset=["claimed_school", "school_code"])
alias = dict(known[["claimed_school", "school_code"]].head(1).itertuples(index=False))
named = run.what_if(schools=alias)
named.totals

# %% [markdown]
# 确认合适以后，再把这一行写进 `chsi_batch/tables/schools.csv`（或规则表），正式核对一次；
# `run.json` 会记下所用各表的摘要，说得清每次结果是按什么规则出的。
