"""The postmortem's sections and its review."""

SECTIONS: dict[str, str] = {
    "summary": "Summary",
    "impact": "Impact",
    "root_cause": "Root cause",
    "whys": "Five whys",
    "contributing": "Contributing factors",
    "made_worse": "What made it worse",
    "went_well": "What went well",
    "went_poorly": "What went poorly",
    "temporary_fix": "Temporary fix",
    "permanent_fix": "Permanent fix",
    "lessons": "Lessons learned",
}
"""Sections that a person may write, by id, with their titles; the others (timeline, durations, action items) come from
the log alone."""

REVIEW = ("draft", "in_review", "final")
