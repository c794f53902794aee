# %% [markdown]
# # 1 · 一次核对的概览
#
# 账号和学历核对完以后，先回答三个问题：总账平不平，漏在哪里，由谁来补。
#
# 打开哪一次结果：`chsi-batch lab 结果文件夹` 打开的就是那一次；没有指定时用 `result`，
# 再没有就现做一份虚构的样例。
# 全部笔记本默认只显示脱敏的号码，姓名和证书编号不脱敏。

# %%
from chsi_batch.notebook import open_run

run = open_run()
run

# %% [markdown]
# ## 总账
#
# 每个账号行、每条学历记录在总账里恰好一行，去向只有两种：`bound` 已绑定，`exception` 异常。
# 一个账号可以绑定多条学历（本科、硕士……），一条学历只能属于一个账号，所以两边的绑定行数不必相等。

# %%
run.overview()

# %% [markdown]
# 账要平：每个文件的记录数（由另一种方法独立清点）等于绑定行数加异常行数。

# %%
files = run.files()
assert files["closes"].all(), "收支不符"
files.sort_values("exception", ascending=False).head(10)

# %% [markdown]
# ## 从文件到去向
#
# 左边是文件，右边是去向。哪个文件的异常明显偏多，先怀疑那一次导出，而不是那些人。

# %%
run.figure("flow")

# %% [markdown]
# ## 绑定依据什么
#
# - B1：账号的姓名、证件号码与记录完全一致，一个人的所有记录都会绑上。
# - B2：记录里是 15 位旧号码，升到 18 位后一致。2001 年以前的记录会一直留着 15 位或空白的号码。
# - B3：记录没有证件号码，凭证书编号、毕业年份、毕业学校认领，而且记录上的姓名也要与账号的实名相符。
#   证书编号对、人不对的，永远不绑。
#
# `state` 是绑定后的核验：满 24 小时还看不到学籍的（`enrolment-missing`），查学籍是否漏报；
# 没满 24 小时的是正常等待。

# %%
bindings = run.table("bindings", ["rule", "method", "state"])
bindings.value_counts().rename("rows").reset_index()

# %% [markdown]
# 每条规则又带走多少、还剩多少没有着落：

# %%
run.figure("residuals")

# %% [markdown]
# 账号来自几个系统（学信档案、征兵网、研招网……），同一个账号到处通用。
# 某个来源的绑定率明显偏低，就从它的导出查起。

# %%
run.figure("accounts")

# %% [markdown]
# ## 异常：什么问题，谁来办
#
# 一行可以有几个问题，总账只写最要紧的一个，下图和下表按它统计。

# %%
run.figure("exceptions")

# %%
run.reasons("party", "severity")

# %% [markdown]
# 严重（severe）的先办：号码错位、一号多人、冒名认领。它们常常成批出现，找到出错的那一次导出就能一起解决。

# %%
run.reasons("code", "file", severity="severe").head(10)

# %% [markdown]
# 接下来：[2 · 未绑定的学历](2-unbound-degrees-by-reason.ipynb) 按原因逐条看，
# [6 · 输入数据的质量](6-data-quality-of-the-inputs.ipynb) 看问题是不是出在文件上。
