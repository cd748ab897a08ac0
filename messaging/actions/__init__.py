"""What people and time do: one function, one transaction, called alike by scheduler, bot, api and
cli.
"""
