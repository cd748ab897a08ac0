"""The levers under ``/sim``: how tests and the demo play people, phones and bad days."""
