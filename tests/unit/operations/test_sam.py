"""What `sam deploy` is told: on AWS by a section of samconfig.toml, here without any."""

from pathlib import Path

import pytest

from operations import layers, programmes, sam
from operations.stack import OperationError, Stack

TEMPLATE = Path("infra/template.yaml")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """The commands that SAM would get."""
    commands: list[list[str]] = []
    monkeypatch.setattr(sam, "run", lambda arguments, _environment, _log: commands.append(arguments))
    monkeypatch.setattr(layers, "BUILD", tmp_path)
    return commands


def test_every_programme_has_its_sections_for_aws() -> None:
    for programme in programmes.names():
        for env in ("staging", "prod"):
            section = sam.section_of(programme, env)
            assert section.stated["PublicUrl"].startswith("https://")


def test_two_programmes_share_no_address_and_no_secret() -> None:
    stated = [sam.section_of(name, env).stated for name in programmes.names() for env in ("staging", "prod")]

    for key in ("PublicUrl", "StaffUrl", "MailFrom", "OriginKey"):
        assert len({each[key] for each in stated}) == len(stated), key


def test_a_deployment_names_its_stack_region_parameters_and_tags(told: list[list[str]]) -> None:
    section = sam.Section("any", "prod", "ap-northeast-3", {"PublicUrl": "https://any.example.jp"})

    sam.deploy(TEMPLATE, section, section.stated, suffix="-edge", region="us-east-1")

    (words,) = told
    assert words[words.index("--stack-name") + 1] == "any-prod-edge"
    assert words[words.index("--region") + 1] == "us-east-1"
    assert words[words.index("--config-env") + 1] == "any-prod"
    assert {"programme=any", "environment=prod", "--confirm-changeset"} <= set(words)
    assert {"PublicUrl=https://any.example.jp", "Programme=any", "Env=prod"} <= set(words)


def test_only_production_asks_first(told: list[list[str]]) -> None:
    sam.deploy(TEMPLATE, sam.Section("any", "staging", "ap-northeast-1", {}), {})

    assert "--no-confirm-changeset" in told[0]


def test_the_local_cloud_needs_no_section(told: list[list[str]], tmp_path: Path) -> None:
    stack = Stack("no-such-section")

    sam.deploy_locally(TEMPLATE, stack.name, sam.local_parameters(stack), stack, tmp_path / "log")

    assert "--config-env" not in told[0]
    assert "Programme=no-such-section" in told[0]


def test_a_section_that_is_missing_or_lacks_something_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sam, "CONFIG", tmp_path / "samconfig.toml")
    text = '[any-prod.deploy.parameters]\nparameter_overrides = ["PublicUrl=https://any.example.jp"]\n'
    (tmp_path / "samconfig.toml").write_text(text)

    with pytest.raises(OperationError, match=r"no \[any-staging\.deploy\.parameters\]"):
        sam.section_of("any", "staging")
    with pytest.raises(OperationError, match=r"\[any-prod\.deploy\.parameters\] lacks StaffUrl, MailFrom"):
        sam.section_of("any", "prod")
