"""Models in children: `slot` is the daemon's end, `child` the other; backends are `llama` and `fake`.

What a model's files show before they are loaded is `inspect`'s to say, from heads that `gguf` reads.
"""
