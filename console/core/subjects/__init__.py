"""The subjects of an incident: a file for each, with its events, commands, part of the state, fold and words.

A subject's file is found by standing in this folder; nothing else lists it (see `console.core.log.registry`).
"""
