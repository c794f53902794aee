# %% [markdown]
# # 2 · 未绑定的学历，按原因
#
# 一条学历没有绑上账号，学生登录后就看不到它。原因不同，要找的人也不同，所以先按原因分，
# 再按学校、年份、院系分下去。
# 数据再多也只读要看的那几列、那一页。

# %%
from chsi_batch.notebook import open_run

run = open_run()
run.reasons()

# %% [markdown]
# 差的不止一项时，一起差的是哪几项：只差姓名的，与姓名、号码都不符的，办法完全不同。

# %%
run.figure("failing_together")

# %% [markdown]
# ## “没找到”有好几种意思
#
# `no-account`（没有账号）不等于人没毕业、也不等于没注册过：
#
# - 1991 年以前的学历网上不提供，代码是 `out-of-scope`；1991—2000 年的数据不全；
# - 肄业不注册，没有证书编号，代码是 `not-registrable`；
# - 账号注册了但没点激活邮件，什么也绑不上，代码是 `account-not-activated`；
# - 账号还在审核、已注销或被新账号取代，也各有代码；
# - 剩下的才是真的没有账号：通知本人注册，注册过的用“找回用户名”。

# %%
hidden = ["no-account", "out-of-scope", "not-registrable"]
hidden += ["account-not-activated", "account-under-review", "account-cancelled"]
counted = run.reasons("code")
counted[counted["code"].isin(hidden)]

# %% [markdown]
# ## 一页一页地看
#
# 可以用的条件：`code` 代码，`party` 办理方（student、school、province、police、chsi、nobody），
# `school` 校名的一部分或院校代码，`year` 毕业年份，`department` 院系，`severity` 程度。
# `first` 从第几条开始，`rows` 一页几条，一共多少条在 `attrs["total"]`。

# %%
page = run.unbound(party="school", rows=8)
print(f"共 {page.attrs['total']} 条")
page

# %% [markdown]
# 姓名相近的要特别小心：音同、错一字、被旧系统截断的多半是同一人，但两个字的名字只差一个字，多半不是。

# %%
run.unbound(code="name-near", rows=5)

# %% [markdown]
# ## 分到学校、年份、院系
#
# 学校改名不改院校代码，八年里大约一成的学校改过名；这里按记录上写的校名统计，只写了代码的按现名。

# %%
run.reasons("school", "year").head(10)

# %%
run.reasons("department", "party").head(10)

# %% [markdown]
# ## 账号一侧
#
# 同样的问题从账号看：他登录了，绑不上。`claim-not-found` 是学生填的证书编号在任何学历文件里都没有。

# %%
run.reasons("code", "party", side="registration").head(10)
