"""Deploy a stack to its local cloud: only what changed, and what CloudFormation leaves out there."""

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING

from operations import layers, sam
from operations.stack import MAIL_FROM, REGION, ROOT, Stack, clean_environment

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STATIC = ROOT / "templates" / "static"
ARTIFACTS = "sam-artifacts"
_CAPABILITIES = ("members", "office", "events", "newsletters", "reports", "staff", "audit", "limits")
_LONG, _SHORT = "public, max-age=31536000, immutable", "public, max-age=300"


def deploy_data(stack: Stack) -> bool:
    """Deploy infra/data.yaml unless it is deployed already; say whether it was."""
    note, current = stack.folder / "data.stamp", layers.digest(ROOT / "infra" / "data.yaml")
    if _is_deployed(stack, stack.data_name, note, current):
        return False
    buckets = stack.client("s3")
    if ARTIFACTS not in {one["Name"] for one in buckets.list_buckets()["Buckets"]}:
        buckets.create_bucket(Bucket=ARTIFACTS, CreateBucketConfiguration={"LocationConstraint": REGION})
    parameters = {"Programme": stack.programme, "Env": stack.env}
    log = stack.folder / "sam-deploy-data.log"
    sam.deploy(ROOT / "infra" / "data.yaml", stack.data_name, parameters, clean_environment(stack), log)
    _complete_data(stack)
    # The bucket may be a new one, without files.
    (stack.folder / "static.stamp").unlink(missing_ok=True)
    note.write_text(current)
    return True


def deploy_application(stack: Stack) -> bool:
    """Build and deploy infra/template.yaml unless nothing changed; say whether it was."""
    sources = layers.digest(ROOT / "functions", ROOT / "infra" / "template.yaml")
    stamps = sorted(layers.LAYERS.glob("*.stamp"))
    current = f"{sources} {layers.digest(*stamps)} {sam.local_parameters(stack)}"
    note = stack.folder / "application.stamp"
    if _is_deployed(stack, stack.name, note, current):
        return False
    environment = clean_environment(stack)
    sam.build(stack.build_folder, environment, stack.folder / "sam-build.log")
    template, log = stack.build_folder / "template.yaml", stack.folder / "sam-deploy.log"
    sam.deploy(template, stack.name, sam.local_parameters(stack), environment, log)
    note.write_text(current)
    return True


def _is_deployed(stack: Stack, name: str, note: Path, current: str) -> bool:
    if not note.is_file() or note.read_text() != current:
        return False
    stacks = stack.client("cloudformation").list_stacks()["StackSummaries"]
    return any(one["StackName"] == name and one["StackStatus"].endswith("COMPLETE") for one in stacks
               if not one["StackStatus"].startswith("DELETE"))  # fmt: skip


def _complete_data(stack: Stack) -> None:
    """What the local cloud's CloudFormation ignores: expiry, point-in-time recovery, and the verified sender."""
    tables = stack.client("dynamodb")
    for capability in _CAPABILITIES:
        name = f"{stack.name}-{capability}"
        expiry = tables.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        if expiry["TimeToLiveStatus"] != "ENABLED":
            tables.update_time_to_live(
                TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
            )
        recovery = {"PointInTimeRecoveryEnabled": True}
        tables.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)
    mail = stack.client("ses")
    mail.verify_email_identity(EmailAddress=MAIL_FROM)
    mail.verify_domain_identity(Domain=MAIL_FROM.split("@")[1])


def upload_static(objects: "S3Client", bucket: str, notes: Path) -> int:
    """Upload the static files if one changed since the last upload, which `notes` remembers; return how many."""
    note, current = notes / "static.stamp", layers.digest(STATIC)
    if note.is_file() and note.read_text() == current:
        return 0
    files = [one for one in sorted(STATIC.rglob("*")) if one.is_file()]
    for one in files:
        key = f"static/{one.relative_to(STATIC).as_posix()}"
        kind, life = headers(one)
        objects.put_object(Bucket=bucket, Key=key, Body=one.read_bytes(), ContentType=kind, CacheControl=life)
    note.write_text(current)
    return len(files)


def headers(file: Path) -> tuple[str, str]:
    """The content type and the cache life that are stored with a static file."""
    kind = {".woff2": "font/woff2", ".svg": "image/svg+xml"}.get(file.suffix) or mimetypes.guess_type(file.name)[0]
    kind = kind or "application/octet-stream"
    text = kind.startswith("text/") or kind == "image/svg+xml"
    return f"{kind}; charset=utf-8" if text else kind, _LONG if file.suffix == ".woff2" else _SHORT
