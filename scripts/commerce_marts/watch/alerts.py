"""Alerts: each event is told once on each channel, and no build waits or fails for it.

What was told lies beside the warehouse, a file for each channel:

    commerce.duckdb.alerted-webhook.json    {topic: [key of an event, ...]}

An event that could not be sent is not remembered, so the next alert sends it again.
"""

import fcntl
import json
import os
import re
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
import duckdb

from commerce_marts.errors import shown_path
from commerce_marts.watch.channels import Channel, NotSentError, channels_of
from commerce_marts.watch.history import BuildRecord

# A build waits no longer for its alerts; a channel that is slower is left alone.
SECONDS_IN_ALL = 20
REMEMBERED, EVENTS_SHOWN = 500, 10
# Days before the newest period of a domain in which an alert is still news.
NEWS_DAYS = 7
# Alerts of the last days, also where no build ran on some of them.
REVENUE_ALERTS = f"""
    with newest as (
        select
            *,
            max(period_start) over (partition by domain, datepart) as newest_start
        from forecast.revenue_alerts
    )
    select
        concat_ws(' ', domain, datepart, period_start, location_id),
        concat(
            domain, ': revenue ', if(datepart = 'day', 'on ', 'in the week from '), period_start,
            coalesce(' of ' || nullif(location_name, '(none)'), ''), ' was ',
            format('{{:,.2f}}', revenue::double), ', where ',
            format('{{:,.2f}}', revenue_expected::double), ' was expected'
        )
    from newest
    left join core.dim_locations using (domain, location_id)
    where is_alert and period_start > newest_start - {NEWS_DAYS}
    order by abs(z_score) desc
"""


@dataclass(frozen=True)
class Topic:
    """Events of one kind: {key: what to tell}.

    With `is_state` these are all that is so now: what is no longer so is forgotten, and told again
    if it comes back. Otherwise every event is remembered.
    """

    name: str
    events: Mapping[str, str] = field(default_factory=dict)
    is_state: bool = False

    def remembered(self, before: Sequence[str]) -> list[str]:
        """The keys to remember after the events were told."""
        return list(dict.fromkeys([*(() if self.is_state else before), *self.events]))[-REMEMBERED:]


def failure_topic(target: Path, record: BuildRecord) -> Topic:
    """A build that did not publish. The same reason is told again only after a publication."""
    reason = record.failure_reason or ""
    # Counts, times and process ids differ each time.
    key = re.sub(r"\d+", "#", f"{record.status}: {reason.partition(chr(10))[0]}")
    after = f" after {record.duration.total_seconds():.0f} s" if record.duration else ""
    text = f"{what(target)}: build {record.build_id} {record.status}{after}.\n{reason}"
    return Topic("failure", {key: text.strip()})


def killed_topic(target: Path, record: BuildRecord) -> Topic:
    """A build of which only its folder was left."""
    text = f"{what(target)}: build {record.build_id} was killed, and published nothing."
    return Topic("killed", {record.build_id: text})


def topics_of_publication(target: Path, revenue_alerts: Mapping[str, str]) -> list[Topic]:
    """No build fails any more; and {key: sentence} of the revenue that is unlikely."""
    events = {key: f"{what(target)}: {text}." for key, text in revenue_alerts.items()}
    return [Topic("failure", is_state=True), Topic("revenue", events)]


def revenue_alerts_of(file: Path) -> dict[str, str]:
    """{key: sentence} of the unlikely revenue of the last days, the most unlikely first."""
    with duckdb.connect(str(file), read_only=True) as connection:
        try:
            return dict(connection.execute(REVENUE_ALERTS).fetchall())
        except duckdb.CatalogException:
            # A small project has no such mart.
            return {}


def send_alerts(target: Path, topics: Sequence[Topic]) -> None:
    """Tells every channel what it has not told yet. Says on stderr what was not sent.

    Returns after SECONDS_IN_ALL at most, and raises nothing.
    """
    if not topics:
        return
    channels, problems = channels_of(os.environ)
    for problem in problems:
        click.echo(f"Alerts: {problem}", err=True)
    outcomes = {one.name: "an alert was not sent: it took too long" for one in channels}

    def tell(channel: Channel) -> None:
        try:
            outcomes[channel.name] = _tell(channel, target, topics)
        except NotSentError as error:
            outcomes[channel.name] = f"an alert was not sent: {error}"
        except Exception as error:
            # Not its text, which may have a secret.
            outcomes[channel.name] = f"{type(error).__name__}, so an alert may come again or never"

    # Daemons: a server that never answers does not keep the process alive.
    threads = [threading.Thread(target=tell, args=(one,), daemon=True) for one in channels]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + SECONDS_IN_ALL
    for thread in threads:
        thread.join(max(0, deadline - time.monotonic()))
    for name, problem in outcomes.items():
        if problem:
            click.echo(f"Alerts by {name}: {problem}.", err=True)


def remembered_by(target: Path, channel: Channel) -> dict[str, list[str]]:
    """What a channel has told: {topic: keys}; empty where there is nothing that may be read."""
    try:
        return _topics_in(_memory_file(target, channel).read_text())
    except OSError:
        return {}


def _tell(channel: Channel, target: Path, topics: Sequence[Topic]) -> str:
    """Tells what is new and remembers it; returns why it cannot be remembered, or an empty text.

    Raises NotSentError.
    """
    file = _memory_file(target, channel)
    try:
        memory_file = os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666), "r+")
    except OSError as error:
        _send_new(channel, topics, {})
        return (
            f"{shown_path(file)} cannot be written ({error.strerror}), so what was sent is not "
            "remembered and will be sent again"
        )
    with memory_file:
        # A build and `status --alert` may meet here.
        fcntl.flock(memory_file, fcntl.LOCK_EX)
        memory = _topics_in(memory_file.read())
        try:
            _send_new(channel, topics, memory)
        finally:
            memory_file.seek(0)
            memory_file.truncate()
            json.dump({name: keys for name, keys in memory.items() if keys}, memory_file, indent=1)
    return ""


def _send_new(channel: Channel, topics: Sequence[Topic], memory: dict[str, list[str]]) -> None:
    """Sends one message with all events that the memory lacks, and adds them to it.

    Raises NotSentError; then the memory has only what was told before.
    """
    before = {topic.name: memory.get(topic.name, []) for topic in topics}
    new = [
        (topic.name, text)
        for topic in topics
        for key, text in topic.events.items()
        if key not in before[topic.name]
    ]
    after = {topic.name: topic.remembered(before[topic.name]) for topic in topics}
    unsent = {name for name, _ in new}
    memory |= {name: keys for name, keys in after.items() if name not in unsent}
    if new:
        texts = [text for _, text in new[:EVENTS_SHOWN]]
        more = len(new) - EVENTS_SHOWN
        texts += [f"... and {more:,} more."] * (more > 0)
        channel.send(f"commerce-marts: {texts[0].splitlines()[0]}"[:120], "\n\n".join(texts))
    memory |= after


def _memory_file(target: Path, channel: Channel) -> Path:
    return target.with_name(f"{target.name}.alerted-{channel.name}.json")


def _topics_in(text: str) -> dict[str, list[str]]:
    """What a file of memory says. A damaged one says nothing: what is so now is told again."""
    try:
        return {name: [str(key) for key in keys] for name, keys in json.loads(text).items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def what(target: Path) -> str:
    """What an alert is about, and where: `commerce.duckdb on shop1`."""
    return f"{target.name} on {socket.gethostname()}"
