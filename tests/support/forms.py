"""A form with a question of every kind, and a site of one page that shows it to a browser."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import BrowserContext, Request, Route

from madoguchi.programme.forms import Reading, read
from madoguchi.programme.questions import Consent, Field, Form, Option, Section
from madoguchi.web import postal_search
from madoguchi.web.form_pages import Speech, check_facts, form_facts
from madoguchi.web.page_words import page_words
from madoguchi.web.rendering import environment
from operations import postal

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 21)
ADDRESS = "http://form.example.jp/register"
LANGUAGES = {"ja": "日本語", "easy": "やさしい日本語", "en": "English"}
SITE = {
    "name": "山あいの窓口",
    "operator": "山あいの窓口 運営事務局",
    "contact_mail": "office@form.example.jp",
    "contact_phone": "083-000-0000",
    "contact_hours": "平日9:00～17:00",
    "theme": "blue",
    "logo": "mark.svg",
    "modules": ["office", "events", "newsletters"],
    "people": [],
    "registration": "利用登録",
}
YES_OR_NO = [Option("yes", "はい"), Option("no", "いいえ")]


def a_field(field_id: str, kind: str, label: str = "", **more: object) -> Field:
    """A field of that kind; whatever matters to the test is given."""
    chooses = kind in {"select", "radio", "checkboxes"}
    own: dict[str, object] = {"options": YES_OR_NO} if chooses else {}
    return Field(**({"id": field_id, "kind": kind, "label": label or f"{kind}の質問", "purpose": "試験"} | own | more))  # type: ignore[arg-type]


ADDRESS_FIELDS = [
    a_field("postal_code", "postal", "郵便番号", support="例）753-0000", autocomplete="postal-code", longest=20),
    a_field("prefecture", "prefecture", "都道府県", autocomplete="address-level1"),
    a_field("city", "text", "市区町村", autocomplete="address-level2"),
    a_field("street", "text", "町名・番地", autocomplete="address-line1"),
]
EVERY_KIND = Form(
    id="every",
    label="利用登録",
    purpose="登録の確認とご連絡のためにだけ使います。",
    lead="登録すると、席を予約できます。",
    sections=[
        Section(
            "お名前と連絡先",
            [
                a_field("family_name", "text", "氏", required=True, autocomplete="family-name", longest=40),
                a_field("family_kana", "kana", "フリガナ（セイ）", support="ひらがなでも入力できます", longest=40),
                a_field("email", "email", "メールアドレス", required=True, autocomplete="email", longest=254),
                a_field("phone", "phone", "電話番号", autocomplete="tel", longest=30),
                a_field("birth_date", "date", "生年月日", support="例）1990年4月1日"),
                a_field("guardian_name", "text", "保護者の氏名", required=True, under_age=18),
            ],
            support="確認のメールをお送りします。",
        ),
        Section("ご住所", ADDRESS_FIELDS),
        Section(
            "利用について",
            [
                a_field(
                    "how_heard",
                    "select",
                    "知ったきっかけ",
                    options=[Option("sns", "SNS"), Option("other", "その他", other=True)],
                ),
                a_field("works", "radio", "お勤めですか", required=True),
                a_field("company", "text", "勤務先の名称", when={"works": ["yes"]}),
                a_field("seeking", "radio", "仕事を探していますか", unless={"works": ["yes"]}),
                a_field("support_wanted", "textarea", "ほしい支援", when={"seeking": ["yes"]}, longest=200),
                a_field(
                    "wishes", "checkboxes", "希望すること", options=[*YES_OR_NO, Option("own", "ほか", other=True)]
                ),
                a_field("people", "number", "人数", least=1, most=20),
                a_field("website", "url", "ホームページ"),
                a_field("student_card", "evidence", "学生証", support="学生の方は、学生証をお持ちください。"),
            ],
        ),
    ],
    consents=[
        Consent(id="terms", label="利用規約に同意します", version="1", required=True, text="規約は窓口にもあります。"),
        Consent(id="guardian_agrees", label="保護者が同意しています", version="1", required=True, under_age=18),
        Consent(id="newsletter", label="お知らせのメールを受け取ります", version="1", required=False),
    ],
)


@dataclass(frozen=True)
class Sent:
    """What a browser sent."""

    fields: Mapping[str, list[str]]

    @classmethod
    def by(cls, **fields: str | list[str]) -> "Sent":
        """What somebody sent who filled these in."""
        return cls({name: [value] if isinstance(value, str) else value for name, value in fields.items()})

    def get(self, name: str) -> str:
        """The first value of a field, or ''."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        return self.fields.get(name, [])


FORM_PAGE = """
{% extends "_base.html" %}
{% from "_form.html" import form_parts, language_switch, progress with context %}
{% block main %}
<h1>{{ page_title }}</h1>
{{ language_switch() }}
{{ progress() }}
<form class="form" method="post" lang="{{ html_language }}" novalidate>{{ form_parts(path) }}</form>
{% endblock %}
"""
CHECK_PAGE = """
{% extends "_base.html" %}
{% from "_form.html" import form_check, progress with context %}
{% block main %}
<h1>{{ page_title }}</h1>
{{ progress("confirm") }}
<form class="form" method="post" lang="{{ html_language }}">{{ form_check() }}</form>
{% endblock %}
"""


def form_page(speech: Speech, reading: Reading, **more: Any) -> str:  # noqa: ANN401 what form_facts takes
    """A page with the form as HTML."""
    return _page(FORM_PAGE, speech, reading, form_facts(speech, reading, nonce="nonce", **more))


def check_page(speech: Speech, reading: Reading) -> str:
    """Its confirmation page."""
    return _page(CHECK_PAGE, speech, reading, check_facts(speech, reading, nonce="nonce"))


def _page(template: str, speech: Speech, reading: Reading, facts: dict[str, Any]) -> str:
    frame = {
        "site": SITE,
        "say": page_words(speech.language),
        "viewer": None,
        "csrf": "token",
        "path": "/register",
        "notice": None,
        "request_id": "request-1",
        "page_title": speech.form.label,
        "errors": list(reading.errors),
    }
    return environment("pages").from_string(template).render(frame | facts)


def show(context: BrowserContext, form: Form = EVERY_KIND) -> None:
    """Answer a browser's requests to ADDRESS with that form, and those for static files with our own."""

    def answer(route: Route, request: Request) -> None:
        path = urlsplit(request.url).path
        if not path.startswith("/static/"):
            route.fulfill(body=_answer(form, request), content_type="text/html; charset=utf-8")
            return
        shards = path.startswith("/static/postal/")
        file = postal.build() / path.rpartition("/")[2] if shards else ROOT / "templates" / path.lstrip("/")
        route.fulfill(path=file) if file.is_file() else route.fulfill(status=404)

    context.route("http://form.example.jp/**", answer)


def _answer(form: Form, request: Request) -> str:
    asked = parse_qs(urlsplit(request.url).query)
    sent = Sent(parse_qs(request.post_data or "", keep_blank_values=True))
    speech = Speech(form, sent.get("lang") or asked.get("lang", ["ja"])[0], LANGUAGES)
    reading = read(form, sent, today=TODAY, language=speech.language) if request.post_data else Reading.empty(form)
    if sent.get("step") == "address":
        typed, searches = postal_search.search(form, reading.typed, sent)
        return form_page(speech, replace(reading, typed=typed, errors=()), searches=searches)
    if sent.get("step") == "check" and not reading.errors:
        return check_page(speech, reading)
    return form_page(speech, replace(reading, errors=()) if sent.get("step") == "edit" else reading)
