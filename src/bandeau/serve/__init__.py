"""Where the rooms meet the network: own paths, and the thin edges ASGI, WSGI and proxy."""
