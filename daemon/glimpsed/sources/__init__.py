"""Where screenshots come from: one file a kind of source."""
