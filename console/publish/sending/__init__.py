"""The way of an update to its targets: planned, sent, looked up, settled."""
