"""What people do about their membership: register, sign in, choose newsletters, leave them."""

import contextlib
import secrets
from datetime import datetime

from madoguchi.japan.time import tokyo_day
from madoguchi.mail.owed import OwedMail, post
from madoguchi.members import links, sessions, store
from madoguchi.members.rules import (
    ACTIVE,
    NAME_FIELDS,
    REGISTRATION_LIVES,
    ChangedMeanwhileError,
    ConsentRecord,
    Link,
    LinkGoneError,
    Member,
    NumberTakenError,
    Pending,
    Place,
    SubscriptionUnchangedError,
    UnreadableAddressError,
    Wish,
    consents_of,
    draw_number,
    folded,
    reference_of,
)
from madoguchi.programme.definition import programme
from madoguchi.programme.forms import address
from madoguchi.refusals import ConflictError, NotFoundError, TooManyError
from madoguchi.storage import transaction
from madoguchi.web import limits

HOUR = 60 * 60
TEN_MINUTES = 10 * 60
# Three mails let somebody correct a mistake and try again; nobody's mailbox can be flooded.
MOST_REGISTRATIONS_PER_ADDRESS = 3
# A day's visits from several devices, and again not a flood.
MOST_SIGN_INS_PER_ADDRESS = 5
# A whole company or a lecture hall may stand behind one source; a script sends more than this.
MOST_PER_SOURCE = 100

MOST_DRAWS = 5
MOST_TRIES = 3


def ask_to_register(wish: Wish, *, nonce: str, place: Place, source: str, now: datetime) -> None:
    """Keep what was typed for a day and owe it a mail; the same form sent again changes nothing.

    The caller learns nothing about who is registered: which mail is sent is decided by the worker.
    TooManyError when the source asks too often; an address that asks too often just gets no mail.
    """
    limits.take("register-source", source, most=MOST_PER_SOURCE, seconds=TEN_MINUTES, now=now)
    reading = wish.reading
    if not _may_mail("register-address", str(reading.values["email"]), most=MOST_REGISTRATIONS_PER_ADDRESS, now=now):
        return
    ticked = dict.fromkeys(reading.ticked, "yes")
    link = Link.new(reference_of(nonce, {**reading.values, **ticked}))
    consents = consents_of(wish.form, reading, at=now, place=place)
    expires = now + REGISTRATION_LIVES
    pending = Pending(reading.values, consents, expires, wish.form.id, wish.came_from, wish.language)
    owed = links.keep_pending(link, pending, now)
    if owed:
        post(owed)


def confirm_registration(token: str, now: datetime) -> str:
    """Make the person behind the mailed link a member and sign them in; returns the session's id.

    LinkGoneError, AlreadyConfirmedError or AlreadyRegisteredError when there is nothing left to do.
    """
    link = Link.read(token)
    pending = links.pending_of(link, now)
    member_id = secrets.token_urlsafe(12)
    for _ in range(MOST_DRAWS):
        try:
            owed, session_id = _make_member(link, member_of(pending, member_id, now), now)
        except NumberTakenError:
            continue
        post(owed)
        return session_id
    raise ConflictError


def ask_to_sign_in(email: str, *, leads_to: str, source: str, now: datetime) -> None:
    """Owe a sign-in link to the stored address, if there is one; the caller does not learn which.

    UnreadableAddressError when it is no address; TooManyError when the source asks too often. An address that
    asks too often just gets no mail.
    """
    try:
        email = address(email)
    except ValueError as error:
        raise UnreadableAddressError from error
    limits.take("sign-in-source", source, most=MOST_PER_SOURCE, seconds=TEN_MINUTES, now=now)
    if _may_mail("sign-in-address", email, most=MOST_SIGN_INS_PER_ADDRESS, now=now):
        post(links.keep_sign_in(Link.new(), email, leads_to=leads_to, now=now))


def sign_in(token: str, now: datetime) -> tuple[str, str]:
    """Use a mailed link, once; returns the session's id and the page the person wanted, or LinkGoneError."""
    link = Link.read(token)
    request = links.sign_in_of(link, now)
    member_id = store.id_of_address(request.email)
    if member_id is None or store.get(member_id).status != ACTIVE:
        raise LinkGoneError
    with transaction() as t:
        links.use_sign_in(t, link)
        session_id = sessions.begin(t, member_id, now)
    return session_id, request.leads_to


def subscribe(member_id: str, *, place: Place, now: datetime) -> None:
    """Consent to newsletters; nothing changes when the member did before."""
    _choose_newsletters(member_id, _newsletter_word(given=True, place=place, now=now))


def unsubscribe(member_id: str, *, place: Place, now: datetime) -> None:
    """Take the consent to newsletters back; nothing changes when it was taken back before."""
    _choose_newsletters(member_id, _newsletter_word(given=False, place=place, now=now))


def unsubscribe_by_link(token: str, *, place: Place, now: datetime) -> None:
    """Take the consent back by the link in a newsletter; NotFoundError when it is not one of ours."""
    member_id = store.id_of_unsubscribe_token(token)
    if member_id is None:
        raise NotFoundError
    with contextlib.suppress(NotFoundError):  # whoever has left takes no newsletters any more
        unsubscribe(member_id, place=place, now=now)


def _choose_newsletters(member_id: str, word: ConsentRecord) -> None:
    for _ in range(MOST_TRIES):
        try:
            with transaction() as t:
                if word.given:
                    store.subscribe(t, member_id, word.at)
                else:
                    store.unsubscribe(t, member_id)
                store.remember_consent(t, member_id, word)
        except SubscriptionUnchangedError:
            return
        except ChangedMeanwhileError:
            # Another change of the same member was first: it has nothing to do with this wish.
            continue
        return
    raise ChangedMeanwhileError


def _may_mail(kind: str, email: str, *, most: int, now: datetime) -> bool:
    try:
        limits.take(kind, folded(email), most=most, seconds=HOUR, now=now)
    except TooManyError:
        return False
    return True


def _make_member(link: Link, member: Member, now: datetime) -> tuple[OwedMail, str]:
    with transaction() as t:
        links.use_pending(t, link)
        owed = store.add(t, member, mail="registration-done")
        session_id = sessions.begin(t, member.member_id, now)
    return owed, session_id


def member_of(pending: Pending, member_id: str, now: datetime) -> Member:
    """The person who filled in that form, as a member with a number and a class."""
    answers = dict(pending.values)
    member_class = programme().members.class_of(answers, tokyo_day(now))
    family_name, given_name, family_kana, given_kana, email = (str(answers.pop(each, "")) for each in NAME_FIELDS)
    return Member(
        member_id=member_id,
        number=draw_number(),
        family_name=family_name,
        given_name=given_name,
        family_kana=family_kana,
        given_kana=given_kana,
        email=email,
        class_id=member_class.id,
        answers=answers,
        consent_history=pending.consents,
        status=ACTIVE,
        registered_at=now,
        version=programme().version,
        form_id=pending.form_id,
        stage=programme().members.starting_stage,
        source=pending.source,
        language=pending.language,
    )


def _newsletter_word(*, given: bool, place: Place, now: datetime) -> ConsentRecord:
    consent_id = programme().newsletters.consent
    forms = programme().registration.forms
    version = next(consent.version for form in forms if (consent := form.consent(consent_id)))
    return ConsentRecord(consent_id, version, given, now, place.page, place.source)
