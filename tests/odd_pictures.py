"""Pictures as strangers make them: bytes of files, each with something about it."""

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

SIZE = (200, 120)


def encoded(image, kind, **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def screen(size=SIZE, text="Hello screen", *, mode="RGB", ink="black", paper="white"):
    """A picture with text on it, in a font that Pillow carries."""
    image = Image.new(mode, size, paper)
    ImageDraw.Draw(image).text((10, 40), text, fill=ink, font=ImageFont.load_default(size=24))
    return image


def png_chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(width, height, rows, *, depth=8, colour=0, extra=b""):
    """A PNG by hand; `rows` are filter bytes and samples, uncompressed."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + extra + png_chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + chunks + png_chunk(b"IEND", b"")


def bomb():
    """12000x12000 one-bit pixels in 17 KB."""
    return png_of(12_000, 12_000, bytes(12_000 * 1501), depth=1)


def gradient_16_bit():
    """256x8 grey, 16 bits deep: column `x` has the value `x * 256`."""
    return encoded(Image.fromarray(np.tile(np.arange(256, dtype=np.uint16) * 256, (8, 1))), "PNG")


def exif(orientation=1, original=None, offset=None, changed=None):
    block = Image.Exif()
    block[0x0112] = orientation
    if changed:
        block[0x0132] = changed
    details = block.get_ifd(0x8769)
    if original:
        details[0x9003] = original
    if offset:
        details[0x9011] = offset
    return block


def with_text(texts, *, international=False):
    """A PNG with text chunks."""
    info = PngImagePlugin.PngInfo()
    for key, value in texts.items():
        (info.add_itxt if international else info.add_text)(key, value)
    return encoded(screen(), "PNG", pnginfo=info)


def animated(kind):
    frames = [Image.new("RGB", SIZE, colour) for colour in ("red", "green", "blue")]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=50, lossless=True)
