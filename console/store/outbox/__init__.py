"""Approved messages on their way to status pages and chats: queued with the update, and what became of each."""
