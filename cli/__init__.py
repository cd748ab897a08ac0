"""The front door of the process: settings, wiring, commands."""
