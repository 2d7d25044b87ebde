"""Members as Salesforce's import reads them: leads and contacts (docs/field-map.md).

Of the chosen columns, those that Salesforce has a standard field for are written, under its names.
"""

from collections.abc import Iterable, Iterator, Sequence

from madoguchi.exchange import columns
from madoguchi.members.rules import Member

LEAD, CONTACT = "lead", "contact"
# Every record has this name.
LAST_NAME = "family_name"
# Our column, the field of a lead, that of a contact. A custom field holds the number, by which records are matched.
FIELDS: tuple[tuple[str, str, str], ...] = (
    (columns.NUMBER, "Madoguchi_Number__c", "Madoguchi_Number__c"),
    ("family_name", "LastName", "LastName"),
    ("given_name", "FirstName", "FirstName"),
    ("organisation_name", "Company", "Account Name"),
    ("email", "Email", "Email"),
    ("phone", "Phone", "Phone"),
    ("postal_code", "PostalCode", "MailingPostalCode"),
    ("prefecture", "State", "MailingState"),
    ("city", "City", "MailingCity"),
    ("street", "Street", "MailingStreet"),
    (columns.SOURCE, "LeadSource", "LeadSource"),
)
COMPANY = "organisation_name"
NO_COMPANY = "（個人）"


def rows_of(layout: str, keys: Sequence[str], members: Iterable[Member]) -> Iterator[Sequence[str]]:
    """The heading with Salesforce's names, and one row a member. A lead has a company, named or not."""
    position = 1 if layout == LEAD else 2
    wanted = [field for field in FIELDS if field[0] in keys or (field[0] == COMPANY and layout == LEAD)]
    yield [field[position] for field in wanted]
    for member in members:
        yield [_cell(member, field[0], keys) for field in wanted]


def _cell(member: Member, key: str, keys: Sequence[str]) -> str:
    if key not in keys:
        return NO_COMPANY
    cell = columns.cell_of(member, key)
    if key == "street" and "building" in keys:
        return f"{cell} {columns.cell_of(member, 'building')}".strip()
    return cell or (NO_COMPANY if key == COMPANY else "")
