"""Alerts reach people once for each event, and no build waits or fails for them."""

import os
import shutil
from pathlib import Path

import duckdb
import pytest
from alert_servers import (
    PASSWORD,
    PATH,
    USER,
    certificate_in,
    mail_server,
    port_of,
    webhook_server,
)
from trials import SMALL_PROJECT, build_id_of, exit_code_of, publish_prepared

from commerce_marts.watch import alerts, channels
from commerce_marts.watch.alerts import Topic, send_alerts
from commerce_marts.watch.channels import NotSentError, Webhook, channels_of


@pytest.fixture
def target(tmp_path) -> Path:
    return tmp_path / "warehouse" / "commerce.duckdb"


@pytest.fixture
def webhook():
    with webhook_server() as server:
        yield server


@pytest.fixture
def settings(monkeypatch):
    """settings(WEBHOOK=...): the environment of this process has these alert settings alone."""
    for name in list(os.environ):
        if name.startswith(channels.PREFIX) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)

    def set_them(**given: object) -> None:
        for name, value in given.items():
            monkeypatch.setenv(f"{channels.PREFIX}{name}", str(value))

    return set_them


@pytest.fixture
def published_with(prepared, target, tmp_path, webhook):
    """published_with(number, *statements): a build of that version, changed by the statements.

    Returns its exit code and what it said on stderr.
    """

    def build(number: int, *statements: str) -> tuple[int, str]:
        file = tmp_path / f"{number}.duckdb"
        shutil.copyfile(prepared[number], file)
        with duckdb.connect(str(file)) as connection:
            for statement in statements:
                connection.execute(statement)
        stderr = tmp_path / "stderr.txt"
        stderr.unlink(missing_ok=True)
        environment = {f"{channels.PREFIX}WEBHOOK": webhook.url}
        code = exit_code_of(
            publish_prepared, file, target, stderr_file=stderr, environment=environment
        )
        return code, stderr.read_text()

    return build


# It makes a build fail after dbt.
BROKEN = "alter table core.build_info rename column orders_count to orders"
ALERTS = """
    create schema forecast;
    create table forecast.revenue_alerts as select
        'apples' as domain, 'o1' as location_id, 'day' as datepart, day::date as period_start,
        14.5 as revenue, 1000.0 as revenue_expected, -5.0 as z_score, is_alert,
        false as is_newest
    from (values {days}) as days(day, is_alert);
    create table core.dim_locations as
        select 'apples' as domain, 'o1' as location_id, '<!channel> & co' as location_name
"""


def test_a_failed_build_is_told_once_and_again_after_a_success(published_with, webhook):
    for number in (0, 1):
        code, stderr = published_with(number, BROKEN)
        assert code == 1
        assert stderr.startswith("Error: The new file cannot be completed: Binder Error: ")
    assert len(webhook.texts) == 1
    first = webhook.texts[0]
    assert first.startswith("commerce.duckdb on ")
    assert ": build 20240101T000000Z-000000 failed after " in first
    assert "The new file cannot be completed: Binder Error: " in first
    assert published_with(2) == (0, "")
    assert len(webhook.texts) == 1
    assert published_with(3, BROKEN)[0] == 1
    assert len(webhook.texts) == 2
    assert webhook.requests[0] == ("POST", PATH, "application/json")


def test_a_build_that_fails_for_another_reason_is_told_too(published_with, webhook):
    published_with(0, BROKEN)
    published_with(1, "alter table core.build_info rename column revenue to income")
    published_with(2, BROKEN)
    assert ['"revenue"' in text for text in webhook.texts] == [False, True]


def test_unlikely_revenue_is_told_once_for_each_day_also_where_a_day_had_no_build(
    published_with, webhook
):
    def days(*numbers: int) -> str:
        return ALERTS.format(days=", ".join(f"('2024-01-{n:02}', true)" for n in numbers))

    published_with(0, days(10))
    published_with(1, days(10))
    # The 2nd is long ago: a day that becomes unlikely later is no news.
    published_with(2, days(2, 10, 11, 12))
    assert [text.count("revenue on") for text in webhook.texts] == [1, 2]
    # Slack would read the name of a place as markup.
    assert webhook.texts[0].endswith(
        "apples: revenue on 2024-01-10 of &lt;!channel&gt; &amp; co was 14.50, where 1,000.00 was "
        "expected."
    )


