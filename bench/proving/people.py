"""People who occur nowhere else: whatever holds their numbers or names holds what it was given here."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proving.inputs import id_number

ZSTD, GZIP = b"\x28\xb5\x2f\xfd", b"\x1f\x8b"


@dataclass(frozen=True)
class Canary:
    """One person, every value of whom is unique."""

    place: int

    @property
    def name(self) -> str:
        """Three rare characters that no list of ours holds together."""
        return "".join(chr(0x9E00 + (self.place * 37 + turn * 101) % 0x190) for turn in range(3))

    @property
    def id_number(self) -> str:
        return id_number(self.place, "620523")

    @property
    def mobile(self) -> str:
        return f"1778{7_360_000 + self.place * 131:07d}"

    @property
    def email(self) -> str:
        return f"kanarienvogel{self.place * 7919 + 104729}@canary-mail.example"

    @property
    def certificate(self) -> str:
        return f"107301201505{784_100 + self.place:06d}"

    @property
    def contacts(self) -> tuple[str, ...]:
        """What must be nowhere but where it was asked for."""
        return self.id_number, self.mobile, self.email

    @property
    def all(self) -> tuple[str, ...]:
        """What must be in no log, error, temporary file or name of a file."""
        return (*self.contacts, self.name, self.certificate)


PEOPLE = tuple(map(Canary, range(30)))
CONTACTS = tuple(value for person in PEOPLE for value in person.contacts)
EVERYTHING = tuple(value for person in PEOPLE for value in person.all)


def accounts(people: tuple[Canary, ...] = PEOPLE) -> list[list[str]]:
    """Their accounts, with a header; one with a slip in the number, one with the number in a wrong column."""
    head = ["用户名", "姓名", "身份证号", "手机号", "邮箱", "注册时间", "激活状态", "证书编号"]
    rows = [
        [person.email, person.name, person.id_number, person.mobile, person.email, "2020-01-01 10:00:00",
         "已激活", person.certificate]
        for person in people
    ]  # fmt: skip
    if len(rows) > 2:
        rows[1][2] = rows[1][2][:-2] + "0" + rows[1][2][-1]
        rows[2][0] = people[2].id_number
    return [head, *rows]


def degrees(people: tuple[Canary, ...] = PEOPLE) -> list[list[str]]:
    """Their records, with a header; remarks quote numbers."""
    head = ["姓名", "身份证号", "院校代码", "院校名称", "毕业日期", "毕结业结论", "证书编号", "备注"]
    return [
        head,
        *(
            [person.name, person.id_number, "10730", "兰州大学", "2015-07-01", "毕业", person.certificate,
             f"原号{person.id_number}，电话{person.mobile}，{person.email}" if turn % 3 == 0 else ""]
            for turn, person in enumerate(people)
        ),
    ]  # fmt: skip


def found(content: bytes, wanted: tuple[str, ...]) -> set[str]:
    """Which values stand in some bytes, in any common encoding."""
    text = content.decode("utf-8", "replace")
    text += content.decode("utf-16-le", "replace") + content[1:].decode("utf-16-le", "replace")
    chinese = content.decode("gb18030", "replace")
    escaped = content.decode("ascii", "replace")
    return {
        value
        for value in wanted
        if value in text or value in chinese or value.encode("unicode-escape").decode() in escaped
    }


def unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    """The content of a file, and what is packed in it: zip members, parquet columns, streams, base64."""
    content = path.read_bytes()
    yield "", content
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield f"/{name}", archive.read(name)
    if content[:4] == b"PAR1":
        import pyarrow.parquet as pq

        table = pq.read_table(io.BytesIO(content))
        yield "/rows", "\n".join(map(str, table.to_pylist())).encode()
        yield "/footer", repr(pq.ParquetFile(io.BytesIO(content)).metadata.to_dict()).encode()
    if content[:2] == GZIP:
        yield "/gzip", zlib.decompressobj(31).decompress(content)
    if content[:4] == ZSTD:
        import pyarrow as pa

        yield "/zstd", pa.input_stream(io.BytesIO(content), compression="zstd").read()
    if path.suffix in (".html", ".ipynb"):
        yield from _embedded(content)


def _embedded(content: bytes) -> Iterator[tuple[str, bytes]]:
    import base64
    import re

    for turn, piece in enumerate(re.findall(rb"base64,([A-Za-z0-9+/=]+)", content)):
        yield f"/embedded {turn}", base64.b64decode(piece)


def in_folder(folder: Path, wanted: tuple[str, ...]) -> list[str]:
    """Every file below a folder that holds, or is called by, one of the values."""
    hits = []
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        hits += [f"name of {place}" for value in wanted if value in str(place)]
        if path.is_file() and not path.is_symlink():
            for inside, content in unpacked(path):
                hits += [f"{place}{inside}: {value}" for value in sorted(found(content, wanted))]
    return hits
