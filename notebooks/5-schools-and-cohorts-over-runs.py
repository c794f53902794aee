# %% [markdown]
# # 5 · 学校和年级，一次次核对的变化
#
# 核对不是一次的事：账号会补注册，学校会补报，号码会更正。几次结果放在一起，看绑定率往哪里走、哪所学校没有动。
#
# 默认取同一个上级文件夹里的全部结果；也可以点名：`open_runs("结果-3月", "结果-6月")`。

# %%
from chsi_batch.notebook import cohorts, open_runs, schools, trend

runs = open_runs()
cohorts(runs)

# %%
trend(runs)

# %% [markdown]
# 绑定率下降不一定是坏事：文件多了、范围大了，比例会先降。所以同时看行数。
#
# ## 学校 × 年份
#
# 按学历记录统计：每所学校每一届有多少条记录、绑定了多少。空格是没有那一届的记录，不是零。

# %%
runs[-1].figure("bound_share")

# %%
latest = schools(runs[-1:])
latest.sort_values(["degrees", "share"], ascending=[False, True]).head(10)

# %% [markdown]
# ## 从上一次到这一次
#
# 记录多、变化小的学校，值得打个电话。

# %%
by_school = schools(runs, "school").pivot(index="school", columns="run", values=["degrees", "bound"])
first, last = runs[0].folder.name, runs[-1].folder.name
change = (by_school["bound"][last] - by_school["bound"][first]).rename("newly_bound")
left = (by_school["degrees"][last] - by_school["bound"][last]).rename("still_unbound")
change.to_frame().join(left).sort_values(["still_unbound", "newly_bound"], ascending=[False, True]).head(10)

# %% [markdown]
# ## 越老的记录越难
#
# 2001 年起证书编号才统一成 18 位（有的学校到 2002 年），在这之前编号随学校自己写，
# 证件号码常常空着或只有 15 位。

# %%
latest["decade"] = (latest["year"] // 10 * 10).astype("Int16")
eras = latest.groupby("decade")[["degrees", "bound"]].sum()
eras.assign(share=(eras["bound"] / eras["degrees"]).round(3))
