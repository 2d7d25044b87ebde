"""The places of a postal code, for visitors whose browser runs no script: read from the static files."""

from madoguchi.japan.postal import Place, file_of, places_in
from madoguchi.settings import settings
from madoguchi.storage import client

FOLDER = "static/postal"
# S3 tells a function that may not list the bucket "denied" instead of "no such key".
NO_SUCH_FILE = frozenset({"NoSuchKey", "AccessDenied"})


def places_of(code: str) -> tuple[Place, ...]:
    """Every place of a postal code of seven digits; none when there is no such code."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 only this branch talks to S3

    try:
        answer = client("s3").get_object(Bucket=settings().static_bucket, Key=f"{FOLDER}/{file_of(code)}")
    except ClientError as error:
        if error.response["Error"]["Code"] in NO_SUCH_FILE:
            return ()
        raise
    return places_in(answer["Body"].read(), code)
