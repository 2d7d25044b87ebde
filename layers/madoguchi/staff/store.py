"""The staff table: accounts, the addresses they hold, sessions, and the codes that were used."""

import hashlib
from datetime import datetime, timedelta

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, PutError, UpdateError

from madoguchi.japan.time import from_iso, to_iso
from madoguchi.staff.rules import LONGEST, AddressTakenError, Session, StaffMember, fold_address
from madoguchi.storage import CONDITION_FAILED, Item, TableMeta, transaction
from madoguchi.web.access import Role

ACCOUNT = "ACCOUNT"
SESSION = "SESSION"
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


class _AddressItem(Item):
    """One address is one person: put only if it is absent."""

    class Meta(metaclass=TableMeta):
        capability = "staff"

    staff_id = UnicodeAttribute()


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
    )
    address = _AddressItem(_address_key(staff.email), ACCOUNT, staff_id=staff.staff_id)
    with transaction() as t:
        t.save(address, _AddressItem.pk.does_not_exist(), AddressTakenError)
        t.save(account, _AccountItem.pk.does_not_exist(), AddressTakenError)


def get(staff_id: str) -> StaffMember | None:
    """The account of that id."""
    try:
        item = _AccountItem.get(_account_key(staff_id), ACCOUNT, consistent_read=True)
    except _AccountItem.DoesNotExist:
        return None
    return StaffMember(staff_id, item.name, item.email, Role(item.role), item.is_active, item.identity or "")


def find(address: str) -> StaffMember | None:
    """The account that holds an address, as typed."""
    try:
        item = _AddressItem.get(_address_key(address), ACCOUNT, consistent_read=True)
    except _AddressItem.DoesNotExist:
        return None
    return get(item.staff_id)


def names_of(staff_ids: set[str]) -> dict[str, str]:
    """The names behind ids; ids without an account are left out."""
    keys = [(_account_key(staff_id), ACCOUNT) for staff_id in staff_ids]
    return {item.pk.partition("#")[2]: item.name for item in _AccountItem.batch_get(keys)}


def set_active(staff_id: str, *, is_active: bool) -> None:
    """Open or close an account; a closed one's sessions are refused at once."""
    item = _AccountItem(_account_key(staff_id), ACCOUNT)
    item.update([_AccountItem.is_active.set(is_active)], _AccountItem.pk.exists())


def set_identity(staff_id: str, identity: str) -> None:
    """Tie an account to another user of the identity provider."""
    item = _AccountItem(_account_key(staff_id), ACCOUNT)
    item.update([_AccountItem.identity.set(identity)], _AccountItem.pk.exists())


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
