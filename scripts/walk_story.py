"""Cloudflare, 2 July 2019, as a room would have led it: what is typed at which time, and what the review wrote.

Published are what happened, the figures and these times (UTC): 13:31 merged, 13:37 built, 13:42 rolled out, 13:45 first
page, 13:52, 14:15 and 14:57 status page, 14:00 firewall found and attack ruled out, 14:02 global kill proposed, 14:07
executed, 14:09 traffic back, 14:52 firewall on again. Staged are who does what (roles, no persons), the wording, the
updates, and the minute of whatever lies between those times.
"""

from walker import Form, Story

SOURCE = "https://blog.cloudflare.com/details-of-the-cloudflare-outage-on-july-2-2019/"
DAY = "2019-07-02"
TITLE = "Error 502 for visitors to most sites"

ANSWERS = {
    "who": "visitors to most sites behind our network, in all regions",
    "changed": "a rule of the firewall went out to all servers at 13:42",
    "symptoms": "error 502",
    "monitoring": "traffic falls in all regions",
    "workaround": "no",
}
"""Answers to the triage questions that every playbook gets; a form below adds its own."""

LINES = (
    ("13:47:40", "scribe", "13:31 > A change to the firewall's rules against cross-site scripting is merged #waf"),
    ("13:47:50", "scribe", "13:42 > The change goes out to all servers at once, in the mode that only logs #deploy"),
    ("13:48:00", "scribe", "13:45 * First page: the synthetic test of the firewall fails #waf"),
    ("13:48:10", "scribe", "13:46 * More pages: end-to-end tests, a fall in traffic worldwide, 502s everywhere #edge"),
    ("13:49:00", "sre", "* CPU is exhausted on servers in all regions #cpu"),
    ("13:49:40", "scribe", "? An attack #ddos"),
    ("13:50:30", "scribe", "* Customers cannot reach dashboard and API either: both stand behind our own edge #edge"),
    ("13:51:10", "commander", "/impact Visitors to most sites get error 502; dashboard and API cannot be reached"),
    ("13:51:40", "commander", "/done escalation: all hands are paged"),
    ("13:54:00", "commander", "+ @perf-lead 10m Take a CPU profile on a live server #cpu"),
    ("13:54:30", "scribe", "? The firewall rule of 13:42 uses up the CPU #waf"),
    ("13:57:40", "scribe", "13:57 * A live profile: the CPU goes into the firewall's regular expressions #waf #cpu"),
    ("13:58:10", "scribe", "/done 1: the profile points at the firewall"),
    ("13:59:20", "sre", "* The firewall's error logs say the same #waf"),
    ("14:00:10", "scribe", "/supported 2 profile and error logs both point at the firewall"),
    ("14:00:30", "scribe", "/ruled-out 1 our own firewall explains the load"),
    ("14:01:20", "scribe", "A regular rollback builds the firewall twice; that takes too long now #waf"),
    ("14:02:00", "commander", "! Use the global kill: the firewall goes off worldwide #waf"),
    ("14:03:10", "sre", "* Our access service is down: control panel, tickets and builds cannot be reached #access"),
    ("14:04:00", "sre", "/fix Sign-in to the control panel by the bypass, around the access service @sre OPS-1"),
    ("14:05:20", "scribe", "* Some responders have lost their credentials, which lapse when they are not used #access"),
    ("14:09:00", "scribe", "* Traffic and CPU are back at their usual levels everywhere #edge #cpu"),
    ("14:12:30", "commander", "+ @waf-lead 30m Build the firewall without the change, and try it in one city #waf"),
    ("14:24:00", "sre", "> Paying customers' traffic is taken out of one city, to try the rollback there #waf"),
    ("14:38:00", "scribe", "* In that city it is clear: it was this change, and without it the firewall behaves #waf"),
    ("14:39:00", "scribe", "/done 2: tried in one city"),
    ("14:53:30", "sre", "* Error rates and CPU stay at their usual levels with the firewall on #waf"),
)  # fmt: skip
"""When, who, what: typed into the prompt. A line that begins with another time tells of that time."""

ROLES = (("ic", "commander"), ("scribe", "scribe"), ("comms", "comms"), ("tech", "waf-lead"))

PUBLIC = {
    "13:52": "Visitors to sites on our network see error 502. We are investigating, in all regions at once.",
    "14:06": "We have found the component that fails and are switching it off. Visitors still see error 502.",
    "14:15": "A fix is in place and traffic is back at its usual level. We keep watching it closely.",
    "14:29": "Traffic stays at its usual level. Our firewall is switched off while its rollback is tried in one city.",
    "14:43": "Traffic stays at its usual level. The firewall is being prepared to go on again.",
    "14:57": "The firewall is on again, and traffic is at its usual level. We keep watching and say more afterwards.",
}
EXECUTIVE = {
    "13:55": "Most of our traffic fails worldwide since 13:42 UTC. An attack and a change of our own are looked at.",
    "14:24": "Traffic is back since 14:09 UTC, with our firewall switched off. It goes on again once it is tried.",
    "14:53": "The firewall is on again since 14:52 UTC. The postmortem follows tomorrow.",
}

