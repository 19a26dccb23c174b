"""An incident as JSON: the view for scripts and the archive for another console."""
