"""Write docs/third-party-licences.md: everything of others that is deployed, and under which licence.

python -m operations.licences
"""

import re
from collections.abc import Iterator
from importlib.metadata import PackageMetadata, PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from operations import postal
from operations.stack import ROOT, OperationError

LOCK = ROOT / "layers" / "vendor" / "requirements.lock"
ASSETS = ROOT / "templates" / "static" / "LICENSES"
TARGET = ROOT / "docs" / "third-party-licences.md"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([A-Za-z0-9.+!-]+)", re.MULTILINE)
_ASSET = re.compile(r"(?P<name>.+?)-(?P<licence>MIT|OFL|ISC|Apache-2\.0|CC-BY-4\.0)")
_SAME = {
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "OFL": "OFL-1.1",
}
_HEAD = """\
# Third-party licences

Written by `make licences` from the lock file of the vendor layer, the packages'
own metadata and the licences beside the static files; a test fails when it is out of date. Madoguchi itself is
licensed under Apache-2.0, see [LICENSE](../LICENSE). Tools that only build and test are not deployed and not
listed: `requirements/*.lock` pins them.
"""


class Package(NamedTuple):
    """A package of the vendor layer."""

    name: str
    version: str
    licence: str
    files: tuple[str, ...]


def pinned(lock: Path = LOCK) -> dict[str, str]:
    """The vendor layer's packages and their versions."""
    return dict(_PIN.findall(lock.read_text(encoding="utf-8")))


def packages() -> Iterator[Package]:
    """The vendor layer's packages with their licences, from the environment that holds the same versions."""
    for name, version in sorted(pinned().items()):
        try:
            found = distribution(name)
        except PackageNotFoundError:
            found = None
        if found is None or found.version != version:
            message = f"{name} {version} of the vendor layer is not in this environment. Run: make environments"
            raise OperationError(message)
        files = found.metadata.get_all("License-File", [])
        yield Package(name, version, _licence(found.metadata), tuple(sorted(set(files))))


def _licence(metadata: PackageMetadata) -> str:
    """What a package says about itself: the newest field first, a whole licence text never."""
    stated: list[str] = [*metadata.get_all("License-Expression", []), *metadata.get_all("License", [])]
    for text in stated:
        if "\n" not in text and text != "Dual License":
            return _SAME.get(text, text)
    classifiers = metadata.get_all("Classifier", [])
    named = [one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License :: ")]
    return " or ".join(_SAME.get(one, one) for one in named) or "not stated"


def assets() -> Iterator[tuple[str, str, str]]:
    """Name, licence and licence file of what others made among the static files."""
    for file in sorted(ASSETS.iterdir()):
        named = _ASSET.fullmatch(file.stem)
        if named is None:
            message = f"{file.relative_to(ROOT)} should be called <name>-<licence>.txt, for example tokens-MIT.txt"
            raise OperationError(message)
        yield named["name"], _SAME.get(named["licence"], named["licence"]), file.relative_to(ROOT).as_posix()


def listing() -> str:
    """The whole document."""
    lines = [_HEAD, "## Python packages of the vendor layer", ""]
    lines += ["| Package | Version | Licence | Licence files in the package |", "|---|---|---|---|"]
    for one in packages():
        link = f"[{one.name}](https://pypi.org/project/{one.name}/{one.version}/)"
        lines.append(f"| {link} | {one.version} | {one.licence} | {', '.join(one.files) or '—'} |")
    lines += ["", "## Static files", "", "| What | Licence | Text |", "|---|---|---|"]
    lines += [f"| {name} | {licence} | [{file}](../{file}) |" for name, licence, file in assets()]
    lines += ["", "## Data", "", "| What | From |", "|---|---|"]
    lines.append("| `layers/madoguchi/japan/holidays.csv` | 内閣府「国民の祝日」について, syukujitsu.csv |")
    version = distribution(postal.PACKAGE).version
    package = f"[{postal.PACKAGE} {version}](https://pypi.org/project/{postal.PACKAGE}/{version}/) (MIT)"
    lines.append(f"| `/static/postal/*.json` | 日本郵便「郵便番号データ」, as {package} carries it |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(listing(), encoding="utf-8")
