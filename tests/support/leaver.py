"""Somebody whose every value is unlike anybody else's, and who does everything that leaves a trace."""

from dataclasses import dataclass, field
from datetime import timedelta

from madoguchi.events.rules import Attendee, EventDraft
from madoguchi.events.usecases import hold_for_guest, publish
from madoguchi.japan.folding import fold
from madoguchi.members import changes, store
from madoguchi.members.changes import Wanted
from madoguchi.members.rules import Place, folded
from madoguchi.newsletters import usecases as newsletters
from madoguchi.newsletters.rules import Draft
from madoguchi.office import reception
from madoguchi.office.reception import Clerk
from newsletter_plan.handler import handler as plan_newsletters
from newsletter_send.handler import handler as send_newsletters
from sweep.handler import handler as sweep
from tests.support.gateway import Answered, Browser
from tests.support.members import GOOD_FORM
from tests.support.post_office import Clock, PostOffice, link_in

OLD_ADDRESS, NEW_ADDRESS = "Yui.Mukashi+Ichi@example.jp", "ＹＵＩ.ima@example.jp"
BEFORE = {"family_name": "櫻塚", "given_name": "結衣紗", "family_kana": "さくらづか", "given_kana": "ﾕｲｻ"}
NEW_NAME = "澤瀉"
ANSWERS = {
    "phone": "090-8765-4321",
    "birth_date": "1987-06-05",
    "postal_code": "7538642",
    "city": "幻想市七夕町",
    "street": "三丁目77番地9",
}
DESK = Clerk("staff-1", "192.0.2.9")


@dataclass
class Leaver:
    """A person at a browser, the counter's clerk and the programme's workers."""

    browser: Browser
    post_office: PostOffice
    clock: Clock
    number: str = ""
    events: list[str] = field(default_factory=list)

    @property
    def member_id(self) -> str:
        found = store.of_number(self.number)
        assert found
        return found

    def live(self) -> None:
        """Register, correct, move house and mailbox, book, use, sign up, read newsletters: each by its real path."""
        self.be_a_guest_first()
        self.register()
        self.correct()
        self.change_address()
        self.use_the_office()
        self.sign_up()
        self.read_a_newsletter()
        self.leave_links_behind()

    def values(self) -> list[str]:
        """Every value that tells who it is, as typed, as stored and as folded."""
        names = [*BEFORE.values(), NEW_NAME, "サクラヅカ", "ユイサ"]
        addresses = [OLD_ADDRESS, NEW_ADDRESS]
        found = [*names, *ANSWERS.values(), *addresses, *map(folded, addresses), self.number]
        found += [ANSWERS["phone"].replace("-", ""), self.number.replace("-", ""), "yui.ima", "YUI.ima"]
        return sorted({*found, *map(fold, found)})

    def be_a_guest_first(self) -> None:
        """Sign up for an event before registering, with the same address."""
        event = self._an_event("guest", days=3)
        hold_for_guest(event, Attendee(OLD_ADDRESS, "櫻塚 結衣紗"), nonce="g", source="192.0.2.1", now=self.clock.now)
        (mail,) = self.post_office.deliver()
        path = link_in(mail)
        assert self.browser.submit(path, path, {}).status == 303
        self.post_office.deliver()

    def register(self) -> None:
        form = GOOD_FORM | BEFORE | {"email": OLD_ADDRESS, "newsletter": "yes", "step": "send"}
        assert self.browser.submit("/register", "/register", form).status == 303
        (mail,) = self.post_office.deliver()
        path = link_in(mail)
        assert self.browser.submit(path, path, {}).location == "/me?done=registered"
        (welcome,) = self.post_office.deliver()
        self.number = welcome.text.partition("登録番号：")[2].split()[0]

    def correct(self) -> None:
        member = store.get(self.member_id)
        wanted = Wanted({**member.all_answers, **ANSWERS, "family_name": NEW_NAME})
        place = Place("/me/change", "test")
        changes.change(
            member.member_id, wanted, revision=member.revision, by=member.member_id, place=place, now=self.clock.now
        )
        self.post_office.deliver()

    def change_address(self) -> None:
        assert self.browser.submit("/me/address", "/me/address", {"email": NEW_ADDRESS}).status == 303
        mails = self.post_office.deliver()
        assert len(mails) == 2
        for mail in mails:
            path = link_in(mail)
            self.browser.submit(path, path, {})
        self.post_office.deliver()
        assert folded(store.get(self.member_id).email) == folded(NEW_ADDRESS)

    def use_the_office(self) -> None:
        """One booking that is used, one of which nobody came, two to come."""
        used = self._book("2026-11-30", "14:00", "15:00")
        self._book("2026-12-02", "09:00", "10:00")
        self._book("2026-12-09", "09:00", "10:00")
        self._book("2027-01-06", "09:00", "10:00")
        self.clock.forward(hours=4)
        reception.check_in(used, clerk=DESK, at=self.clock.now)
        self.clock.forward(days=3)
        self.post_office.deliver()

    def sign_up(self) -> None:
        """An event that is over, and one to come."""
        for name, days in (("over", 1), ("to-come", 20)):
            event = self._an_event(name, days=days)
            assert self.browser.submit(f"/events/{event}/sign-up", f"/events/{event}/sign-up", {}).status == 303
        self.clock.forward(days=2)
        self.post_office.deliver()

    def read_a_newsletter(self) -> None:
        now = self.clock.now
        issue = newsletters.write(Draft("お知らせ", "本文です。"), nonce="n", by="staff-1", now=now)
        newsletters.schedule(issue, now, by="staff-1", source="192.0.2.9", now=now)
        plan_newsletters({}, None)  # type: ignore[arg-type]
        for body in self.post_office.newsletters():
            send_newsletters({"Records": [{"messageId": "1", "body": body, "eventSource": "aws:sqs"}]}, None)  # type: ignore[arg-type]
        plan_newsletters({}, None)  # type: ignore[arg-type]

    def leave_links_behind(self) -> None:
        """A sign-in link that is not used, a second registration that is not confirmed, a change that waits."""
        other = Browser(self.browser.app, source="192.0.2.77")
        other.submit("/sign-in", "/sign-in", {"email": NEW_ADDRESS})
        form = GOOD_FORM | BEFORE | {"email": NEW_ADDRESS, "step": "send"}
        other.submit("/register", "/register", form)
        self.browser.submit("/me/address", "/me/address", {"email": "yui.ima.mata@example.jp"})
        self.post_office.deliver()

    def withdraw(self) -> Answered:
        return self.browser.submit("/me/withdraw", "/me/withdraw", {"sure": "yes"})

    def sweep(self) -> None:
        """What the schedule does within five minutes, and then the mail."""
        sweep({}, None)  # type: ignore[arg-type]
        self.post_office.deliver()

    def _book(self, day: str, start: str, end: str) -> str:
        wish = {"area": "personal", "day": day, "start": start, "end": end, "party": "1", "step": "book"}
        answer = self.browser.submit("/bookings/new", "/bookings/new", wish)
        assert answer.status == 303, answer.body
        return answer.location.removeprefix("/bookings/").partition("?")[0]

    def _an_event(self, name: str, *, days: int) -> str:
        starts = self.clock.now + timedelta(days=days)
        draft = EventDraft(f"交流会 {name}", "お話を聞きます。", "会議室", starts, starts + timedelta(hours=2), 10)
        event = publish(draft, nonce=name, by="staff-1", now=self.clock.now)
        self.events.append(event.event_id)
        return event.event_id