SECTIONS: dict[str, str | tuple[str, ...]] = {
    "summary": (
        "On 2 July 2019 a new rule of the web application firewall reached every server at 13:42 UTC. It carried a"
        " regular expression that backtracked without end and used up the CPU that serves HTTP traffic. For 27 minutes,"
        " until 14:09, most visitors to sites behind our network got error 502. Switching the firewall off worldwide"
        " ended that; at 14:52 it was on again, without the rule."
    ),
    "impact": (
        "- Visitors to most sites behind our network got error 502, in all regions, from 13:42 to 14:09 UTC\n"
        "- At the worst moment traffic was down by 82 %\n"
        "- Customers could not reach the dashboard and the API, which pass through the same edge\n"
        "- From 14:07 to 14:52 sites were served without the firewall; other protections stayed on"
    ),
    "trigger": (
        "- The change to the rules against cross-site scripting was merged at 13:31 and built at 13:37\n"
        "- At 13:42 it went out to all servers at once, in the mode that only logs; from then on every request met the"
        " new expression"
    ),
    "detection": (
        "- A synthetic test of the firewall paged at 13:45, three minutes after the roll-out; more pages came at 13:46,"
        " and the alert on the fall of traffic worldwide minutes later\n"
        "- The right people were paged, but no alert named the component or the change of 13:42: both were found by"
        " hand, at 14:00\n"
        "- An alert on the CPU that a new set of rules uses would have told it in the first minute"
    ),
    "root_cause": (
        "The new rule held an expression of the form `.*(?:.*=.*)`. The engine that evaluates it tries every way to"
        " divide a text between two greedy parts, so the work grows much faster than the text, and nothing in the"
        " engine limits it. The rule ran in the mode that only logs, which evaluates expressions all the same. It"
        " reached the whole network within seconds, and so every server had no CPU left at the same time."
    ),
    "whys": (
        "The servers had no CPU left to answer with, so visitors got error 502",
        "One expression in a new firewall rule backtracked without end on ordinary requests",
        "The engine has no bound on its work, and a guard on CPU use had gone in an earlier refactoring",
        "Neither the tests nor the review of rules measure CPU, so a costly expression looks like any other",
        "Rules go to all servers at once by design, to be quick against attacks, so nothing met a small part first",
    ),
    "contributing": (
        "- The guard against expressions that use too much CPU had been removed weeks before, in a refactoring that was"
        " meant to make the firewall use less of it\n"
        "- The tests of rules look at what a rule matches and not at what it costs\n"
        "- The procedure let a change that was no emergency go worldwide without stages\n"
        "- The regular rollback needs two full builds of the firewall"
    ),
    "made_worse": (
        "- Control panel, tickets and builds stand behind our own access service and edge, so the tools for the repair"
        " went down with what was to be repaired\n"
        "- The way around them was little practised, and some credentials had lapsed for lack of use\n"
        "- It took five minutes from the decision for the global kill to its execution"
    ),
    "went_well": (
        "- The first synthetic test paged three minutes after the roll-out\n"
        "- A switch for each component had been made beforehand and works worldwide within seconds\n"
        "- The profile on a live server decided between two hypotheses within minutes\n"
        "- The rollback was proven in one city, without paying customers' traffic, before it went worldwide"
    ),
    "went_poorly": (
        "- The status page said nothing for the first ten minutes\n"
        "- An attack was the first explanation, and tied up people while the change of 13:42 was in plain view\n"
        "- The bypass to our own tools had no drill, so its first real use was this one"
    ),
    "lucky": (
        "- Nothing else had gone out in that hour, so one change was left to suspect\n"
        "- Enough responders still had credentials that worked without the access service"
    ),
    "faster": (
        "- To detect: stop a roll-out by itself when CPU is exhausted behind it\n"
        "- To decide: show the last changes beside the first page; ruling an attack out took ten minutes\n"
        "- To mitigate: a way to the global kill that does not pass through our own edge; that took five minutes"
    ),
    "temporary_fix": (
        "The firewall was switched off worldwide at 14:07 by the global kill, and on again at 14:52. Responders signed"
        " in to the control panel by the bypass around the access service."
    ),
    "permanent_fix": (
        "The rule is out of the set, and the set without it was tried in one city before it went worldwide. The guard"
        " on CPU comes back, all 3,868 rules are read for expressions that backtrack, and the engine is replaced by one"
        " whose work grows in line with its input. If a new set fails, the global kill takes the firewall off again."
    ),
    "lessons": (
        "- A mode that only logs still runs the code: simulation is no protection against cost\n"
        "- What is quick on purpose needs a limit of its own, since nobody will be there to stop it\n"
        "- Tools for the repair must not stand on what they repair\n"
        "- A way around that nobody practises is no way"
    ),
    "links": (
        "- The account in public: https://blog.cloudflare.com/details-of-the-cloudflare-outage-on-july-2-2019/\n"
        "- Temporary fixes: OPS-1, OPS-2"
    ),
}  # fmt: skip
"""The texts that the review made of the drafts, by section; the five whys as their answers."""

