# %% [markdown]
# # 4 · 待人工决定的案例
#
# 规则有把握的已经绑定；规则说“需核实”（review）的由人决定，“不得绑定”（refuse）的要先查清楚，不能凭感觉放行。
# 决定写在结果文件夹旁边的记录文件里（`结果.decisions.jsonl`），只追加、不改写，重新核对时照旧有效。

# %%
from chsi_batch.notebook import open_run

run = open_run()
run.queue_totals()

# %% [markdown]
# ## 还没决定的
#
# 只凭姓名从来不够：全国叫“张伟”的有二十九万人，约一成四的汉族姓名只有两个字。
# 看证件号码差在哪里、证书编号是否一致、毕业年份和学校对不对得上。

# %%
page = run.queue(rows=10)
print(f"还有 {page.attrs['total']} 件")
page[["degree_ref", "registration_ref", "title", "rule", "detail"]]

# %%
run.case(page["degree_ref"].iloc[0]).beside()

# %% [markdown]
# ## 逐件决定
#
# 一次一件，账号与学历记录逐项并列，不同的字符标红加下划线；证件号码已脱敏，但不同的位看得见。
# 用按键或按钮作决定，作一个记一个；关掉笔记本，下次从停下的地方接着来。这里列出全部异常，需要人判断的在前，
# 可以按问题、学校、办理方筛选。同类的可以先抽看几件，再一起决定。

# %%
run.review()

# %% [markdown]
# ## 已经决定的
#
# `bind` 绑定，`reject` 不是同一人，`hold` 暂缓。两位审核人意见不一时按暂缓（`conflicting`）；
# 同一位审核人以后一次为准。任一边的姓名、号码等匹配用的内容变了，那一条决定就失效，要重新看。

# %%
run.decisions()
