"""The protocol: what crosses the sockets, and where they are.

Rules of this room: pure, and the only room that clients import; nothing here may import another room.
`daemon/PROTOCOL.md` is the authority on what this room says in code; tests hold the two together.
"""
