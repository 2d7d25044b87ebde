"""A table that answers every Query with prepared pages, so that no emulator is measured.

As DynamoDB does, it leaves out what a ProjectionExpression does not name; pages hold the same items.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

LARGEST_PAGE_BYTES = 1024 * 1024
Item = dict[str, dict[str, Any]]


def pages_of(items: Sequence[Item], size_of: int) -> list[bytes]:
    """The answers to a Query that DynamoDB would cut after one MiB, when an item has that size."""
    length = max(1, LARGEST_PAGE_BYTES // size_of)
    starts = range(0, max(1, len(items)), length)
    return [_page(items[start : start + length], index, len(starts)) for index, start in enumerate(starts)]


def _page(items: Sequence[Item], index: int, of: int) -> bytes:
    page: dict[str, Any] = {"Count": len(items), "ScannedCount": len(items), "Items": items}
    if index + 1 < of:
        page["LastEvaluatedKey"] = {"pk": {"S": "page"}, "sk": {"S": str(index + 1)}}
    return json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode()


@contextmanager
def canned_table(pages: list[bytes]) -> Iterator[str]:
    """The address of a server in a process of its own that answers with these pages."""
    here, there = get_context("fork").Pipe()
    process = get_context("fork").Process(target=_serve, args=(pages, there), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(pages: list[bytes], tell: Connection) -> None:
    @cache
    def answer(index: int, names: frozenset[str]) -> bytes:
        page = json.loads(pages[index])
        if names:
            page["Items"] = [{name: item[name] for name in item.keys() & names} for item in page["Items"]]
        return json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode()

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body leave together; apart they wait for the other side's acknowledgement

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            start = asked.get("ExclusiveStartKey", {}).get("sk", {}).get("S", "0")
            projected = filter(None, asked.get("ProjectionExpression", "").split(","))
            page = answer(int(start), frozenset(asked["ExpressionAttributeNames"][each] for each in projected))
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        tell.send(server.server_port)
        server.serve_forever()
