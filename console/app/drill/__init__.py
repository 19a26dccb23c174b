"""The drill: cards, injects, debrief."""
