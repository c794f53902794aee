# %% [markdown]
# # 6 · 输入数据的质量
#
# 绑不上，有时不是人的问题，是文件的问题：导出时号码被改写、少了一列、表头换了名字。这里先把文件查清楚。

# %%
from chsi_batch.notebook import open_run

run = open_run()
sheets = run.sheets()
assert sheets["closes"].all(), "有行没有着落"
sheets[["side", "file", "sheet", "physical", "heading", "set_aside", "records"]].head(12)

# %% [markdown]
# 物理行 = 空行 + 表头 + 搁置 + 记录，每张表都要平；隐藏的工作表也读。
#
# ## 不认得的表头
#
# 不认得的列保留在 `extra` 里，不参加匹配。要紧的列（证件号码、证书编号）如果在这里面，
# 用 `--config` 指明它是什么再核对一次。

# %%
unknown = sheets.loc[sheets["unmapped"] != "", ["side", "file", "sheet", "unmapped"]]
unknown if len(unknown) else "没有不认得的表头"

# %% [markdown]
# ## 搁置的行
#
# 标题、分组（如“北京市（92所）”）、合计、说明、已删除的记录不是人，搁置；有姓名又有号码的行从不搁置。

# %%
run.set_aside().pivot_table(index="file", columns="reason", values="rows", aggfunc="sum", fill_value=0)

# %% [markdown]
# ## 有问题的单元格
#
# `share` 是占该文件记录数的比例。某一列比例很高，就是导出的问题，回来源系统重新导出比逐个改快得多。

# %%
run.figure("data_quality")

# %%
run.issues().head(12)

# %%
run.issues("code")

# %% [markdown]
# ### 被表格软件改写的号码
#
# 表格软件的数值只留 15 位有效数字。18 位号码存成数值，末几位就丢了；随机的有效号码里约有 7%—9%，改写以后
# 恰好还是**另一个**有效号码，校验码拦不住。所以数值格里的证件号码从不用来绑定，只能重新导出（该列设为文本）。

# %%
run.issue_examples("id-rounded")

# %% [markdown]
# ### 格式不对的号码
#
# 行政区划代码一半以上已经停用，所以区划代码只供参考，从不因此判号码有误；查的是位数、出生日期和校验码。

# %%
run.issue_examples("id-malformed")
