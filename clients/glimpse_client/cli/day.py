"""`glimpse day`: what a day was, on a terminal."""

import shutil

import click

from glimpse_client.cli import options, output, timeline
from glimpse_client.client import Client


@click.command()
@options.date
@options.as_json
def command(*, date: str, as_json: bool) -> None:
    """What DATE was: its sessions, and what time was spent on.

    DATE is YYYY-MM-DD, today (the default) or yesterday. A day begins at 04:00, or when the daemon's
    configuration says.
    """
    with Client() as client:
        reply = client.day(date)
    if as_json:
        output.say_json(**output.fields_of(reply))
        return
    for text, colour in timeline.lines(reply.day, shutil.get_terminal_size().columns):
        output.say(text, colour)
