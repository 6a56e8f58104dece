"""The database: engines, statements, unit of work, schema."""
