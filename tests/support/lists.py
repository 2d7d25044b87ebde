"""Lists of members as files, the way of a file through the console, and the worker behind the queue."""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3

from exchange.handler import handler
from madoguchi.settings import settings
from tests.support.gateway import Answered, Browser, gateway_event
from tests.support.post_office import an_sqs_record

HEADERS = (
    "登録番号", "氏", "名", "氏（カナ）", "名（カナ）", "メールアドレス", "所属の区分", "お住まいの都道府県",
    "お勤め先（通学先）の都道府県", "主な利用目的", "登録日時",
)  # fmt: skip
BOUNDARY = "boundary-of-this-form"
COLUMN = re.compile(r'name="(column_\d+)"[^>]*>(.*?)</select>', re.DOTALL)
SELECTED = re.compile(r'<option value="([^"]*)" selected>')
ARRANGED = {"consents": "terms", "basis": "旧システムの登録画面で同意を得ている", "existing": "leave"}
STATE = re.compile(r"<dt[^>]*>状態</dt>\s*<dd[^>]*>([^<]+)</dd>")


def a_line(number: int, **changes: str) -> dict[str, str]:
    """One line of an old list."""
    return {
        "登録番号": f"M-{number:05}",
        "氏": "山田",
        "名": f"{number}子",
        "氏（カナ）": "やまだ",
        "名（カナ）": "ハナコ",
        "メールアドレス": f"person{number}@example.jp",
        "所属の区分": "企業などの従業員",
        "お住まいの都道府県": "東京都",
        "お勤め先（通学先）の都道府県": "東京",
        "主な利用目的": "出張・ワーケーション中のテレワーク",
        "登録日時": "2024/4/1",
    } | changes


def a_list(lines: Iterable[Mapping[str, str]], *, delimiter: str = ",") -> str:
    """A file with these lines."""
    rows = [HEADERS, *([line[header] for header in HEADERS] for line in lines)]
    return "".join(delimiter.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)


def multipart(fields: Mapping[str, str], file: bytes, *, name: str = "名簿.csv") -> bytes:
    """A form with a file, as browsers send it."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    return b"".join(
        [*parts, head.encode(), b"Content-Type: text/csv\r\n\r\n", file, f"\r\n--{BOUNDARY}--\r\n".encode()]
    )


@dataclass
class Worker:
    """The function behind the queue. `before` is called before each of its tasks."""

    before: Callable[[], None] = lambda: None

    def work(self, *, times: int = 1) -> None:
        """Do everything that is queued, and what that queues; each task as often as said."""
        while tasks := take():
            for task in tasks:
                for _ in range(times):
                    self.do(task)

    def do(self, task: str) -> None:
        """Do one task."""
        self.before()
        answer: Any = handler({"Records": [an_sqs_record(task)]}, None)  # type: ignore[arg-type]
        assert answer == {"batchItemFailures": []}, task


def take() -> list[str]:
    """Take every task from the queue."""
    sqs, url, bodies = boto3.client("sqs"), settings().exchange_queue_url, []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            bodies.append(message["Body"])
    return sorted(bodies, key=lambda body: json.loads(body).get("chunk", -1))


def post_bytes(browser: Browser, path: str, body: bytes, content_type: str) -> Answered:
    """Post a body that is no text, as the gateway hands it over."""
    headers = {
        "content-type": content_type,
        "cookie": "; ".join(f"{key}={value}" for key, value in browser.cookies.items()),
    }
    event = gateway_event("POST", path, headers=headers, body="x", source=browser.source)
    event["body"] = base64.b64encode(body).decode()
    answer = browser.app(event, None)
    content = answer["body"]
    if answer.get("isBase64Encoded"):
        content = base64.b64decode(content).decode()
    return Answered(answer["statusCode"], answer["headers"], [], content)


@dataclass
class Importer:
    """Somebody of the staff who imports a list in a browser."""

    browser: Browser
    worker: Worker = field(default_factory=Worker)

    def upload(self, file: bytes | str, *, form_id: str = "person") -> Answered:
        """Choose a file."""
        content = file if isinstance(file, bytes) else file.encode()
        page = self.browser.get("/imports/new").body
        token = re.search(r'name="csrf" value="([^"]+)"', page)
        assert token
        body = multipart({"csrf": token[1], "form_id": form_id}, content)
        return post_bytes(self.browser, "/imports/new", body, f"multipart/form-data; boundary={BOUNDARY}")

    def arrange(self, import_id: str, **changes: str) -> Answered:
        """Send the form of the columns as it is filled in beforehand."""
        page = self.browser.get(f"/imports/{import_id}/columns").body
        columns = {name: "".join(SELECTED.findall(options)) for name, options in COLUMN.findall(page)}
        path = f"/imports/{import_id}/columns"
        return self.browser.submit(path, path, columns | ARRANGED | changes)

    def check(self, file: bytes | str, **changes: str) -> str:
        """Upload and arrange a file, and let the worker check it; the import's id."""
        import_id = self.upload(file).location.split("/")[2]
        assert self.arrange(import_id, **changes).location == f"/imports/{import_id}"
        self.worker.work()
        return import_id

    def start(self, import_id: str, **form: str) -> Answered:
        """Press the button that imports."""
        return self.browser.submit(f"/imports/{import_id}", f"/imports/{import_id}/start", form)

    def take_over(self, file: bytes | str, **changes: str) -> str:
        """Import a file from beginning to end; the import's id."""
        import_id = self.check(file, **changes)
        assert self.start(import_id).status == 303
        self.worker.work()
        return import_id

    def state(self, import_id: str) -> str:
        """Where the import stands, as the page says it."""
        found = STATE.search(self.browser.get(f"/imports/{import_id}").body)
        return found[1] if found else ""

    def problems(self, import_id: str) -> list[list[str]]:
        """The lines of the file of problems, without the heading."""
        body = self.browser.get(f"/imports/{import_id}/problems").body
        return [line.split(",") for line in body.removeprefix("\ufeff").splitlines()[1:]]
