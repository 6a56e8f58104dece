CREATE TABLE calendar (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	week INTEGER NOT NULL,
	country TEXT NOT NULL,
	region TEXT NOT NULL,
	archived INTEGER NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (code),
	CONSTRAINT some_weekday CHECK (week > 0 AND week < 128)
)
 STRICT
--
CREATE TABLE decision (
	id INTEGER NOT NULL,
	product_id INTEGER NOT NULL,
	warehouse TEXT NOT NULL,
	order_id INTEGER NOT NULL,
	line INTEGER NOT NULL,
	cause TEXT NOT NULL,
	priority INTEGER NOT NULL,
	ranked TEXT NOT NULL,
	entered_at INTEGER NOT NULL,
	wanted INTEGER NOT NULL,
	free INTEGER NOT NULL,
	granted INTEGER NOT NULL,
	place INTEGER NOT NULL,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	kept INTEGER NOT NULL,
	promised INTEGER NOT NULL,
	PRIMARY KEY (id)
)
 STRICT
--
CREATE TABLE calendar_day (
	calendar TEXT NOT NULL,
	day TEXT NOT NULL,
	is_open INTEGER NOT NULL,
	name TEXT NOT NULL,
	own INTEGER NOT NULL,
	PRIMARY KEY (calendar, day),
	FOREIGN KEY(calendar) REFERENCES calendar (code)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE bin (
	warehouse TEXT NOT NULL,
	code TEXT NOT NULL,
	kind TEXT NOT NULL,
	sequence INTEGER NOT NULL,
	note TEXT NOT NULL,
	archived INTEGER NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (warehouse, code),
	CONSTRAINT bin_kind CHECK (kind IN ('storage', 'picking', 'receiving')),
	FOREIGN KEY(warehouse) REFERENCES warehouse (code)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE carrier_zone (
	carrier TEXT NOT NULL,
	warehouse TEXT NOT NULL,
	country TEXT NOT NULL,
	postal_prefix TEXT NOT NULL,
	lead_days INTEGER NOT NULL,
	PRIMARY KEY (carrier, warehouse, country, postal_prefix),
	CONSTRAINT lead_not_negative CHECK (lead_days >= 0),
	FOREIGN KEY(carrier) REFERENCES carrier (code)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE count_sheet (
	id INTEGER NOT NULL,
	number TEXT NOT NULL,
	version INTEGER NOT NULL,
	warehouse TEXT NOT NULL,
	status TEXT NOT NULL,
	reason TEXT NOT NULL,
	opened_at INTEGER NOT NULL,
	opened_by TEXT NOT NULL,
	closed_at INTEGER,
	closed_by TEXT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT count_status CHECK (status IN ('open', 'posted', 'cancelled')),
	UNIQUE (number),
	FOREIGN KEY(warehouse) REFERENCES warehouse (code)
)
 STRICT
--
CREATE TABLE demand (
	product_id INTEGER NOT NULL,
	warehouse TEXT NOT NULL,
	day TEXT NOT NULL,
	quantity INTEGER NOT NULL,
	PRIMARY KEY (product_id, warehouse, day),
	CONSTRAINT demand_not_negative CHECK (quantity >= 0),
	FOREIGN KEY(product_id) REFERENCES product (id)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE kit_part (
	kit_id INTEGER NOT NULL,
	product_id INTEGER NOT NULL,
	quantity INTEGER NOT NULL,
	PRIMARY KEY (kit_id, product_id),
	CONSTRAINT part_not_nothing CHECK (quantity > 0),
	FOREIGN KEY(kit_id) REFERENCES product (id),
	FOREIGN KEY(product_id) REFERENCES product (id)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE lot (
	product_id INTEGER NOT NULL,
	code TEXT NOT NULL,
	expires TEXT,
	received TEXT NOT NULL,
	supplier_lot TEXT NOT NULL,
	note TEXT NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (product_id, code),
	FOREIGN KEY(product_id) REFERENCES product (id)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE product_unit (
	product_id INTEGER NOT NULL,
	unit TEXT NOT NULL,
	numerator INTEGER NOT NULL,
	denominator INTEGER NOT NULL,
	PRIMARY KEY (product_id, unit),
	CONSTRAINT unit_not_nothing CHECK (numerator > 0 AND denominator > 0),
	FOREIGN KEY(product_id) REFERENCES product (id),
	FOREIGN KEY(unit) REFERENCES unit (code)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE stock_place (
	product_id INTEGER NOT NULL,
	warehouse TEXT NOT NULL,
	bin TEXT NOT NULL,
	lot TEXT NOT NULL,
	status TEXT NOT NULL,
	on_hand INTEGER NOT NULL,
	PRIMARY KEY (product_id, warehouse, bin, lot, status),
	CONSTRAINT place_not_negative CHECK (on_hand >= 0),
	FOREIGN KEY(product_id) REFERENCES product (id),
	FOREIGN KEY(warehouse) REFERENCES warehouse (code)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE substitute (
	product_id INTEGER NOT NULL,
	other_id INTEGER NOT NULL,
	kind TEXT NOT NULL,
	rank INTEGER NOT NULL,
	PRIMARY KEY (product_id, other_id),
	CONSTRAINT substitute_kind CHECK (kind IN ('substitute', 'complement')),
	FOREIGN KEY(product_id) REFERENCES product (id),
	FOREIGN KEY(other_id) REFERENCES product (id)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE supply (
	id INTEGER NOT NULL,
	product_id INTEGER NOT NULL,
	warehouse TEXT NOT NULL,
	supplier TEXT,
	reference TEXT NOT NULL,
	quantity INTEGER NOT NULL,
	open INTEGER NOT NULL,
	due TEXT NOT NULL,
	first_due TEXT NOT NULL,
	note TEXT NOT NULL,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	version INTEGER NOT NULL,
	external_key TEXT,
	received INTEGER NOT NULL,
	cancelled INTEGER NOT NULL,
	transfer_id INTEGER,
	PRIMARY KEY (id),
	CONSTRAINT supply_open CHECK (open >= 0 AND open <= quantity),
	FOREIGN KEY(product_id) REFERENCES product (id),
	FOREIGN KEY(warehouse) REFERENCES warehouse (code),
	FOREIGN KEY(supplier) REFERENCES supplier (code),
	UNIQUE (external_key)
)
 STRICT
--
CREATE TABLE count_line (
	sheet_id INTEGER NOT NULL,
	product_id INTEGER NOT NULL,
	lot TEXT NOT NULL,
	warehouse TEXT NOT NULL,
	is_open INTEGER NOT NULL,
	counted INTEGER,
	book INTEGER NOT NULL,
	doubted INTEGER,
	tries INTEGER NOT NULL,
	settled INTEGER NOT NULL,
	counted_by TEXT NOT NULL,
	PRIMARY KEY (sheet_id, product_id, lot),
	FOREIGN KEY(sheet_id) REFERENCES count_sheet (id),
	FOREIGN KEY(product_id) REFERENCES product (id)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE transfer (
	id INTEGER NOT NULL,
	number TEXT NOT NULL,
	version INTEGER NOT NULL,
	product_id INTEGER NOT NULL,
	source TEXT NOT NULL,
	target TEXT NOT NULL,
	quantity INTEGER NOT NULL,
	open INTEGER NOT NULL,
	received INTEGER NOT NULL,
	lost INTEGER NOT NULL,
	returned INTEGER NOT NULL,
	due TEXT NOT NULL,
	reason TEXT NOT NULL,
	reference TEXT NOT NULL,
	supply_id INTEGER NOT NULL,
	sent_at INTEGER NOT NULL,
	sent_by TEXT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT transfer_law CHECK (quantity = open + received + lost + returned),
	CONSTRAINT transfer_not_negative CHECK (open >= 0 AND received >= 0 AND lost >= 0 AND returned >= 0),
	UNIQUE (number),
	FOREIGN KEY(product_id) REFERENCES product (id),
	FOREIGN KEY(source) REFERENCES warehouse (code),
	FOREIGN KEY(target) REFERENCES warehouse (code),
	FOREIGN KEY(supply_id) REFERENCES supply (id)
)
 STRICT
--
CREATE TABLE line_call (
	order_id INTEGER NOT NULL,
	line INTEGER NOT NULL,
	calls INTEGER NOT NULL,
	reason TEXT NOT NULL,
	called_by TEXT NOT NULL,
	called_at INTEGER,
	next_call TEXT NOT NULL,
	taken_by TEXT NOT NULL,
	taken_at INTEGER,
	PRIMARY KEY (order_id, line),
	FOREIGN KEY(order_id) REFERENCES sales_order (id)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE line_told (
	order_id INTEGER NOT NULL,
	line INTEGER NOT NULL,
	slips INTEGER NOT NULL,
	reason TEXT NOT NULL,
	told_by TEXT NOT NULL,
	told_at INTEGER,
	taken_by TEXT NOT NULL,
	taken_at INTEGER,
	PRIMARY KEY (order_id, line),
	FOREIGN KEY(order_id) REFERENCES sales_order (id)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE lot_allocation (
	product_id INTEGER NOT NULL,
	warehouse TEXT NOT NULL,
	lot TEXT NOT NULL,
	order_id INTEGER NOT NULL,
	line INTEGER NOT NULL,
	quantity INTEGER NOT NULL,
	PRIMARY KEY (product_id, warehouse, lot, order_id, line),
	CONSTRAINT lot_share_not_negative CHECK (quantity >= 0),
	FOREIGN KEY(product_id) REFERENCES product (id),
	FOREIGN KEY(warehouse) REFERENCES warehouse (code),
	FOREIGN KEY(order_id) REFERENCES sales_order (id)
) WITHOUT ROWID,
 STRICT
--
ALTER TABLE carrier ADD COLUMN calendar TEXT REFERENCES calendar (code)
--
ALTER TABLE product ADD COLUMN least INTEGER NOT NULL DEFAULT 0
--
ALTER TABLE product ADD COLUMN multiple INTEGER NOT NULL DEFAULT 0
--
ALTER TABLE product ADD COLUMN tracked TEXT NOT NULL DEFAULT ''
--
ALTER TABLE warehouse ADD COLUMN calendar TEXT REFERENCES calendar (code)
--
ALTER TABLE warehouse ADD COLUMN handling_days INTEGER NOT NULL DEFAULT 0
--
ALTER TABLE company ADD COLUMN calendar TEXT REFERENCES calendar (code)
--
ALTER TABLE company ADD COLUMN allocation_horizon INTEGER NOT NULL DEFAULT 60
--
ALTER TABLE company ADD COLUMN count_percent INTEGER NOT NULL DEFAULT 50000
--
ALTER TABLE company ADD COLUMN count_value INTEGER NOT NULL DEFAULT 0
--
ALTER TABLE customer ADD COLUMN calendar TEXT REFERENCES calendar (code)
--
ALTER TABLE customer ADD COLUMN delivery_rule TEXT NOT NULL DEFAULT 'partial'
--
ALTER TABLE customer ADD COLUMN most_deliveries INTEGER
--
ALTER TABLE customer ADD COLUMN substitutes INTEGER NOT NULL DEFAULT 0
--
ALTER TABLE customer ADD COLUMN shelf_life INTEGER NOT NULL DEFAULT 0
--
ALTER TABLE movement ADD COLUMN supply_id INTEGER
--
ALTER TABLE movement ADD COLUMN reverses INTEGER
--
ALTER TABLE movement ADD COLUMN transfer_id INTEGER
--
ALTER TABLE movement ADD COLUMN count_id INTEGER
--
ALTER TABLE movement ADD COLUMN status TEXT NOT NULL DEFAULT 'free'
--
ALTER TABLE movement ADD COLUMN bin TEXT NOT NULL DEFAULT ''
--
ALTER TABLE movement ADD COLUMN lot TEXT NOT NULL DEFAULT ''
--
ALTER TABLE address ADD COLUMN calendar TEXT REFERENCES calendar (code)
--
ALTER TABLE sales_order ADD COLUMN delivery_rule TEXT NOT NULL DEFAULT 'partial'
--
ALTER TABLE sales_order ADD COLUMN most_deliveries INTEGER
--
ALTER TABLE sales_order ADD COLUMN warehouse TEXT NOT NULL DEFAULT ''
--
ALTER TABLE order_line ADD COLUMN disposition TEXT NOT NULL DEFAULT 'ship available'
--
ALTER TABLE order_line ADD COLUMN first_promised TEXT
--
ALTER TABLE order_line ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0
--
ALTER TABLE order_line ADD COLUMN slips INTEGER NOT NULL DEFAULT 0
--
ALTER TABLE order_line ADD COLUMN needed TEXT NOT NULL DEFAULT ''
--
ALTER TABLE order_line ADD COLUMN entered_unit TEXT NOT NULL DEFAULT ''
--
ALTER TABLE order_line ADD COLUMN entered_quantity INTEGER NOT NULL DEFAULT 0
--
ALTER TABLE order_line ADD COLUMN substitute_for INTEGER REFERENCES product (id)
--
ALTER TABLE order_line ADD COLUMN kit_line INTEGER
--
CREATE INDEX decision_of_line ON decision (order_id, line, id)
--
CREATE INDEX decision_of_product ON decision (product_id, warehouse, id)
--
CREATE INDEX count_open ON count_sheet (id) WHERE status = 'open'
--
CREATE INDEX demand_by_day ON demand (day, product_id, warehouse) WHERE day <> ''
--
CREATE INDEX kit_of_part ON kit_part (product_id)
--
CREATE INDEX lot_expires ON lot (expires, product_id, code) WHERE expires IS NOT NULL
--
CREATE INDEX movement_of_count ON movement (count_id, product_id) WHERE count_id IS NOT NULL
--
CREATE INDEX movement_of_lot ON movement (product_id, lot, id) WHERE lot <> ''
--
CREATE INDEX movement_of_supply ON movement (supply_id) WHERE supply_id IS NOT NULL
--
CREATE INDEX movement_of_transfer ON movement (transfer_id) WHERE transfer_id IS NOT NULL
--
CREATE UNIQUE INDEX movement_reversed ON movement (reverses) WHERE reverses IS NOT NULL
--
CREATE INDEX place_of_bin ON stock_place (warehouse, bin) WHERE bin <> ''
--
CREATE INDEX place_of_lot ON stock_place (product_id, lot) WHERE lot <> ''
--
CREATE INDEX supply_due ON supply (due, id) WHERE open > 0
--
CREATE INDEX supply_expected ON supply (product_id, warehouse, due) WHERE open > 0
--
CREATE INDEX supply_of ON supply (product_id, id) WHERE product_id > 0
--
CREATE UNIQUE INDEX counted_once ON count_line (warehouse, product_id, lot) WHERE is_open = 1
--
CREATE INDEX transfer_open ON transfer (id) WHERE open > 0
--
CREATE INDEX lots_of_line ON lot_allocation (order_id, line)
--
CREATE INDEX line_late ON order_line (requested, order_id, line) WHERE open > 0 AND promised > requested
--
CREATE INDEX line_short ON order_line (product_id, warehouse, promised) WHERE open - allocated > 0 AND kind = 'product'
--
CREATE INDEX line_slipped ON order_line (order_id, line) WHERE open > 0 AND slips > 0
--
CREATE INDEX line_to_call ON order_line (order_id, line) WHERE open > 0 AND allocated = open AND disposition = 'call when available'
--
CREATE INDEX line_to_leave ON order_line (ship_by, order_id, line) WHERE open > 0 AND ship_by IS NOT NULL
--
CREATE INDEX line_to_tell ON order_line (order_id, line) WHERE open > 0 AND slips > 1
--
CREATE INDEX line_unpromised ON order_line (order_id, line) WHERE open > 0 AND kind = 'product' AND promised IS NULL
--
CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision BEGIN
	SELECT RAISE(ABORT, 'decision rows are never changed');
END
--
CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision BEGIN
	SELECT RAISE(ABORT, 'decision rows are never changed');
END
