ALTER TABLE order_line ADD COLUMN leave_by TEXT
