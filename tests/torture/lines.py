"""Lines as scribes write them, by the class of their first character."""

_WHAT = (
    "web access", "checkout", "the eu-west database", "api latency", "several customers", "Kafka lag", "vendor support",
    "quota", "nginx", "db-3", "payment workers", "some nodes", "up to half of the traffic", "Redis", "queue depth",
    "zone b", "mail delivery", "iOS login", "Jo's team", "x-ray ingest",
)  # fmt: skip
_HAPPENS = (
    "is back in EU1", "went down at the same time", "looks healthy again", "still fails for one in five",
    "was restarted by hand", "has 400 waiting", "answers slowly", "is unrelated, says rui", "needs a second look",
    "dropped to 60 %", "recovers", "rolled over", "reports 503s", "seems fine from here", "moved to the standby",
    "is what customers see",
)  # fmt: skip
LETTERS = tuple(f"{what} {happens}" for what in _WHAT for happens in _HAPPENS)
DIGITS = ("3 nodes down in zone b", "503s on checkout", "1 of 4 shards is read-only", "20 % of logins fail",
          "2 more reports from support", "0 errors since the failover", "42 of 60 shards are back",
          "7 pods evicted, 9 pending")  # fmt: skip
MARKS = ("! roll back to the last good build", "> restarted the workers", "* disk of db-2 is full", "? maybe the cache",
         "+ @rs 10m check the replica", "-4m the pager rang", "(from the call) all clear", "“it is slow” says support",
         "... and then it stopped", "~half of the fleet is done", "- 5 pods left", "& both zones agree")  # fmt: skip
SLASHES = ("/var/log is full on db-2", "/etc/hosts was wrong", "//home is mounted read-only", "/checkout returns 500",
           "/healthz answers again")  # fmt: skip
SPACES = (" leading blank before this", "  two blanks and a line", " x", " 4 spaces were not meant")
ATS = ("@rs is on it", "@ana and @mo agree on the rollback", "@support says 40 tickets", "@here all hands")
HASHES = ("#db pool is exhausted", "#eu only, #us is fine", "#1 priority is login", "#checkout #payments both fail")
LINES_BY_CLASS = {
    "letter": LETTERS, "digit": DIGITS, "mark": MARKS, "slash": SLASHES, "space": SPACES, "at": ATS, "hash": HASHES,
}  # fmt: skip
