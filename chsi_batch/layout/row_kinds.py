"""What a row inside the table is, when it is not plainly a person: group, total, note, repeated header.

A row with a name and an ID or certificate number is never set aside. Only rows with little in them are
looked at here; whatever is not recognised as something else stays a record and gets its exception.

Examples: `北京市（92所）` group · `合计 | | 92` total · `制表人：王芳` note · `注：以上信息…` note.
"""

import re
from collections.abc import Mapping, Sequence

GROUP, TOTAL, NOTE, TITLE, NUMBERED, DELETED = "group", "total", "note", "title", "numbered", "deleted"

MIN_KEY = 6
"""A number of an ID or certificate column has at least so many letters and digits."""

_SPACE = re.compile(r"\s+")
_COUNTED = re.compile(r".{1,40}[(（\[【]共?计?[0-9０-９,]+[所人名条个位份项行][)）\]】][:：]?")
_TOTAL = re.compile(
    r"[【\[(（]?(合计|总计|小计|共计|累计|总数|总人数|合计人数|本页小计|本页合计|人数合计|grandtotal|subtotal|total|sum)"
    r"([)）\]】]|[:：].*|[0-9０-９,.]*[所人名条个位份项行]?|[(（].*)",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(注|备注|说明|附注|填表说明|填报说明|备注说明|附|提示|note|notes|remark)[0-9０-９]?[:：.、].*"
    r"|[*※].{6,}"
    r"|(制表|填表|填报|审核|复核|经办|负责|打印|导出|统计|制单|校对|审批|联系|录入|核对|查询|下载|盖章|签字|签章|单位|学校|院系|主管)"
    r"(人|者|员|日期|时间|单位|部门|部|系|电话|公章|领导|签字|签章|盖章|负责人|人签字|名称|章|[(（].*)?[:：].*"
    r"|(制表|填表|审核|打印|导出|统计)(人|日期|时间|单位)"
    r"|共[0-9０-９,]+[人名条行页所].*|第[0-9０-９]+页.*|[-—]*第?[0-9０-９]+页[/,，]?共?[0-9０-９]*页?[-—]*"
    r"|[-—=_*.·…~～]{3,}|(以下|以上|此行以下|本行以下)(空白|为空|无内容|无正文).*|(-+|—+)?(end|完|结束)(-+|—+)?",
    re.IGNORECASE | re.DOTALL,
)
_PLACE = re.compile(
    r"[\u3400-\u9fff（）()·0-9]{4,}(大学|学院|学校|院校|专业|年级|自治区|校区|教学点|函授站|分校)|[\u3400-\u9fff]{2,}(省|市)"
    r"|[0-9]{4}[级届]|.{2,}[系班]$"
)
_AMOUNT = re.compile(r"共?[0-9０-９,.]+[所人名条个位份项行]?")
_SENTENCE = 15


def bare(text: str) -> str:
    """Text without any whitespace, for comparing with the words above."""
    return _SPACE.sub("", text)


def is_key(text: str | None) -> bool:
    """Could this be an ID or certificate number? A label with a colon (日期：2020-07-01) is none."""
    if text is None or ":" in text or "：" in text:
        return False
    return sum(c.isalnum() and (c.isascii() or c.isdigit()) for c in text) >= MIN_KEY


def kind_of(texts: Sequence[str | None], columns: Mapping[str, int], across: int = 1) -> str | None:
    """The reason for setting this row aside, or None for a record. `across`: columns its first cell spans."""
    filled = [(index, text) for index, text in enumerate(texts) if text]
    first_index, first = filled[0]
    first = bare(first)
    keys = [
        columns[c] for c in ("id_number", "certificate_number", "claimed_certificate_number") if c in columns
    ]
    name = columns.get("name", -1)
    if any(index in keys and is_key(text) for index, text in filled):
        return None
    if any(_TOTAL.fullmatch(bare(text)) for _, text in filled[:3]) and not _names_person(texts, name):
        return TOTAL
    if _COUNTED.fullmatch(first) and len(filled) <= 3:
        return GROUP
    if _NOTE.fullmatch(first):
        return NOTE
    mapped = set(columns.values())
    if not any(index in mapped for index, _ in filled):
        return NUMBERED if all(bare(text).isdecimal() for _, text in filled) else NOTE
    if len(filled) == 1:
        return _alone(first_index, first, columns, name, across)
    return None


def _names_person(texts: Sequence[str | None], name: int) -> bool:
    """Does the name column hold something else than the word for a total?"""
    text = bare((texts[name] if 0 <= name < len(texts) else None) or "")
    return bool(text) and not _TOTAL.fullmatch(text) and not _AMOUNT.fullmatch(text)


def _alone(index: int, text: str, columns: Mapping[str, int], name: int, across: int) -> str | None:
    """A row with a single filled cell: a label across the table, or a person of whom little is known."""
    if len(text) > _SENTENCE and index != columns.get("username", -1) and not text.isascii():
        return NOTE
    if across > 2 or _PLACE.fullmatch(text):
        return GROUP
    if index in (name, columns.get("username", -1)) or index in (
        columns.get(c, -1)
        for c in ("id_number", "certificate_number", "claimed_certificate_number", "mobile", "email")
    ):
        return None
    return GROUP


def kind_above(texts: Sequence[str | None], columns: Mapping[str, int]) -> str | None:
    """The reason for setting aside a row above the header; None if it is plainly a person's row."""
    keys = [
        columns[c] for c in ("id_number", "certificate_number", "claimed_certificate_number") if c in columns
    ]
    name = columns.get("name", -1)
    has_key = any(k < len(texts) and (texts[k] or "") and _solid(texts[k] or "") for k in keys)
    has_name = 0 <= name < len(texts) and bool(texts[name])
    return None if has_key and has_name else TITLE


def _solid(text: str) -> bool:
    return bare(text).isascii() and is_key(text)
