"""Changing one's mail address, which both mailboxes must confirm."""

from madoguchi.members import addresses
from madoguchi.members.addresses import Side
from madoguchi.members.rules import Member
from madoguchi.refusals import ConflictError, GoneError, InvalidError
from madoguchi.web.answers import Answer, Page, Redirect
from madoguchi.web.visits import Visit
from public.counter_app import app
from public.mailed_links import unusable

TITLE = "メールアドレスの変更"
DONE = {
    "asked": "両方のメールアドレスに、確認のメールをお送りします。24時間以内に、両方のメールから承認してください。",
    "stopped": "メールアドレスの変更を取り消しました。",
}


@app.page("GET", "/me/address")
def see_form(visit: Visit[Member]) -> Answer:
    """The address so far, the change that waits, and the form."""
    page = _form(visit, "")
    done = DONE.get(visit.query.get("done"))
    return Page(page.template, page.title, page.facts, notice=("success", done) if done else None)


@app.page("POST", "/me/address")
def ask(visit: Visit[Member]) -> Answer:
    """Ask both mailboxes, or stop what was asked before."""
    member = visit.member()
    if visit.form.get("choice") == "stop":
        addresses.stop(member.member_id)
        return Redirect("/me/address?done=stopped")
    typed = visit.form.get("email")
    try:
        addresses.ask(member, typed, now=visit.now)
    except InvalidError as refusal:
        return _form(visit, typed, [("email", refusal.message)])
    return Redirect("/me/address?done=asked")


@app.page("GET", "/address/{token}")
def see_buttons(visit: Visit[Member], token: str) -> Answer:
    """What is asked of this mailbox; a mail scanner that follows the link changes nothing."""
    try:
        change = addresses.behind(token, visit.now)
    except GoneError as refusal:
        return unusable(visit, refusal)
    facts = {
        "token": token,
        "change": change,
        "is_new": change.side is Side.NEW,
        "has_agreed": change.agreed[change.side],
    }
    return Page("members/address_link.html", TITLE, facts)


@app.page("POST", "/address/{token}")
def answer(visit: Visit[Member], token: str) -> Answer:
    """Agree or, from the address so far, stop the change."""
    try:
        change = addresses.behind(token, visit.now)
        if visit.form.get("choice") == "stop" and change.side is Side.OLD:
            addresses.stop(change.member_id)
            return Page("members/address_done.html", "変更を取り消しました", {"outcome": "stopped"})
        is_done = addresses.agree(token, visit.now)
    except (GoneError, ConflictError) as refusal:
        return unusable(visit, refusal)
    title = "メールアドレスを変更しました" if is_done else "承認を受け付けました"
    return Page("members/address_done.html", title, {"outcome": "changed" if is_done else "half"})


def _form(visit: Visit[Member], typed: str, errors: list[tuple[str, str]] | None = None) -> Page:
    member = visit.member()
    waiting = addresses.waiting(member.member_id, visit.now)
    agreed = {side.value: given for side, given in waiting.agreed.items()} if waiting else {}
    facts = {"email": member.email, "typed": typed, "waiting": waiting, "agreed": agreed}
    return Page("members/address.html", TITLE, facts, errors=errors or [])