def test_a_build_that_was_killed_is_told_by_the_next(prepared, target, published_with, webhook):
    killed = exit_code_of(publish_prepared, prepared[0], target, killed_before=8)
    assert killed == -9
    assert published_with(1) == (0, "")
    assert [text.partition(": ")[2] for text in webhook.texts] == [
        f"build {build_id_of(prepared[0])} was killed, and published nothing."
    ]


@pytest.mark.parametrize("answer", [404, 500, 302])
def test_a_webhook_that_answers_otherwise_fails_no_build_and_is_tried_again(
    answer, published_with, webhook, target
):
    webhook.answer = answer
    code, stderr = published_with(0, ALERTS.format(days="('2024-01-10', true)"))
    assert (code, stderr) == (
        0,
        "Alerts by webhook: an alert was not sent: the server of COMMERCE_MARTS_ALERT_WEBHOOK "
        f"answered {answer}.\n",
    )
    # A redirect is not followed: a POST would become a GET.
    assert {method for method, *_ in webhook.requests} == {"POST"}
    webhook.answer = 200
    assert published_with(1, ALERTS.format(days="('2024-01-10', true)")) == (0, "")
    assert len(webhook.texts) == 1
    secret = PATH.encode()
    assert not any(secret in f.read_bytes() for f in target.parent.rglob("*") if f.is_file())


def test_status_tells_once_what_is_stale_and_again_after_it_was_fresh(
    warehouse, run_cli, settings, webhook
):
    settings(WEBHOOK=webhook.url)

    def status(*options: str):
        return run_cli("status", "--warehouse", warehouse, "--alert", *options)

    assert status("--max-age", "0m").returncode == 1
    assert status("--max-age", "0m").returncode == 1
    assert len(webhook.texts) == 1
    assert "The published build is 0" in webhook.texts[0] or "minute" in webhook.texts[0]
    assert status("--max-age", "26h").returncode == 0
    assert status("--max-age", "0m").returncode == 1
    assert len(webhook.texts) == 2
    assert status("--max-data-age", "apples=3d").returncode == 1
    assert "apples: the data end with 2024-01-31" in webhook.texts[2]


def test_status_tells_of_a_failed_build_whose_own_alert_was_not_sent(
    published_with, target, run_cli, settings, webhook
):
    webhook.answer = 500
    assert published_with(0)[0] == 0
    assert published_with(1, BROKEN)[0] == 1
    webhook.answer = 200
    settings(WEBHOOK=webhook.url)
    for _ in range(2):
        assert run_cli("status", "--warehouse", target, "--alert").returncode == 0
    assert len(webhook.texts) == 1
    assert "build 20240101T000001Z-000001 failed" in webhook.texts[0]


def test_status_with_alert_needs_a_channel(warehouse, run_cli, settings):
    settings(WEBHOK="https://example.com/secret")
    refused = run_cli("status", "--warehouse", warehouse, "--alert")
    assert refused.returncode == 2
    assert refused.stderr == (
        "Error: --alert: nobody can be told. There is no setting COMMERCE_MARTS_ALERT_WEBHOK. Did "
        "you mean COMMERCE_MARTS_ALERT_WEBHOOK?\n"
    )


def event(text: str = "something happened") -> list[Topic]:
    return [Topic("failure", {"key": text})]


