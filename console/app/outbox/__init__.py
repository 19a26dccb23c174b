"""The outbox: what goes to status pages and chats, and what a person decides about it."""
