"""What others wrote is named, with its licence, as it is deployed."""

from pathlib import Path

from operations import licences

ROOT = Path(__file__).resolve().parents[2]

# None of them asks for more than naming the authors, so any successor may take the system over.
PERMISSIVE = {"Apache-2.0", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "MIT", "OFL-1.1", "PSF-2.0", "Unlicense"}


def test_the_list_of_licences_is_current() -> None:
    assert licences.TARGET.read_text(encoding="utf-8") == licences.listing(), "run: make licences"


def test_the_list_names_every_pinned_package() -> None:
    listed = {(package.name, package.version) for package in licences.packages()}

    assert listed == set(licences.pinned().items())
    assert listed


def test_every_licence_allows_a_successor_to_go_on() -> None:
    stated = {package.name: package.licence for package in licences.packages()}
    stated |= {name: licence for name, licence, _ in licences.assets()}

    refused = {name: one for name, one in stated.items() if not set(one.split(" or ")) & PERMISSIVE}
    assert not refused


def test_our_own_licence_is_apache() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert text.rstrip().endswith("limitations under the License.")
