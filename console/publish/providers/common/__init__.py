"""What several providers need: answers in JSON, lists of many pages, limits, finding our own message, git."""
