"""Search, history and metrics of past incidents."""
