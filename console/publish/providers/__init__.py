"""The status pages, chats and files that can be published to: a module for each, with its class as PROVIDER."""
