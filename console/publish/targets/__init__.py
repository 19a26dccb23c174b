"""The targets of a team: their file, their keys, their setting up."""
