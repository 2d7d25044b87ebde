"""Forms that carry files (multipart/form-data, RFC 7578), as browsers send them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

NAME = re.compile(r'[;\s]name="([^"]*)"')
FILE_NAME = re.compile(r'[;\s]filename="([^"]*)"')
MOST_PARTS = 50


@dataclass(frozen=True, slots=True)
class Part:
    """One field of the form; a file has a name of its own."""

    name: str
    content: bytes
    file_name: str | None = None


def is_multipart(content_type: str) -> bool:
    """Whether the form may carry files."""
    return content_type.lower().startswith("multipart/form-data")


def parts_of(content_type: str, body: bytes) -> Iterator[Part]:
    """The fields of a form; none when it is not what it says it is."""
    header = Message()
    header["content-type"] = content_type
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        return
    # The first boundary stands at the very beginning, the last one is followed by two hyphens.
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode(), MOST_PARTS + 1)
    for piece in pieces[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        text = head.decode("utf-8", errors="replace")
        if name := NAME.search(text):
            file_name = FILE_NAME.search(text)
            yield Part(name[1], content, file_name[1] if file_name else None)
