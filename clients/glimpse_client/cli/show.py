"""`glimpse show`: one shot in full."""

import click

from glimpse_client.cli import options, output
from glimpse_client.client import Client
from glimpse_client.errors import RequestFailedError
from glimpsed.wire.errors import ErrorCode


@click.command()
@click.argument("shot", metavar="[ID]", required=False)
@click.option("--text", is_flag=True, help="Its text, too.")
@click.option("--history", is_flag=True, help="What every rung said of it, too.")
@options.as_json
def command(*, shot: str | None, text: bool, history: bool, as_json: bool) -> None:
    """Show a shot; without an ID the newest."""
    if shot == "":
        raise click.BadParameter("an id, or nothing for the newest")  # an empty variable in a script
    with Client() as client:
        reply = client.shot(shot or newest(client), text=text, history=history)
    if as_json:
        output.say_json(**output.shot_fields(reply))
    else:
        output.show_shot(reply)


def newest(client: Client) -> str:
    """Id of the shot that was taken last. Raises `RequestFailedError` when there is none."""
    shots = client.shots(limit=1).shots
    if not shots:
        raise RequestFailedError(ErrorCode.NOT_FOUND, "there are no shots yet")
    return shots[0].id
