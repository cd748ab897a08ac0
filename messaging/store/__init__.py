"""The only home of SQL: SQLAlchemy Core on SQLite and PostgreSQL, one file per table.

Functions take a connection and answer one question each; only the edge opens a transaction, nothing
in here commits.
"""
