"""Static files are uploaded once, and again only when they change."""

import json
from pathlib import Path
from typing import Any

import pytest

from operations import deployment, postal


class Bucket:
    """Remembers what was put into it."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}

    def put_object(self, **upload: object) -> None:
        self.objects[str(upload["Key"])] = upload


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with a stylesheet and one file of postal codes."""
    monkeypatch.setattr(deployment, "STATIC", tmp_path / "static")
    monkeypatch.setattr(postal, "build", lambda: tmp_path / "postal")
    (tmp_path / "static" / "css").mkdir(parents=True)
    (tmp_path / "postal").mkdir()
    (tmp_path / "static" / "css" / "one.css").write_text("a{}")
    (tmp_path / "postal" / "100.json").write_text("{}")
    return tmp_path


def test_only_what_changed_is_uploaded_again(files: Path) -> None:
    first, second, third = Bucket(), Bucket(), Bucket()

    assert deployment.upload_static(first, "static", files) == 2  # type: ignore[arg-type]
    assert deployment.upload_static(second, "static", files) == 0  # type: ignore[arg-type]
    (files / "static" / "css" / "one.css").write_text("b{}")
    assert deployment.upload_static(third, "static", files) == 1  # type: ignore[arg-type]

    assert set(first.objects) == {"static/css/one.css", "static/postal/100.json"}
    assert set(third.objects) == {"static/css/one.css"}
    assert third.objects["static/css/one.css"]["Body"] == b"b{}"


def test_postal_codes_are_json_that_browsers_keep(files: Path) -> None:
    bucket = Bucket()

    deployment.upload_static(bucket, "static", files)  # type: ignore[arg-type]

    shard = bucket.objects["static/postal/100.json"]
    assert shard["ContentType"] == "application/json"
    assert shard["CacheControl"] == "public, max-age=2592000"
    assert json.loads(shard["Body"]) == {}
