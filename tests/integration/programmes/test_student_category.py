"""Students who look for work are a category of their own: chosen on the form, and counted in the month's report."""

from datetime import date

import pytest

from madoguchi.japan.time import Month
from madoguchi.members import store as members
from madoguchi.office.reception import Clerk, check_in
from madoguchi.office.usecases import book
from madoguchi.reports import usecases as reports
from public.booking_form import booker_of
from tests.support.applicant import Applicant
from tests.support.office import a_wish, tokyo
from tests.support.post_office import Clock

DAY = date(2026, 11, 25)
STUDENT = {"affiliation": "student", "university": "例示大学", "home_prefecture": "34", "aim": "job_hunting"}


@pytest.mark.meets("B-039")
def test_a_student_says_where_they_study_and_is_counted_as_one(applicant: Applicant, clock: Clock) -> None:
    page = applicant.browser.get("/register").body
    assert "県内企業などへの就職活動をする大学生等" in page
    assert "大学・学校の名称" in page

    applicant.register(**STUDENT)
    member = members.get(str(members.id_of_address("hanako@example.jp")))
    assert (member.class_id, member.answers["university"]) == ("student", "例示大学")

    booked = book(a_wish(day=DAY), booker=booker_of(member), nonce="nonce", at=clock.now)
    clock.now = tokyo(DAY, 10)
    check_in(booked.booking_id, clerk=Clerk("desk", "192.0.2.1"), at=clock.now)
    clock.now = tokyo(date(2026, 12, 1), 9)
    frozen = reports.figures(reports.freeze(Month(2026, 11), clock.now).record)

    counted = {(each.item, each.group): each.value for each in frozen.figures if each.unit == "人"}
    assert [value for (item, group), value in counted.items() if "就職活動中の学生" in (item, group) and value] != []
