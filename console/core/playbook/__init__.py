"""A team's process: playbooks, gates, checklists, triage and runbooks."""
