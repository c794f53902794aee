# %% [markdown]
# # 3 · 一个案例，看到底
#
# 两边各写了什么，还有哪些候选，每条规则怎么看这一对，为什么不是下一条规则。
# 在下面换成自己要看的位置（`ref`），例如 `diploma.xlsx#Sheet1!5`；账号的位置也可以。

# %%
from chsi_batch.notebook import open_run

run = open_run()
queue = run.queue(rows=1000)
slips = queue[queue["code"] == "id-slip"]
REF = (slips if len(slips) else queue)["degree_ref"].iloc[0]
case = run.case(REF)
case.why

# %% [markdown]
# ## 两边并排
#
# 不同的字符标红、加粗、加下划线；证件号码脱敏，但两边不同的那几位显示出来。
# 18 位号码的校验码能查出任何一位写错和任何相邻两位颠倒，所以两个**有效**的号码不会只差一处：
# 只差一处时，必有一边是录错的；双胞胎的号码至少差两处。

# %%
case.beside()

# %% [markdown]
# 比较的结果用六个词：一致（same）、写法不同（alike，例如繁简体、15 位升 18 位）、相近（near）、
# 部分相符（partial，例如同姓不同名）、不符（differ）、未提供（blank）。“未提供”不是“不符”。
#
# ## 所有候选
#
# 第 1 个是最好的。用 `case.beside(2)` 看第二个候选。

# %%
case.candidates

# %% [markdown]
# ## 规则表怎么看这一对
#
# 从上往下，第一条各项都符合的规则决定（`decided`）。`fails_on` 是这一条卡在哪里。

# %%
tried = case.rules()
last = tried.index[tried["decided"]][0]
tried.iloc[: last + 1]

# %% [markdown]
# ## 为什么不是下一条规则
#
# 下面的规则里也可能有符合的，但已经轮不到它们了；不符合的写明了卡在哪一项。

# %%
tried.iloc[last + 1 : last + 6]

# %% [markdown]
# ## 离绑定还差什么
#
# 能绑定的只有 B 开头的规则。差的那一项由谁补：账号的姓名和证件号码注册后不能改，只能重新注册或由客服处理；
# 学历记录的错，学校自己录错的办学历勘误，本人改过名、换过号码的凭公安证明办更改。

# %%
tried[tried["verdict"] == "bind"]
