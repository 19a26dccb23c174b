"""Drills: a practice incident told by a script, and the score of what was done against what the playbook asks for."""