ACTIONS = (
    ("Put the guard on CPU use of expressions back into the firewall", "waf-lead", "2019-07-12",
     "a test rule that backtracks is cut off", "P0"),
    ("Read all 3,868 rules for expressions that backtrack, and correct them", "waf-lead", "2019-07-12",
     "the list of rules is signed off", "P0"),
    ("Add a profile of CPU to the tests of rules", "perf-lead", "2019-07-19",
     "the rule of 13:42 fails the tests", "P1"),
    ("Move the rules to an engine with a bound on its work (re2 or the one of Rust)", "waf-lead", "2019-07-31",
     "the old engine is out of the build", "P1"),
    ("Roll rules out in stages like other software, and keep the quick way for attacks only", "sre", "2019-07-31",
     "a rule reaches one city first", "P1"),
    ("Make dashboard and API reachable without our own edge in an emergency", "sre", "2019-08-30",
     "both answer in a drill with the edge off", "P2"),
    ("Publish to the status page automatically when traffic falls worldwide", "comms", "2019-08-30",
     "a drill posts within a minute", "P2"),
)  # fmt: skip
"""Each as its task, owner, due day, how it is verified, and priority."""


STORY = Story(
    DAY, "13:47:00", TITLE, "13:42", ("commander", "scribe", "comms", "sre"), ROLES, ANSWERS, SECTIONS, ACTIONS,
    "2019-07-03 09:30:00",
)  # fmt: skip

FORMS = {
    form.playbook: form
    for form in (
        Form(
            "standard", 0, "SEV1",
            (("13:48:30", "INVESTIGATING"), ("14:02:20", "MITIGATING"), ("14:09:20", "RESOLVING"),
             ("14:52:20", "MONITORING")),
            "POSTMORTEM",
            answers=(("core", "yes"),),
            raises=("0", "SEV0"), minutes=15, executive=True, first=5, fixed=("fix/1", "fix/2"),
            sections=(("went_well", "- The severity was raised within eight minutes of the roll-out, before the extent"
                       " was certain"),),
        ),
        Form(
            "rapid", 4, "SEV-1",
            (("13:48:30", "CONTAIN"), ("14:02:20", "MITIGATE"), ("14:09:20", "DIAGNOSE"), ("14:46:00", "FIX"),
             ("14:52:20", "MONITOR")),
            "POSTMORTEM",
            answers=(("users", "95%"), ("core", "yes")), first=5, fixed=("fix/1", "fix/2"),
            sections=(("lessons", "- Mitigation first: users were served half an hour before the cause was proven"),),
        ),
        Form(
            "p-levels", 3, "P0",
            (("13:48:30", "TRIAGE"), ("13:52:50", "FORM THE RESPONSE TEAM"), ("14:02:20", "MITIGATE"),
             ("14:09:20", "INVESTIGATE"), ("14:46:00", "FIX"), ("14:52:20", "VERIFY")),
            "ROOT CAUSE ANALYSIS",
            answers=(("down", "yes"), ("revenue", "unsure"), ("data_loss", "no")),
            executive=True,
        ),
        Form(
            "sev4", 5, "SEV1",
            (("14:02:20", "MITIGATE"), ("14:09:20", "INVESTIGATE"), ("14:46:00", "RESOLVE"), ("14:52:20", "MONITOR")),
            "POSTMORTEM",
            answers=(("down", "yes"),), fixed=("resolve/1",),
            minutes=15,
            override="The bypass stays until the lapsed credentials are renewed; it carries no customer's traffic",
            sections=(("temporary_fix", " The bypass stays in use until the lapsed credentials are renewed, and the"
                       " incident was closed with it in place."),),
        ),
        Form(
            "checklist", 1, "SEV1",
            (("14:02:20", "CONTAIN"), ("14:09:20", "DIAGNOSE"), ("14:46:00", "RESOLVE"), ("14:52:20", "VERIFY")),
            "POSTMORTEM",
            answers=(("down", "yes"),), first=2, fixed=("resolve/1", "resolve/2"),
            executive=True,
        ),
    )
}  # fmt: skip
