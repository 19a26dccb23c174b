"""Helpers of several providers: answers in JSON, lists of many pages, limits, finding our own message, git."""
