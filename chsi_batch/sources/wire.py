"""What goes over the pipes between the run and its readers: length-prefixed messages, columns without copies.

A message is pickled; the buffers of Arrow columns follow it as they are. What a reader sends is not trusted:
only the classes listed in `_KNOWN` are made from it, none of which does anything but hold data.
"""

from __future__ import annotations

import io
import pickle
import struct
from typing import IO, Any

_COUNT = struct.Struct("<I")
_LENGTH = struct.Struct("<Q")
_BLOCK = 1 << 24

_HARMLESS = {
    "builtins": {"frozenset", "set", "bytearray", "bytes"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "pathlib": {"Path", "PosixPath", "WindowsPath"},
    "chsi_batch.terms": {"Side"},
    "chsi_batch.errors": {"Refusal"},
    "chsi_batch.sources.model": {"Count", "InputFile", "Sheet", "SourceFile", "Span"},
    "chsi_batch.sources.taking": {"Taken"},
    "chsi_batch.layout.grid": {"Part"},
    "chsi_batch.layout.header_rows": {"Header"},
    "pyarrow.lib": {"_restore_array", "type_for_alias", "py_buffer"},
    "numpy": {"dtype", "ndarray"},
    "numpy._core.numeric": {"_frombuffer"},
    "numpy._core.multiarray": {"_reconstruct"},
}
"""Module -> what may be made from an answer: things that hold data and do nothing."""


class BrokenMessageError(Exception):
    """The other end is gone, or what it sent is no message."""


class _Careful(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if name not in _HARMLESS.get(module, ()):
            raise BrokenMessageError
        return super().find_class(module, name)


def send(stream: IO[bytes], message: object) -> None:
    """One message: its pickle, then the buffers it refers to."""
    buffers: list[pickle.PickleBuffer] = []
    body = pickle.dumps(message, protocol=5, buffer_callback=buffers.append)
    raw = [memoryview(body), *(buffer.raw() for buffer in buffers)]
    stream.write(_COUNT.pack(len(raw)) + b"".join(_LENGTH.pack(part.nbytes) for part in raw))
    for part in raw:
        stream.write(part)
    stream.flush()


def receive(stream: IO[bytes], *, trusted: bool = False) -> Any:
    """The next message; only a reader trusts the other end."""
    try:
        (count,) = _COUNT.unpack(_exactly(stream, _COUNT.size))
        lengths = struct.unpack(f"<{count}Q", _exactly(stream, count * _LENGTH.size))
        body, *buffers = [_exactly(stream, length) for length in lengths]
        made_by = pickle.Unpickler if trusted else _Careful
        return made_by(io.BytesIO(body), buffers=buffers).load()
    except (OSError, EOFError, MemoryError, OverflowError, struct.error, ValueError, TypeError) as error:
        raise BrokenMessageError from error
    except (pickle.UnpicklingError, AttributeError, ImportError, LookupError) as error:
        raise BrokenMessageError from error


def _exactly(stream: IO[bytes], length: int) -> bytearray:
    found = bytearray(length)
    view = memoryview(found)
    while view:
        got = stream.readinto(view[:_BLOCK])  # type: ignore[attr-defined]
        if not got:
            raise BrokenMessageError
        view = view[got:]
    return found
