"""`models`: which models there are, and which of them does what."""

from glimpsed.api.context import Context
from glimpsed.api.scheduling import candidate_view, selection_view
from glimpsed.host.clock import uptime_s
from glimpsed.wire.messages import ModelsReply, ModelsRequest


async def handle(context: Context, _request: ModelsRequest) -> ModelsReply:
    """Every model, and for each role the one that has it."""
    machine = context.machine
    overview = machine.overview(uptime_s())
    return ModelsReply(
        profile=overview.profile,
        models=[
            candidate_view(
                model,
                machine.model_state(model.name),
                str(context.config.models[model.name].file),
                overview,
                context.over_its_limit(model.name),
            )
            for model in machine.casting.models
        ],
        selections=[selection_view(selection) for selection in machine.selections()],
    )
