"""Template tags of the leaders' pages."""
