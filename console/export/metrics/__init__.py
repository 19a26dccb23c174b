"""Metrics over many incidents: as JSON, CSV, a review to discuss, and an HTML page."""
