"""What the definition means for data protection: the register of personal data, the processors, the senders of mail."""

import io

from madoguchi.japan.time import TOKYO, tokyo_day
from madoguchi.mail.dns import MOST_LOOK_UPS, domains_of
from madoguchi.programme.data_register import COLUMNS, rows_of
from madoguchi.programme.definition import programme
from madoguchi.spreadsheets import XLSX_TYPE, Particulars, write_xlsx
from madoguchi.staff.rules import StaffMember
from madoguchi.web.answers import Answer, Download, Page
from madoguchi.web.visits import Visit
from staff.counter_app import app

TITLE = "個人情報台帳"
FILE = "personal-data-register.xlsx"


@app.page("GET", "/register-of-data")
def see_register(visit: Visit[StaffMember]) -> Answer:
    """Show the register of today's definition."""
    now = programme()
    facts = {
        "columns": COLUMNS,
        "rows": rows_of(now),
        "processors": now.processors,
        "contract": now.contract,
        "version": now.version,
        "today": tokyo_day(visit.now),
    }
    return Page("register/data.html", TITLE, facts)


@app.page("GET", "/register-of-data/workbook")
def download_register(visit: Visit[StaffMember]) -> Answer:
    """The register as a workbook. It names nobody."""
    now, content = programme(), io.BytesIO()
    rows = (
        ("資料", TITLE),
        ("業務", now.contract.title),
        ("委託者", now.contract.client),
        ("受託者", now.contract.contractor),
        ("定義の版", f"第{now.version}版"),
        ("作成日", f"{tokyo_day(visit.now):%Y-%m-%d}"),
    )
    particulars = Particulars(f"{TITLE}　{now.site.name}", now.contract.contractor, visit.now.astimezone(TOKYO), rows)
    write_xlsx(content, [COLUMNS, *(row.cells for row in rows_of(now))], particulars)
    return Download(FILE, XLSX_TYPE, content.getvalue())


@app.page("GET", "/register-of-data/processors")
def see_processors(visit: Visit[StaffMember]) -> Answer:
    """Show who else handles personal data, as a sheet for the client to approve."""
    now = programme()
    facts = {"processors": now.processors, "contract": now.contract, "today": tokyo_day(visit.now)}
    return Page("register/processors.html", "再委託先の一覧", facts)


@app.page("GET", "/register-of-data/mail")
def see_mail_senders(_visit: Visit[StaffMember]) -> Answer:
    """Show each service that sends mail, and the DNS records that must stand together."""
    now = programme()
    facts = {
        "senders": now.mail_senders,
        "domains": domains_of(now.mail_senders, reports_to=now.site.mail),
        "most": MOST_LOOK_UPS,
    }
    return Page("register/mail.html", "メールの送信元（DNS）の確認", facts)
