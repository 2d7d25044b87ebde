"""Deploy a stack to AWS: the same `sam build` and `sam deploy` as on this machine."""

import os

import boto3

from operations import deployment, layers, sam
from operations.progress import step
from operations.stack import LOCAL, PYTHON_RUNTIME, ROOT, OperationError, find_built_layers

RUNTIME = "python3.13"
EDGE_REGION = "us-east-1"
"""CloudFront takes its certificate and its firewall from there only."""


def deploy(programme: str, env: str) -> None:
    """Deploy data, application and edge and upload the static files; SAM asks before it changes production."""
    section = sam.section_of(programme, env)
    if PYTHON_RUNTIME != RUNTIME:
        message = (
            f"The functions run {RUNTIME} on AWS, and their bytecode must match. Install Python 3.13 and try again."
        )
        raise OperationError(message)
    with step("Layers"):
        layers.build()
    # SAM talks to the operator from here on, so no progress line stands in its way.
    sam.deploy(ROOT / "infra" / "data.yaml", section, {}, suffix="-data")
    folder = ROOT / ".aws-sam" / section.name
    sam.build(folder, sam.aws_environment(), None)
    built = {"PythonRuntime": RUNTIME, "Architecture": layers.ARCHITECTURE}
    sam.deploy(folder / "template.yaml", section, {**section.stated, **built})
    edge = {
        "PublicHost": section.stated["PublicUrl"].removeprefix("https://"),
        "OriginKey": section.stated["OriginKey"],
        "DataRegion": section.region,
    }
    sam.deploy(ROOT / "infra" / "edge.yaml", section, edge, suffix="-edge", region=EDGE_REGION)
    with step("Static files") as going:
        account = boto3.client("sts").get_caller_identity()["Account"]
        notes = LOCAL / section.name
        notes.mkdir(parents=True, exist_ok=True)
        files = boto3.client("s3", region_name=section.region)
        going.note = str(deployment.upload_static(files, f"{section.name}-static-{account}", notes) or "unchanged")


def act_as(programme: str, env: str, function: str) -> None:
    """From now on this process has the settings of a function of a stack on AWS, with the operator's credentials."""
    region = sam.section_of(programme, env).region
    functions = boto3.client("lambda", region_name=region)
    found = functions.get_function_configuration(FunctionName=f"{programme}-{env}-{function.replace('_', '-')}")
    os.environ.update(found["Environment"]["Variables"], AWS_REGION=region, AWS_DEFAULT_REGION=region)
    layers.build()
    find_built_layers()
