"""The log on several machines: replication through a PostgreSQL server, which nobody ever waits for."""
