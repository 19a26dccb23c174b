"""Similar incidents, and suggestions from them: a screen of them, and forms that show them as one types."""
