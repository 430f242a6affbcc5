"""The sockets: who may connect, who asks, who is told.

Rules of this room: it moves messages and knows none of them; what a request means is the handler's business.
Nothing that a peer sends may harm another peer.
"""
