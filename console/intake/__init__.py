"""Timelines as people write them, read into entries: pure functions from text to values, no files and no clock.

The way of a text, which is whole in `timeline.py`:

form       `forms.py` tells it; `records.py`, `pages.py`, `markups.py` and their like make lines or rows of it
lines      `lines.py` takes each apart; `layout.py` finds lists, tables and updates; `chats.py` messages
moments    `stamps.py` is their grammar, `clocks.py` its times; `prose.py` tells what only looks like one
days       `calendar.py` counts on, by the dates that `dates.py` finds
zones      `stated.py` finds the sentences that `zones.py` understands
entries    `reader.py`, with `table_reader.py` and `chat_reader.py`, puts each line in one place of `collector.py`
questions  `timeline.py` asks what is left open; `answers.py` takes the answers, `preview.py` shows all
"""