def test_a_channel_that_failed_is_told_later_and_the_other_one_not_twice(
    tmp_path, settings, webhook, capsys
):
    with mail_server() as mail:
        settings(
            WEBHOOK=webhook.url,
            EMAIL_TO="ops@example.com,boss@example.com",
            SMTP=f"127.0.0.1:{port_of(mail)}",
            SMTP_SECURITY="none",
        )
        webhook.answer = 500
        send_alerts(tmp_path / "commerce.duckdb", event("a & b: ü\nsecond line"))
        webhook.answer = 200
        send_alerts(tmp_path / "commerce.duckdb", event("a & b: ü\nsecond line"))
    assert webhook.texts == ["a &amp; b: ü\nsecond line"]
    assert mail.messages == [
        (
            ["ops@example.com", "boss@example.com"],
            "commerce-marts: a & b: ü",
            "a & b: ü\nsecond line\n",
        )
    ]
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_mail_is_sent_over_a_checked_connection_with_a_password(
    tls, tmp_path, settings, monkeypatch, capsys
):
    certificate = certificate_in(tmp_path)
    with mail_server(certificate, tls) as mail:
        settings(
            EMAIL_TO="ops@example.com",
            SMTP=f"localhost:{port_of(mail)}",
            SMTP_SECURITY=tls,
            SMTP_USER=USER,
            SMTP_PASSWORD=PASSWORD,
        )
        # Nobody knows the certificate yet: the password must not be sent.
        send_alerts(tmp_path / "commerce.duckdb", event())
        assert (mail.logins, mail.messages) == ([], [])
        assert "its certificate is not valid (self-signed certificate)" in capsys.readouterr().err
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        send_alerts(tmp_path / "commerce.duckdb", event())
        assert mail.logins == [(USER, PASSWORD)]
        assert [to for to, *_ in mail.messages] == [["ops@example.com"]]
        settings(SMTP_PASSWORD="another-secret")
        send_alerts(tmp_path / "other.duckdb", event())
    told = capsys.readouterr().err
    assert "answered with an error: SMTPAuthenticationError 535." in told
    assert "secret" not in told


def test_a_mail_server_that_is_gone_or_refuses_is_told(tmp_path, settings, capsys):
    with mail_server(refuses=True) as mail:
        port = port_of(mail)
        settings(EMAIL_TO="ops@example.com", SMTP=f"127.0.0.1:{port}", SMTP_SECURITY="none")
        send_alerts(tmp_path / "commerce.duckdb", event())
    send_alerts(tmp_path / "commerce.duckdb", event())
    server = f"Alerts by email: an alert was not sent: the mail server 127.0.0.1:{port}"
    assert capsys.readouterr().err.splitlines() == [
        f"{server} refused every recipient of COMMERCE_MARTS_ALERT_EMAIL_TO.",
        f"{server} cannot be used: Connection refused.",
    ]


def test_a_server_that_never_answers_holds_nobody_up(
    tmp_path, monkeypatch, settings, webhook, capsys
):
    webhook.answer = "never"
    monkeypatch.setattr(channels, "SECONDS", 0.2)
    with pytest.raises(NotSentError, match=r"nothing came within 0\.2 s"):
        Webhook(webhook.url).send("", "text")
    monkeypatch.setattr(channels, "SECONDS", 600)
    monkeypatch.setattr(alerts, "SECONDS_IN_ALL", 0.2)
    settings(WEBHOOK=webhook.url)
    send_alerts(tmp_path / "commerce.duckdb", event())
    assert "an alert was not sent: it took too long." in capsys.readouterr().err


def test_what_cannot_be_remembered_is_sent_and_told(tmp_path, settings, webhook, capsys):
    settings(WEBHOOK=webhook.url)
    send_alerts(tmp_path / "missing" / "commerce.duckdb", event())
    assert webhook.texts == ["something happened"]
    assert "cannot be written (No such file or directory), so what was sent is not remembered" in (
        capsys.readouterr().err
    )


def test_a_damaged_memory_is_as_none(tmp_path, settings, webhook):
    settings(WEBHOOK=webhook.url)
    (tmp_path / "commerce.duckdb.alerted-webhook.json").write_text('{"failure": ["ke')
    for _ in range(2):
        send_alerts(tmp_path / "commerce.duckdb", event())
    assert len(webhook.texts) == 1


