"""Live watching: server-sent events of what everybody may know of a sale.

`hub` is the pure part (rooms, queues, frames), `reader` reads the event table's tail, `bell` wakes
readers after a commit, `stream` is the ASGI application. Bids never pass here.
"""
