"""The projector's end of llama.cpp, with nothing of ours around it: what it makes of a picture by itself.

Rules of this file: it knows no more than llama.cpp's C interface, so that it can be held against our engine.
"""

import ctypes
import functools

import tiny_models
from glimpsed.core.slicing import Size


@functools.cache
def _silent():
    """What llama.cpp logs to; kept for good, as C has a pointer to it."""
    import llama_cpp  # noqa: PLC0415 - not installed everywhere

    return llama_cpp.llama_log_callback(lambda *_: None)


class Library:
    """A projector of `tiny_models`, loaded."""

    def __init__(self, folder, **projector):
        """Writes its models into `folder`; `projector` as in `tiny_models.projector`."""
        import llama_cpp  # noqa: PLC0415 - not installed everywhere
        from llama_cpp import mtmd_cpp  # noqa: PLC0415

        self._mtmd = mtmd_cpp
        for set_log in (llama_cpp.llama_log_set, mtmd_cpp.mtmd_log_set, mtmd_cpp.mtmd_helper_log_set):
            set_log(_silent(), ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        settings = llama_cpp.llama_model_default_params()
        settings.vocab_only = True
        text = str(tiny_models.byte_text_model(folder / "text.gguf")).encode()
        self._model = llama_cpp.llama_model_load_from_file(text, settings)
        settings = mtmd_cpp.mtmd_context_params_default()
        settings.use_gpu, settings.n_threads, settings.warmup = False, 1, False
        projector = str(tiny_models.projector(folder / "mmproj.gguf", **projector)).encode()
        self._context = mtmd_cpp.mtmd_init_from_file(projector, self._model, settings)
        assert self._context
        self._free_model = llama_cpp.llama_model_free

    def close(self):
        """Free what C holds."""
        self._mtmd.mtmd_free(self._context)
        self._free_model(self._model)

    def encodes(self, size):
        """How many images a picture becomes; no pixels are needed to know."""
        return self._images(size, None, len)

    def embeddings(self, pixels, which=None):
        """The output of the encoder, as bytes, for each image or for those of `which`."""
        height, width, _ = pixels.shape
        data = pixels.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        return self._images(
            Size(width, height),
            data,
            lambda chunks: [
                self._encode(chunks[n]) for n in (range(len(chunks)) if which is None else which)
            ],
        )

    def _images(self, size, data, use):
        mtmd = self._mtmd
        bitmap = mtmd.mtmd_bitmap_init(*size, data)
        chunks = mtmd.mtmd_input_chunks_init()
        marker = mtmd.mtmd_default_marker()
        text = mtmd.mtmd_input_text(marker, len(marker), False, True)
        bitmaps = (mtmd.mtmd_bitmap_p_ctypes * 1)(bitmap)
        assert mtmd.mtmd_tokenize(self._context, chunks, ctypes.byref(text), bitmaps, 1) == 0
        every = [mtmd.mtmd_input_chunks_get(chunks, n) for n in range(mtmd.mtmd_input_chunks_size(chunks))]
        images = [c for c in every if mtmd.mtmd_input_chunk_get_type(c) == mtmd.MTMD_INPUT_CHUNK_TYPE_IMAGE]
        used = use(images)
        mtmd.mtmd_input_chunks_free(chunks)
        mtmd.mtmd_bitmap_free(bitmap)
        return used

    def _encode(self, chunk):
        assert self._mtmd.mtmd_encode_chunk(self._context, chunk) == 0
        tokens = self._mtmd.mtmd_input_chunk_get_n_tokens(chunk)
        return ctypes.string_at(
            self._mtmd.mtmd_get_output_embd(self._context), tokens * tiny_models.WIDTH * 4
        )
