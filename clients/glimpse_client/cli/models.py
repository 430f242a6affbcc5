"""`glimpse models`: which models there are, which of them does what, and why.

Rules of this file: what a selection says is the daemon's; nothing is concluded here.
"""

import click

from glimpse_client.cli import options, output, wording
from glimpse_client.client import Client
from glimpsed.wire.messages import ModelsReply
from glimpsed.wire.scheduling import CandidateView, SelectionView


@click.group(invoke_without_command=True)
@options.as_json
@click.pass_context
def command(context: click.Context, *, as_json: bool) -> None:
    """Which models there are, and which of them does what."""
    context.obj = as_json
    if context.invoked_subcommand is not None:
        return
    reply = _asked()
    if as_json:
        output.say_json(**output.fields_of(reply))
        return
    output.say(f"profile {reply.profile}")
    output.table([_row(model) for model in reply.models])
    for model in reply.models:
        if model.detail or model.hint:
            output.say(f"{model.name}: {': '.join(part for part in (model.detail, model.hint) if part)}")
    output.table([("", s.role, s.model or "nobody", s.why) for s in reply.selections])


@command.command()
@click.argument("role")
@options.as_json
@click.pass_obj
def why(json_before: bool, *, role: str, as_json: bool) -> None:
    """Why ROLE (screen, ask, session) has the model that it has, or none."""
    selections = {selection.role: selection for selection in _asked().selections}
    if role not in selections:
        known = ", ".join(selections) or "none"
        raise click.BadParameter(f"{role!r} is no role here; known: {known}", param_hint="ROLE")
    if as_json or json_before:
        output.say_json(selection=selections[role])
    else:
        _explain(selections[role])


def _asked() -> ModelsReply:
    with Client() as client:
        return client.models()


def _row(model: CandidateView) -> tuple[str, ...]:
    roles = ", ".join(f"{role} {priority}" for role, priority in model.roles.items())
    return (model.name, model.state, roles, model.quantisation or "-", f"{_needs(model)}, {_kept(model)}")


def _needs(model: CandidateView) -> str:
    if model.gpu_bytes is None or model.main_bytes is None:
        return "its files do not say what it takes"
    return wording.needs(model.gpu_bytes, model.main_bytes, measured=model.measured)


def _kept(model: CandidateView) -> str:
    return "kept" if model.keep_alive_s is None else f"kept for {output.duration(1000 * model.keep_alive_s)}"


def _explain(selection: SelectionView) -> None:
    output.say(f"{selection.role}: {selection.model or 'nobody'}, {selection.why}")
    output.table([("", "yes" if said.chosen else "no", said.model, said.why) for said in selection.verdicts])
