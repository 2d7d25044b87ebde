"""The register of personal data, the processors and the senders of mail, as staff see and print them."""

import base64
import io

import openpyxl
import pytest
from playwright.sync_api import Browser as Chromium

from madoguchi import wiring
from madoguchi.programme.data_register import COLUMNS, kept
from madoguchi.programme.definition import Programme
from madoguchi.web.access import Role
from staff.counter_app import app
from tests.support.definitions import SERVED, running_named, serve
from tests.support.eyes import look
from tests.support.gateway import Browser, gateway_event
from tests.support.members import NOW
from tests.support.post_office import Clock
from tests.support.staff import signed_in

PAGES = ("/register-of-data", "/register-of-data/processors", "/register-of-data/mail")


@pytest.fixture
def owner(programme: Programme, tables: None) -> Browser:  # noqa: ARG001
    wiring.use(clock=Clock(NOW))
    return signed_in(app, Role.OWNER, now=NOW)


def test_every_field_of_every_form_stands_in_the_register(programme: Programme, owner: Browser) -> None:
    shown = owner.get("/register-of-data").body

    for form in programme.registration.forms:
        for field in form.fields:
            retention = programme.retention_of(field.retention)
            assert f'<th scope="row">{field.label}</th><td>{field.column}</td>' in shown.replace("\n      ", "")
            assert field.purpose in shown
            assert kept(retention) in shown
    assert all(each.name in shown for each in programme.processors)
    assert programme.contract.client in shown


def test_the_workbook_holds_the_same_rows(programme: Programme, owner: Browser) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in owner.cookies.items())
    answer = app(gateway_event("GET", "/register-of-data/workbook", headers={"cookie": cookie}), None)
    book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(answer["body"])))
    rows = list(book["データ"].iter_rows(values_only=True))

    assert rows[0] == COLUMNS
    items = [(row[0], row[1]) for row in rows[1:]]
    for form in programme.registration.forms:
        assert all((form.label, field.label) in items for field in form.fields)
    assert {cell for row in rows for cell in row} >= {each.why for each in programme.retention if each.months == 12}


@pytest.mark.meets("A-069")
def test_the_processors_can_be_printed_for_the_client_to_approve(
    programme: Programme,
    owner: Browser,
    chromium: Chromium,
) -> None:
    context = chromium.new_context(locale="ja-JP")
    serve(context, app, cookies=owner.cookies)
    page = context.new_page()
    page.goto(f"{SERVED}/register-of-data/processors")
    page.emulate_media(media="print")
    paper = page.inner_text("main")

    for each in programme.processors:
        assert all(text in paper for text in (each.name, each.service, each.data, each.region, each.safeguards))
    assert all(word in paper for word in ("承認日", "承認者", programme.contract.client, programme.contract.contractor))
    assert not page.is_visible(".console__bar")
    assert page.pdf(format="A4", landscape=True).startswith(b"%PDF")
    context.close()


@pytest.mark.meets("A-052")
def test_the_page_lists_every_sender_of_a_domain_and_one_record_for_all(programme: Programme, owner: Browser) -> None:
    shown = owner.get("/register-of-data/mail").body

    for sender in programme.mail_senders:
        together = [each for each in programme.mail_senders if each.domain == sender.domain]
        assert sender.service in shown
        assert f"v=spf1 {' '.join(each.spf for each in together)} ~all" in shown
        assert all(f"{selector}.{sender.domain}" in shown for selector in sender.dkim)
        assert f"_dmarc.{sender.domain}" in shown
    if programme.id == "tsunagaru":
        assert len(programme.mail_senders) == 2


@pytest.mark.parametrize(
    ("name", "path"), [("konan-jinzai", PAGES[0]), ("konan-jinzai", PAGES[1]), ("tsunagaru", PAGES[2])]
)
def test_the_pages_can_be_read_on_any_screen(tables: None, chromium: Chromium, name: str, path: str) -> None:  # noqa: ARG001
    wiring.use(clock=Clock(NOW))
    with running_named(name):
        cookies = signed_in(app, Role.OWNER, now=NOW).cookies
        context = chromium.new_context(locale="ja-JP")
        serve(context, app, cookies=cookies)
        page = context.new_page()
        page.goto(f"{SERVED}{path}")
        look(page, f"{name}{path.replace('/', '-')}")
        context.close()


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.DESK, Role.CONTRIBUTOR])
def test_who_does_not_answer_for_the_programme_does_not_see_it(tables: None, role: Role) -> None:  # noqa: ARG001
    wiring.use(clock=Clock(NOW))
    browser = signed_in(app, role, now=NOW)
    assert {browser.get(path).status for path in (*PAGES, "/register-of-data/workbook")} == {403}
