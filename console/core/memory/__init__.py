"""What happened before: searched, told and measured."""
