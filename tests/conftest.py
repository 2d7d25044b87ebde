"""What every test needs: settings, the programme compiled from its YAML, templates from their sources."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from jinja2 import FileSystemLoader

pytest_plugins = ["tests.support.acceptance", "tests.support.account", "tests.support.stack"]

ROOT = Path(__file__).resolve().parent.parent
PROGRAMME = "telework-office"

SETTINGS = {
    "STACK": f"{PROGRAMME}-test",
    "PROGRAMME": PROGRAMME,
    "ENVIRONMENT": "local",
    "PUBLIC_URL": "http://localhost:8100",
    "STAFF_URL": "http://localhost:8101",
    "STAFF_CIDRS": "192.0.2.0/24,127.0.0.1/32",
    "MAIL_FROM": "office@telework.example.jp",
    "REPORTS_BUCKET": f"{PROGRAMME}-test-reports",
    "STATIC_BUCKET": f"{PROGRAMME}-test-static",
    "EXCHANGE_BUCKET": f"{PROGRAMME}-test-exchange",
    "OWED_MAIL_QUEUE_URL": "https://sqs.ap-northeast-1.amazonaws.com/123456789012/owed-mail",
    "NEWSLETTER_QUEUE_URL": "https://sqs.ap-northeast-1.amazonaws.com/123456789012/newsletter",
    "EXCHANGE_QUEUE_URL": "https://sqs.ap-northeast-1.amazonaws.com/123456789012/exchange",
    "USER_POOL_ID": "ap-northeast-1_test",
    "USER_POOL_CLIENT_ID": "client",
    # Never the developer's own account: no test may reach AWS.
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "ap-northeast-1",
    "AWS_REGION": "ap-northeast-1",
    "POWERTOOLS_SERVICE_NAME": "tests",
    "POWERTOOLS_TRACE_DISABLED": "true",
}
# A busy machine is no failure; what is slow shows in the list of slowest tests.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")
os.environ.update(SETTINGS)  # noqa: TID251 the tests play Lambda, which sets the environment


def pytest_configure(config: pytest.Config) -> None:
    """Build what the layers hold in production: the compiled programme and the templates."""
    from madoguchi.programme import definition  # noqa: PLC0415 after the settings
    from madoguchi.programme.schema import compile_programme, sources_of  # noqa: PLC0415
    from madoguchi.web.rendering import use_loader  # noqa: PLC0415

    built = config.cache.mkdir("madoguchi-layers")
    package = built / "madoguchi_programmes"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text("")
    compiled = compile_programme(ROOT / "layers" / "programmes" / PROGRAMME)
    written = package / f"{PROGRAMME}.json.{os.getpid()}"
    written.write_text(json.dumps(compiled, ensure_ascii=False), encoding="utf-8")
    written.rename(package / f"{PROGRAMME}.json")  # several test runs may share the folder
    sources = json.dumps(sources_of(ROOT / "layers" / "programmes" / PROGRAMME), ensure_ascii=False)
    (package / f"{PROGRAMME}.source.json").write_text(sources, encoding="utf-8")
    sys.path.insert(0, str(built))
    definition.use_changes(lambda _day: ())  # those of a stack are read where a test has tables
    for kind in ("pages", "mail"):
        use_loader(kind, FileSystemLoader(ROOT / "templates" / kind))


@pytest.fixture(autouse=True)
def real_ports() -> Iterator[None]:
    """Put the real clock and mailer back after a test that replaced them."""
    yield
    from madoguchi import wiring  # noqa: PLC0415

    wiring.use()
