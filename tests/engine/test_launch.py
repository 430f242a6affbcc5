"""What a child is told of how to load its model."""

from pathlib import Path

import pytest

from glimpsed.config import ModelConfig, VisionConfig
from glimpsed.core.fit import Need
from glimpsed.core.residency import Plan
from glimpsed.engine.contract import UNPLANNED_CONTEXT, Launch

FILE, MMPROJ = Path("/m/text.gguf"), Path("/m/mmproj.gguf")


def launched(plan=None, **written):
    return Launch.of(ModelConfig(file=FILE, mmproj=MMPROJ, **written), VisionConfig(), plan=plan)


def test_a_model_is_loaded_as_planned():
    plan = Plan(3072, "q8_0", projector_on_gpu=False, need=Need(), gpu_layers=7)
    launch = launched(plan, threads=3)
    assert (launch.context, launch.kv_type, launch.projector_on_gpu) == (3072, "q8_0", False)
    assert (launch.file, launch.mmproj) == (str(FILE), str(MMPROJ))
    assert (launch.gpu_layers, launch.threads) == (7, 3)


@pytest.mark.parametrize(
    ("written", "context", "kv_type", "on_gpu", "layers"),
    [
        ({}, UNPLANNED_CONTEXT, "f16", True, -1),
        ({"context": 700, "kv_type": "q8_0", "projector": "cpu"}, 700, "q8_0", False, -1),
        ({"projector": "gpu", "gpu_layers": -1}, UNPLANNED_CONTEXT, "f16", True, -1),
        ({"gpu_layers": 0}, UNPLANNED_CONTEXT, "f16", True, 0),
        ({"gpu_layers": 7}, UNPLANNED_CONTEXT, "f16", True, 7),
    ],
    ids=str,
)
def test_without_a_plan_it_is_loaded_as_configured(written, context, kv_type, on_gpu, layers):
    launch = launched(**written)
    assert (launch.context, launch.kv_type, launch.projector_on_gpu) == (context, kv_type, on_gpu)
    assert launch.gpu_layers == layers