def test_many_events_are_one_message_that_says_how_many_more(tmp_path, settings, webhook):
    settings(WEBHOOK=webhook.url)
    send_alerts(tmp_path / "c.duckdb", [Topic("revenue", {str(n): f"text {n}" for n in range(12)})])
    assert webhook.texts[0].count("text") == 10
    assert webhook.texts[0].endswith("\n\n... and 2 more.")


def test_without_settings_nothing_is_sent_or_written(tmp_path, settings, capsys):
    send_alerts(tmp_path / "commerce.duckdb", event())
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr() == ("", "")


MAIL = {"EMAIL_TO": "a@example.com", "SMTP": "mail.example.com"}
WRONG = {
    "an address without a scheme": (
        {"WEBHOOK": "hooks.example.com/secret"},
        "COMMERCE_MARTS_ALERT_WEBHOOK is not an address. Write it as https://host/path.",
    ),
    "a file": (
        {"WEBHOOK": "file:///etc/secret"},
        "COMMERCE_MARTS_ALERT_WEBHOOK is not an address. Write it as https://host/path.",
    ),
    "a port that is no number": (
        {"WEBHOOK": "https://host:secret/"},
        "COMMERCE_MARTS_ALERT_WEBHOOK is not an address. Write it as https://host/path.",
    ),
    "no mail server": (
        {"EMAIL_TO": "a@example.com"},
        "E-mail needs COMMERCE_MARTS_ALERT_SMTP: host or host:port.",
    ),
    "nobody to write to": (
        {"SMTP": "mail.example.com"},
        "E-mail needs COMMERCE_MARTS_ALERT_EMAIL_TO: a@example.com,b@example.com.",
    ),
    "no such security": (
        {**MAIL, "SMTP_SECURITY": "ssl"},
        "COMMERCE_MARTS_ALERT_SMTP_SECURITY must be one of starttls, tls, none.",
    ),
    "a wrong port": (
        {**MAIL, "SMTP": "mail.example.com:smtp"},
        "COMMERCE_MARTS_ALERT_SMTP must be host or host:port, such as mail.example.com:587.",
    ),
    "a line more in an address": (
        {**MAIL, "EMAIL_TO": "a@example.com\nBcc: b@example.com"},
        "COMMERCE_MARTS_ALERT_EMAIL_TO and COMMERCE_MARTS_ALERT_EMAIL_FROM must be e-mail "
        "addresses, separated by commas.",
    ),
    "a user without a password": (
        {**MAIL, "SMTP_USER": "marts"},
        "COMMERCE_MARTS_ALERT_SMTP_PASSWORD is missing. A mail server needs both, or neither.",
    ),
    "a password that everybody could read": (
        {**MAIL, "SMTP_USER": "marts", "SMTP_PASSWORD": "secret", "SMTP_SECURITY": "none"},
        "COMMERCE_MARTS_ALERT_SMTP_SECURITY=none would send the password unencrypted to "
        "mail.example.com.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_setting_is_named_without_its_value(case):
    given, message = WRONG[case]
    found = channels_of({f"{channels.PREFIX}{name}": value for name, value in given.items()})
    assert found == ([], [message])
    assert "secret" not in message


def test_a_wrong_setting_fails_no_build(warehouse, run_cli, settings):
    settings(WEBHOOK="hooks.example.com/secret", EMAIL_TO="nobody")
    refused = run_cli(
        *("build", "--project-dir", SMALL_PROJECT, "--warehouse", warehouse),
        *("--raw-from", "files", "--raw-dir", "missing"),
    )
    assert refused.stderr.splitlines() == [
        "Alerts: COMMERCE_MARTS_ALERT_WEBHOOK is not an address. Write it as https://host/path.",
        "Alerts: E-mail needs COMMERCE_MARTS_ALERT_SMTP: host or host:port.",
        "Error: --raw-dir missing does not exist. Name the folder of <domain>/<table>.csv.",
    ]


def test_no_secret_is_shown_where_a_channel_is_printed(settings):
    settings(
        WEBHOOK="https://example.com/secret", **MAIL, SMTP_USER="marts", SMTP_PASSWORD="secret"
    )
    assert "secret" not in repr(channels_of(os.environ))
