"""The places of a postal code, read as a function reads them."""

import pytest

from madoguchi.settings import settings
from madoguchi.storage import client
from madoguchi.web.addresses import places_of
from operations import deployment


@pytest.fixture
def static_files(tables: None) -> None:  # noqa: ARG001
    folder = deployment.postal.build()
    objects = client("s3")
    for name in ("100.json", "618.json"):
        kind, life = deployment.headers(folder / name)
        objects.put_object(
            Bucket=settings().static_bucket,
            Key=f"static/postal/{name}",
            Body=(folder / name).read_bytes(),
            ContentType=kind,
            CacheControl=life,
        )


def test_every_place_of_a_code_is_read_from_the_static_files(static_files: None) -> None:  # noqa: ARG001
    assert [str(place) for place in places_of("6180000")] == ["京都府乙訓郡大山崎町", "大阪府三島郡島本町"]
    assert [place.town for place in places_of("1000001")] == ["千代田"]


@pytest.mark.parametrize("code", ["1009999", "0000000"])
def test_a_code_that_nobody_has_stands_for_no_place(static_files: None, code: str) -> None:  # noqa: ARG001
    assert places_of(code) == ()
