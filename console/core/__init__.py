"""The rules of an incident: pure functions over immutable values, without clock, files, network or screen."""
