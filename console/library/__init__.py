"""A team's own files: its playbooks and runbooks, beside the built-in ones. A broken file never stops anything: it is
told as a complaint, and the built-in one of that name is used."""
