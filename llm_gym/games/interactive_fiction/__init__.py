"""Any story that Jericho supports."""
