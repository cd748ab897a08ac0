"""What one can say to `avvisa`, a file for each subject; each builds a command value and shows its answer."""
