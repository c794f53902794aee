"""Column sets of real files: canonical column and header, in the file's order.

Columns that are not canonical (校长名, 学制, 民族 …) are there because real files have them.
"""

from __future__ import annotations

Columns = tuple[tuple[str, str], ...]


def _columns(text: str) -> Columns:
    """Pairs from `column header, column header`."""
    pairs = (part.split() for part in text.replace("\n", " ").split(","))
    return tuple((column, header) for column, header in pairs)


ACCOUNT = _columns(
    """
    username 用户名, name 姓名, id_type 证件类型, id_number 身份证号, mobile 手机号, email 邮箱,
    registered_at 注册时间, activation 激活状态, account_status 账号状态, review_status 审核状态,
    source_system 来源系统, claimed_certificate_number 证书编号, claimed_year 毕业年份,
    claimed_school 毕业学校, bound_at 绑定时间
    """
)
"""Account export in the ministry's words."""

ACCOUNT_OTHER = _columns(
    """
    username 用户名, name 姓名, id_number 证件号码, mobile 手机号码, email 电子邮箱,
    registered_at 注册时间, activation 激活状态, account_status 账号状态, review_status 审核状态,
    source_system 来源系统, claimed_certificate_number 毕业证书编号, claimed_year 毕业年份,
    claimed_school 毕业院校, bound_at 绑定时间
    """
)
"""The same in other usual words, without the type of document."""

ACCOUNT_EXAM = _columns(
    """
    username 用户名, name XM, id_type ZJLX, id_number ZJHM, mobile YDDH, email DZXX,
    registered_at 注册时间, activation 激活状态, account_status 账号状态,
    claimed_certificate_number XLZSBH, claimed_year BYNY, claimed_school BYDW, bound_at 绑定时间
    """
)
"""研招网: pinyin initials."""

ACCOUNT_ARMY = _columns(
    """
    username 用户名, name 姓名, id_number 身份证号码, email 邮箱, registered_at 注册时间,
    activation 激活状态, source_system 来源系统, volunteer 应征地
    """
)
"""全国征兵网: no mobile number, no claims."""

ACCOUNT_SHORT = _columns(
    """
    name 姓名, id_number 身份证号, username 用户名, mobile 手机号, email 邮箱, activation 激活状态,
    account_status 账号状态, registered_at 注册时间, source_system 来源系统, bound_at 绑定时间
    """
)
"""No type of document, no claims; columns in another order."""

UPLOAD = _columns(
    """
    exam_no KSH, name XM, sex XB, birth_date CSRQ, id_number SFZH, school_code YXDM, school YXMC,
    major_code ZYDM, major ZYMC, length XZ, study_form XXXS, level CC, enrolment_date RXRQ,
    graduation_date BYRQ, conclusion BJYJL, certificate_number ZSBH, president XZM, remark BZ
    """
)
"""Diploma registration upload (DBF)."""

REGISTER = _columns(
    """
    exam_no 考生号, name 姓名, sex 性别, birth_date 出生日期, id_type 证件类型, id_number 身份证号,
    school_code 院校代码, school 院校名称, department 院系, major 专业名称, level 层次,
    category 学历类别, study_form 学习形式, class 班级, enrolment_date 入学日期,
    graduation_date 毕业日期, conclusion 毕结业结论, certificate_number 证书编号, president 校长名,
    remark 备注
    """
)
"""The same in Chinese, with department and class."""

GRADUATES = _columns(
    """
    student_no 学号, name 姓名, sex 性别, birth_date 出生年月日, id_type 证件类型,
    id_number 证件号码, school 学校名称, major 专业, level 学历层次, graduation_date 毕业日期,
    conclusion 毕业结论, certificate_number 毕业证书编号, remark 备注
    """
)
"""A school's own list of graduates, without school code."""

GRADUATES_CODE = _columns(
    """
    name 姓名, sex 性别, id_number 身份证号码, school_code 学校代码, major 专业名称, level 层次,
    graduation_date 毕业日期, certificate_number 学历证书编号, conclusion 毕结业结论, remark 备注
    """
)
"""Another, with the school code alone and no birth date."""

OLD = _columns(
    """
    name 姓名, sex 性别, birth_date 出生日期, school_code 院校代码, school 院校名称, major 专业名称,
    level 层次, enrolment_date 入学日期, graduation_date 毕业日期, certificate_number 证书编号,
    conclusion 毕结业结论, remark 备注
    """
)
"""Records of the nineties: no ID number."""

DEGREES = _columns(
    """
    name XM, name_pinyin XMPY, sex XBM, birth_date CSRQ, id_type ZJLXM, id_number ZJHM,
    school_code XWSYDWM, school XWSYDW, major ZYMC, student_no XH, enrolment_date RXNY,
    graduation_date HXWRQ, certificate_number XWZSBH
    """
)
"""Degree (学位) reporting."""

STATUS = _columns(
    """
    name 姓名, sex 性别, birth_date 出生日期, ethnic 民族, id_number 证件号码, school 院校,
    level 层次, department 院系, class 班级, major 专业, student_no 学号, length 学制,
    category 类型, study_form 形式, enrolment_date 入学日期, status 学籍状态, updated 更新日期
    """
)
"""Student status (学籍)."""

_WRAPPED = {"证书编号": "证书\n编号", "毕结业结论": "毕（结）业\n结论", "身份证号": "身份证\n号码"}
REGISTER_WRAPPED: Columns = tuple((column, _WRAPPED.get(header, header)) for column, header in REGISTER)
"""`REGISTER` with line breaks inside headers."""

REGISTER_GROUPS = (("基本信息", 6), ("就读信息", 8), ("毕（结）业信息", 4), ("其他", 2))
"""The upper line of a two-line header: words and how many columns each spans."""

ACCOUNT_GROUPS = (("账号与实名信息", 6), ("账号状态", 5), ("学历认领", 3), ("绑定", 1))

FIELD_BYTES = {
    "KSH": 14, "XB": 2, "CSRQ": 10, "SFZH": 19, "YXDM": 5, "YXMC": 60, "ZYDM": 6, "ZYMC": 40, "XZ": 1,
    "XXXS": 12, "CC": 4, "RXRQ": 10, "BYRQ": 10, "BJYJL": 4, "ZSBH": 30, "XZM": 12, "BZ": 40,
}  # fmt: skip
"""Lengths of the fields of `UPLOAD` in a DBF; that of the name differs between schools."""

CODED: Columns = (*UPLOAD[:4], ("id_type", "ZJLX"), *UPLOAD[4:])
"""`UPLOAD` with the type of document."""
