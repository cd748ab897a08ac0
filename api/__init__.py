"""HTTP: the doors for management software, for apps and for the console."""
