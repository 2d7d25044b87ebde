"""The staff table: accounts, the addresses they hold, sessions, and the codes that were used.

The list of accounts is a partition of its own (no table is ever scanned); its entries know the last sign-in.
"""

import hashlib
from datetime import date, datetime, timedelta

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, PutError, UpdateError
from pynamodb.expressions.update import Action

from madoguchi.japan.time import from_iso, to_iso
from madoguchi.staff.rules import (
    LONGEST,
    Acceptance,
    Account,
    AddressTakenError,
    Session,
    StaffMember,
    fold_address,
)
from madoguchi.storage import CONDITION_FAILED, Item, TableMeta, transaction
from madoguchi.web.access import Role

ACCOUNT = "ACCOUNT"
SESSION = "SESSION"
LIST = "ACCOUNTS"
NOTICE = "NOTICE#"
# Longer than any identity provider accepts a six-digit code for.
CODE_WINDOW = timedelta(minutes=5)
TOUCH_AFTER = timedelta(minutes=1)


class _AccountItem(Item):
    class Meta(metaclass=TableMeta):
        capability = "staff"

    name = UnicodeAttribute()
    email = UnicodeAttribute()
    role = UnicodeAttribute()
    is_active = BooleanAttribute()
    identity = UnicodeAttribute(null=True)
    registered_at = UnicodeAttribute()
    registered_by = UnicodeAttribute()
    ends_on = UnicodeAttribute(null=True)
    closed_at = UnicodeAttribute(null=True)
    notice_version = UnicodeAttribute(null=True)
    accepted_at = UnicodeAttribute(null=True)


class _AddressItem(Item):
    """One address is one person: put only if it is absent."""

    class Meta(metaclass=TableMeta):
        capability = "staff"

    staff_id = UnicodeAttribute()


class _ListedItem(Item):
    class Meta(metaclass=TableMeta):
        capability = "staff"

    signed_in_at = UnicodeAttribute(null=True)


class _AcceptanceItem(Item):
    class Meta(metaclass=TableMeta):
        capability = "staff"

    version = UnicodeAttribute()
    accepted_at = UnicodeAttribute()
    source = UnicodeAttribute()


class _SessionItem(Item):
    class Meta(metaclass=TableMeta):
        capability = "staff"

    staff_id = UnicodeAttribute()
    created_at = UnicodeAttribute()
    seen_at = UnicodeAttribute()
    ttl = NumberAttribute()


class _UsedCodeItem(Item):
    class Meta(metaclass=TableMeta):
        capability = "staff"

    used_at = UnicodeAttribute()
    ttl = NumberAttribute()


def add(staff: StaffMember, *, by: str, now: datetime) -> None:
    """Add an account, or raise AddressTakenError: an address belongs to one person for ever."""
    account = _AccountItem(
        _account_key(staff.staff_id),
        ACCOUNT,
        name=staff.name,
        email=staff.email,
        role=staff.role.value,
        is_active=staff.is_active,
        identity=staff.identity or None,
        registered_at=to_iso(now),
        registered_by=by,
        ends_on=staff.ends_on.isoformat() if staff.ends_on else None,
    )
    address = _AddressItem(_address_key(staff.email), ACCOUNT, staff_id=staff.staff_id)
    with transaction() as t:
        t.save(address, _AddressItem.pk.does_not_exist(), AddressTakenError)
        t.save(account, _AccountItem.pk.does_not_exist(), AddressTakenError)
        t.save(_ListedItem(LIST, staff.staff_id))


def get(staff_id: str) -> StaffMember | None:
    """The account of that id."""
    try:
        item = _AccountItem.get(_account_key(staff_id), ACCOUNT, consistent_read=True)
    except _AccountItem.DoesNotExist:
        return None
    return _staff(item)


def find(address: str) -> StaffMember | None:
    """The account that holds an address, as typed."""
    try:
        item = _AddressItem.get(_address_key(address), ACCOUNT, consistent_read=True)
    except _AddressItem.DoesNotExist:
        return None
    return get(item.staff_id)


def accounts() -> list[Account]:
    """Every account, open or closed, by name."""
    signed_in = {item.sk: item.signed_in_at for item in _ListedItem.query(LIST)}
    keys = [(_account_key(staff_id), ACCOUNT) for staff_id in signed_in]
    found = [_account(item, signed_in[_id(item)]) for item in _AccountItem.batch_get(keys)]
    return sorted(found, key=lambda each: each.staff.name)


def account(staff_id: str) -> Account | None:
    """One account with what the list tells of it."""
    keys = [(_account_key(staff_id), ACCOUNT)]
    listed = [item.signed_in_at for item in _ListedItem.query(LIST, _ListedItem.sk == staff_id)]
    return next((_account(item, *listed) for item in _AccountItem.batch_get(keys)), None)


def acceptances(staff_id: str) -> list[Acceptance]:
    """Which notices a person accepted, the newest first."""
    items = _AcceptanceItem.query(
        _account_key(staff_id), _AcceptanceItem.sk.startswith(NOTICE), scan_index_forward=False
    )
    return [Acceptance(item.version, from_iso(item.accepted_at), item.source) for item in items]


