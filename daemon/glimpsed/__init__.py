"""A local daemon that reads screenshots, describes them and keeps what it found on this machine."""

__version__ = "0.1.0"
