"""Deploy a stack to AWS: the same `sam build` and `sam deploy` as on this machine."""

import os

import boto3

from operations import deployment, layers, sam
from operations.progress import step
from operations.stack import LOCAL, PYTHON_RUNTIME, REGION, ROOT, OperationError, find_built_layers

RUNTIME = "python3.13"


def deploy(programme: str, env: str) -> None:
    """Deploy data, application and edge and upload the static files; SAM asks before it changes production."""
    if PYTHON_RUNTIME != RUNTIME:
        message = (
            f"The functions run {RUNTIME} on AWS, and their bytecode must match. Install Python 3.13 and try again."
        )
        raise OperationError(message)
    name = f"{programme}-{env}"
    for section in (f"{name}-data", name, f"{name}-edge"):
        sam.configured(section)
    own = {"Programme": programme, "Env": env}
    with step("Layers"):
        layers.build()
    # SAM talks to the operator from here on, so no progress line stands in its way.
    sam.deploy(ROOT / "infra" / "data.yaml", f"{name}-data", own)
    folder = ROOT / ".aws-sam" / name
    sam.build(folder, sam.aws_environment(), None)
    parameters = {**own, "PythonRuntime": RUNTIME, "Architecture": layers.ARCHITECTURE}
    sam.deploy(folder / "template.yaml", name, parameters)
    sam.deploy(ROOT / "infra" / "edge.yaml", f"{name}-edge", own)
    with step("Static files") as going:
        account = boto3.client("sts").get_caller_identity()["Account"]
        notes = LOCAL / name
        notes.mkdir(parents=True, exist_ok=True)
        files = boto3.client("s3", region_name=REGION)
        going.note = str(deployment.upload_static(files, f"{name}-static-{account}", notes) or "unchanged")


def act_as(programme: str, env: str, function: str) -> None:
    """From now on this process has the settings of a function of a stack on AWS, with the operator's credentials."""
    functions = boto3.client("lambda", region_name=REGION)
    found = functions.get_function_configuration(FunctionName=f"{programme}-{env}-{function.replace('_', '-')}")
    os.environ.update(found["Environment"]["Variables"], AWS_REGION=REGION, AWS_DEFAULT_REGION=REGION)
    layers.build()
    find_built_layers()
