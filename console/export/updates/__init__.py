"""Texts of status updates and announcements."""
