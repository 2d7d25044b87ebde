"""Deploy a stack to its local cloud: only what changed, and what CloudFormation leaves out there."""

import hashlib
import json
import mimetypes
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from operations import layers, postal, sam
from operations.stack import MAIL_FROM, REGION, ROOT, Stack, clean_environment

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STATIC = ROOT / "templates" / "static"
_SHORT = "public, max-age=300"
_LIVES = {".woff2": "public, max-age=31536000, immutable", ".json": "public, max-age=2592000"}
"""A font's name changes with its content; Japan Post's data change once a month."""


def deploy_data(stack: Stack) -> bool:
    """Deploy infra/data.yaml unless it is deployed already; say whether it was."""
    note, current = stack.folder / "data.stamp", layers.digest(ROOT / "infra" / "data.yaml")
    if _is_deployed(stack, stack.data_name, note, current):
        return False
    buckets = stack.client("s3")
    if sam.ARTIFACTS not in {one["Name"] for one in buckets.list_buckets()["Buckets"]}:
        buckets.create_bucket(Bucket=sam.ARTIFACTS, CreateBucketConfiguration={"LocationConstraint": REGION})
    parameters = {"Programme": stack.programme, "Env": stack.env}
    log = stack.folder / "sam-deploy-data.log"
    sam.deploy_locally(ROOT / "infra" / "data.yaml", stack.data_name, parameters, stack, log)
    _complete_data(stack)
    # The bucket may be a new one, without files.
    (stack.folder / "static.json").unlink(missing_ok=True)
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
    sam.build(stack.build_folder, clean_environment(stack), stack.folder / "sam-build.log")
    template, log = stack.build_folder / "template.yaml", stack.folder / "sam-deploy.log"
    sam.deploy_locally(template, stack.name, sam.local_parameters(stack), stack, log)
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
    for name in tables.list_tables()["TableNames"]:
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
    """Upload the static files that changed since the last upload, which `notes` remembers; return how many."""
    files = {f"static/{one.relative_to(STATIC).as_posix()}": one for one in STATIC.rglob("*") if one.is_file()}
    files |= {f"static/postal/{one.name}": one for one in postal.build().iterdir()}
    note = notes / "static.json"
    uploaded = json.loads(note.read_text()) if note.is_file() else {}
    current = {key: f"{headers(one)} {hashlib.sha256(one.read_bytes()).hexdigest()}" for key, one in files.items()}

    def upload(key: str) -> None:
        kind, life = headers(files[key])
        body = files[key].read_bytes()
        objects.put_object(Bucket=bucket, Key=key, Body=body, ContentType=kind, CacheControl=life)

    changed = [key for key, digest in current.items() if uploaded.get(key) != digest]
    with ThreadPoolExecutor(max_workers=8) as uploads:
        list(uploads.map(upload, changed))
    note.write_text(json.dumps(current))
    return len(changed)


def headers(file: Path) -> tuple[str, str]:
    """The content type and the cache life that are stored with a static file."""
    kind = {".woff2": "font/woff2", ".svg": "image/svg+xml"}.get(file.suffix) or mimetypes.guess_type(file.name)[0]
    kind = kind or "application/octet-stream"
    text = kind.startswith("text/") or kind == "image/svg+xml"
    return f"{kind}; charset=utf-8" if text else kind, _LIVES.get(file.suffix, _SHORT)
