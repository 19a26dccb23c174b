"""Since you looked: what became of an incident while its reader was away."""
