"""Files of management software, read into the rows that an import stores.

Pure: no database, no network. `messaging.reading.rows.read` is the door.
"""
