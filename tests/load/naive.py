"""The page of free places as it is often written, to compare with: not a part of the product.

boto3's resource and clients at import, pydantic models for what is read, metrics, templates read from files.
"""

import os
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from boto3.dynamodb.conditions import Key
from chalice.app import Chalice, Response
from jinja2 import Environment, FileSystemLoader
from pydantic import BaseModel

# A Lambda function's environment, read at import as naive functions do.
ENVIRONMENT = os.environ  # noqa: TID251
WEEKDAYS = "月火水木金土日"

app = Chalice(app_name="naive")
logger = Logger()
metrics = Metrics(namespace="naive", service="naive")
table = boto3.resource("dynamodb").Table(f"{ENVIRONMENT['STACK']}-office")
s3 = boto3.client("s3")
sqs = boto3.client("sqs")
templates = Environment(loader=FileSystemLoader(ENVIRONMENT["TEMPLATES"]), autoescape=True, trim_blocks=True)


class Unit(BaseModel):
    """A unit on one day."""

    pk: str
    sk: str
    taken: set[int]


class Area(BaseModel):
    """Units of one kind."""

    id: str
    label: str
    units: int


class Site(BaseModel):
    """What the frame of a page says."""

    name: str = "山あいテレワークオフィス"
    operator: str = "山あいテレワークオフィス運営事務局"
    contact_mail: str = "office@telework.example.jp"
    contact_phone: str = "083-000-0000"
    contact_hours: str = "開館日の8:30～17:15"
    theme: str = "green"
    logo: str = "mark.svg"
    modules: list[str] = ["office", "events", "newsletters"]
    registration: str = "利用登録"


AREAS = [
    Area(id="personal", label="パーソナルデスク", units=8),
    Area(id="open", label="オープンデスク", units=22),
    Area(id="booth", label="Web会議用ブース", units=2),
    Area(id="meeting", label="会議室", units=1),
    Area(id="consultation", label="相談コーナー", units=6),
]
HOURS = [range(34, 36), *(range(start, start + 4) for start in range(36, 68, 4)), range(68, 69)]


def day_text(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def cell(area: Area, taken: dict[str, set[int]], hour: range) -> dict[str, str | int]:
    free = sum(not taken.get(f"{area.id}-{unit:02}", set()) & set(hour) for unit in range(1, area.units + 1))
    text = f"空きあり {free}" if free else ""
    return {"state": "plenty" if free else "full", "href": "/bookings/new" if free else "", "count": free, "text": text}


@app.route("/availability")
def see_availability() -> Response:
    query = app.current_request.query_params if app.current_request else None
    day = date.fromisoformat(query["day"] if query else "")
    key = Key("pk").eq(f"{day:%Y-%m}") & Key("sk").begins_with(f"{day:%d}#")
    units = [Unit.model_validate(item) for item in table.query(KeyConditionExpression=key)["Items"]]
    taken = {unit.sk.partition("#")[2]: unit.taken for unit in units}
    days = [day + timedelta(days=offset) for offset in range(40)]
    rows = [
        {"label": area.label, "note": f"全{area.units}席", "cells": [cell(area, taken, hour) for hour in HOURS]}
        for area in AREAS
    ]
    facts: dict[str, Any] = {
        "site": Site(),
        "say": defaultdict(lambda: "案内"),
        "html_language": "ja",
        "viewer": None,
        "csrf": "",
        "page_title": f"{day_text(day)}の空席",
        "errors": [],
        "notice": None,
        "path": "/availability",
        "request_id": "request-1",
        "day": day,
        "typed": day.isoformat(),
        "area": "",
        "areas": [(area.id, area.label) for area in AREAS],
        "days": [(each.isoformat(), day_text(each)) for each in days],
        "closed": "",
        "columns": [f"{hour.start // 4:02}:{hour.start % 4 * 15:02}" for hour in HOURS],
        "rows": rows,
        "before": None,
        "after": days[1],
    }
    templates.filters.update(day=day_text, iso=date.isoformat)
    html = templates.get_template("office/availability.html").render(facts)
    logger.info("page shown")
    metrics.add_metric(name="pages", unit="Count", value=1)
    return Response(html, headers={"Content-Type": "text/html; charset=utf-8"})


handler = app