def names_of(staff_ids: set[str]) -> dict[str, str]:
    """The names behind ids; ids without an account are left out."""
    keys = [(_account_key(staff_id), ACCOUNT) for staff_id in staff_ids]
    return {_id(item): item.name for item in _AccountItem.batch_get(keys)}


def close(staff_id: str, now: datetime) -> None:
    """Close an account; its sessions are refused at once."""
    item = _AccountItem(_account_key(staff_id), ACCOUNT)
    first = _AccountItem.closed_at.set(_AccountItem.closed_at | to_iso(now))
    item.update([_AccountItem.is_active.set(False), first], _AccountItem.pk.exists())


def renew(staff: StaffMember) -> None:
    """Open an account again, for another user of the identity provider, with that role and last day."""
    item = _AccountItem(_account_key(staff.staff_id), ACCOUNT)
    actions = [
        _AccountItem.identity.set(staff.identity),
        _AccountItem.role.set(staff.role.value),
        _AccountItem.is_active.set(True),
        _AccountItem.closed_at.remove(),
        _ending(staff.ends_on),
    ]
    item.update(actions, _AccountItem.pk.exists())


def set_last_day(staff_id: str, ends_on: date | None) -> None:
    """Give an account another last day."""
    _AccountItem(_account_key(staff_id), ACCOUNT).update([_ending(ends_on)], _AccountItem.pk.exists())


def accept(staff_id: str, version: str, *, source: str, now: datetime) -> None:
    """Note that a person accepted a version of the notice."""
    at, key = to_iso(now), _account_key(staff_id)
    latest = [_AccountItem.notice_version.set(version), _AccountItem.accepted_at.set(at)]
    with transaction() as t:
        t.save(_AcceptanceItem(key, f"{NOTICE}{at}", version=version, accepted_at=at, source=source))
        t.update(_AccountItem(key, ACCOUNT), latest, _AccountItem.pk.exists())


def claim_code(staff_id: str, code: str, now: datetime) -> bool:
    """Use a one-time code up; False when it was used already within its window."""
    item = _UsedCodeItem(f"CODE#{staff_id}", _hash(code), used_at=to_iso(now), ttl=_ttl(now + CODE_WINDOW))
    unused = _UsedCodeItem.pk.does_not_exist() | (_UsedCodeItem.used_at < to_iso(now - CODE_WINDOW))
    try:
        item.save(condition=unused)
    except PutError as error:
        if error.cause_response_code == CONDITION_FAILED:
            return False
        raise
    return True


def open_session(token: str, staff_id: str, now: datetime) -> None:
    """Remember a session by the hash of its token."""
    item = _SessionItem(
        _session_key(token),
        SESSION,
        staff_id=staff_id,
        created_at=to_iso(now),
        seen_at=to_iso(now),
        ttl=_ttl(now + LONGEST),
    )
    item.save(condition=_SessionItem.pk.does_not_exist())


def note_sign_in(staff_id: str, now: datetime) -> None:
    """Remember when a person signed in last."""
    _ListedItem(LIST, staff_id).update([_ListedItem.signed_in_at.set(to_iso(now))])


def session(token: str) -> Session | None:
    """The session of a token."""
    try:
        item = _SessionItem.get(_session_key(token), SESSION, consistent_read=True)
    except _SessionItem.DoesNotExist:
        return None
    return Session(item.staff_id, from_iso(item.created_at), from_iso(item.seen_at))


def touch_session(token: str, known: Session, now: datetime) -> None:
    """Note that a session was used; a session that ended meanwhile stays ended."""
    if now - known.seen_at < TOUCH_AFTER:
        return
    try:
        _SessionItem(_session_key(token), SESSION).update(
            [_SessionItem.seen_at.set(to_iso(now))], _SessionItem.pk.exists()
        )
    except UpdateError as error:
        if error.cause_response_code != CONDITION_FAILED:
            raise


def close_session(token: str) -> bool:
    """End a session; False when there was none."""
    try:
        _SessionItem(_session_key(token), SESSION).delete(_SessionItem.pk.exists())
    except DeleteError as error:
        if error.cause_response_code == CONDITION_FAILED:
            return False
        raise
    return True


def _staff(item: _AccountItem) -> StaffMember:
    return StaffMember(
        _id(item),
        item.name,
        item.email,
        Role(item.role),
        item.is_active,
        item.identity or "",
        date.fromisoformat(item.ends_on) if item.ends_on else None,
        item.notice_version or "",
    )


def _account(item: _AccountItem, signed_in_at: str | None = None) -> Account:
    moments = (signed_in_at, item.accepted_at, item.closed_at)
    return Account(_staff(item), from_iso(item.registered_at), *(from_iso(at) if at else None for at in moments))


def _id(item: _AccountItem) -> str:
    return item.pk.partition("#")[2]


def _ending(day: date | None) -> Action:
    last_day = _AccountItem.ends_on
    return last_day.set(day.isoformat()) if day else last_day.remove()


def _account_key(staff_id: str) -> str:
    return f"STAFF#{staff_id}"


def _address_key(address: str) -> str:
    return f"EMAIL#{fold_address(address)}"


def _session_key(token: str) -> str:
    return f"SESSION#{_hash(token)}"


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _ttl(instant: datetime) -> int:
    return int(instant.timestamp())
