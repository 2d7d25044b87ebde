"""What one person of an imported list costs: a portion must fit a transaction of a hundred operations."""

from dataclasses import replace

from madoguchi.exchange.import_work import PEOPLE_AT_ONCE
from madoguchi.members import changes, store
from madoguchi.programme.definition import Programme
from madoguchi.storage import Transaction
from tests.support.members import NOW
from tests.support.people import registered

MOST_OPERATIONS = 100
NAMES = {"organisation_name": "北部まちづくり協議会", "organisation_kana": "ホクブマチヅクリキョウギカイ"}
OTHER_NAMES = {"organisation_name": "南部まちづくり協議会", "organisation_kana": "ナンブマチヅクリキョウギカイ"}


def test_the_largest_portion_fits_a_transaction(platform: Programme) -> None:
    consents = tuple(each.id for each in platform.registration.form("group").consents)
    old = registered("council", "会長 一", "カイチョウ ハジメ", form_id="group", answers=NAMES, consents=consents)
    another = replace(old, member_id="another", number="another", email="another@example.jp", stage="interested")
    adding, changing = Transaction(), Transaction()

    store.add(adding, another, mail="registration-done")
    new = replace(old, family_name="新", given_name="任", family_kana="シン", given_kana="ニン", answers=OTHER_NAMES)
    changes.record(changing, old, replace(new, email="new@example.jp", stage="interested"), by="staff-1", now=NOW)

    most = max(len(adding._operations), len(changing._operations))
    assert most > 12
    assert PEOPLE_AT_ONCE * most + 1 <= MOST_OPERATIONS
