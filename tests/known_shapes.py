"""What the files of well-known models say of their size."""

from glimpsed.core.fit import MIB, Shape

MINICPM = Shape(  # V 2.6, Q4_K_M: a Qwen2 of 28 layers, and its projector in f16
    weights=round((4166.97 + 291.59) * MIB),
    token_embd=round(291.59 * MIB),
    tied=False,
    layers=28,
    heads=28,
    kv_heads=4,
    key_length=128,
    value_length=128,
    vocabulary=151_666,
    output=round(425.22 * MIB),
    projector=996 * MIB,
)
LLAMA = Shape(  # 3.1 8B Instruct, Q4_K_M
    weights=4685 * MIB,
    token_embd=282 * MIB,
    tied=False,
    layers=32,
    heads=32,
    kv_heads=8,
    key_length=128,
    value_length=128,
    vocabulary=128_256,
)
