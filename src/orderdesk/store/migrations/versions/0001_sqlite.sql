CREATE TABLE carrier (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	phone TEXT NOT NULL,
	archived INTEGER NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (code)
)
 STRICT
--
CREATE TABLE command (
	id TEXT NOT NULL,
	service TEXT NOT NULL,
	request_hash TEXT NOT NULL,
	answer TEXT NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (id)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE credit_check (
	customer_group TEXT NOT NULL,
	code TEXT NOT NULL,
	mode TEXT NOT NULL,
	threshold INTEGER NOT NULL,
	PRIMARY KEY (customer_group, code),
	CONSTRAINT check_mode CHECK (mode IN ('on', 'warn', 'off'))
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE draft (
	id TEXT NOT NULL,
	owner TEXT NOT NULL,
	customer TEXT NOT NULL,
	lines INTEGER NOT NULL,
	body TEXT NOT NULL,
	parked INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	PRIMARY KEY (id)
)
 STRICT
--
CREATE INDEX draft_of ON draft (owner, updated_at)
--
CREATE INDEX draft_parked ON draft (updated_at) WHERE parked = 1
--
CREATE TABLE event (
	id INTEGER NOT NULL,
	subject TEXT NOT NULL,
	subject_id INTEGER NOT NULL,
	version INTEGER,
	kind TEXT NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (subject_id, version, subject)
)
 STRICT
--
CREATE TABLE exchange_rate (
	currency TEXT NOT NULL,
	valid_from TEXT NOT NULL,
	rate INTEGER NOT NULL,
	units INTEGER NOT NULL,
	PRIMARY KEY (currency, valid_from)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE import_run (
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	file TEXT NOT NULL,
	done INTEGER NOT NULL,
	accepted INTEGER NOT NULL,
	rejected INTEGER NOT NULL,
	held INTEGER NOT NULL,
	finished INTEGER NOT NULL,
	actor TEXT NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (id)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE note (
	id INTEGER NOT NULL,
	subject TEXT NOT NULL,
	subject_id INTEGER NOT NULL,
	line INTEGER,
	audience TEXT NOT NULL,
	text TEXT NOT NULL,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	PRIMARY KEY (id)
)
 STRICT
--
CREATE INDEX note_of ON note (subject, subject_id)
--
CREATE TABLE outbox (
	subject_id INTEGER NOT NULL,
	version INTEGER NOT NULL,
	subject TEXT NOT NULL,
	receiver TEXT NOT NULL,
	kind TEXT NOT NULL,
	at INTEGER NOT NULL,
	body TEXT NOT NULL,
	delivered_at INTEGER,
	PRIMARY KEY (subject_id, version, subject, receiver)
) WITHOUT ROWID,
 STRICT
--
CREATE INDEX outbox_waiting ON outbox (at) WHERE delivered_at IS NULL
--
CREATE TABLE price_list (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	currency TEXT NOT NULL,
	tax_included INTEGER NOT NULL,
	archived INTEGER NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (code)
)
 STRICT
--
CREATE TABLE product_group (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	margin_floor INTEGER,
	archived INTEGER NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (code)
)
 STRICT
--
CREATE TABLE reason (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	archived INTEGER NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (code)
)
 STRICT
--
CREATE TABLE role (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	archived INTEGER NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (code)
)
 STRICT
--
CREATE TABLE seal (
	event_id INTEGER NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (event_id)
)
 STRICT
--
CREATE TABLE series (
	code TEXT NOT NULL,
	prefix TEXT NOT NULL,
	width INTEGER NOT NULL,
	next_number INTEGER NOT NULL,
	next_id INTEGER NOT NULL,
	PRIMARY KEY (code)
)
 STRICT
--
CREATE TABLE supplier (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	contact TEXT NOT NULL,
	phone TEXT NOT NULL,
	city TEXT NOT NULL,
	country TEXT NOT NULL,
	archived INTEGER NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (code)
)
 STRICT
--
CREATE TABLE tax (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	rate INTEGER NOT NULL,
	archived INTEGER NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (code)
)
 STRICT
--
CREATE TABLE terms (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	net_days INTEGER NOT NULL,
	archived INTEGER NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (code)
)
 STRICT
--
CREATE TABLE unit (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	decimals INTEGER NOT NULL,
	archived INTEGER NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (code)
)
 STRICT
--
CREATE TABLE warehouse (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	time_zone TEXT NOT NULL,
	cut_off TEXT NOT NULL,
	archived INTEGER NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (code)
)
 STRICT
--
CREATE TABLE company (
	id INTEGER NOT NULL,
	name TEXT NOT NULL,
	currency TEXT NOT NULL,
	country TEXT NOT NULL,
	business_date TEXT NOT NULL,
	base_list TEXT,
	warehouse TEXT,
	terms TEXT,
	tax TEXT,
	carrier TEXT,
	tax_per_line INTEGER NOT NULL,
	minimum_order INTEGER NOT NULL,
	minimum_charge INTEGER NOT NULL,
	watch_share INTEGER NOT NULL,
	self_release INTEGER NOT NULL,
	credit_horizon INTEGER NOT NULL,
	grant_days INTEGER NOT NULL,
	hold_grace INTEGER NOT NULL,
	duplicate_days INTEGER NOT NULL,
	lock_minutes INTEGER NOT NULL,
	version INTEGER NOT NULL,
	price_reason INTEGER NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT one_company CHECK (id = 1),
	FOREIGN KEY(base_list) REFERENCES price_list (code),
	FOREIGN KEY(warehouse) REFERENCES warehouse (code),
	FOREIGN KEY(terms) REFERENCES terms (code),
	FOREIGN KEY(tax) REFERENCES tax (code),
	FOREIGN KEY(carrier) REFERENCES carrier (code)
)
 STRICT
--
CREATE TABLE customer_group (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	price_list TEXT,
	archived INTEGER NOT NULL,
	version INTEGER NOT NULL,
	PRIMARY KEY (code),
	FOREIGN KEY(price_list) REFERENCES price_list (code)
)
 STRICT
--
CREATE TABLE desk_user (
	id INTEGER NOT NULL,
	name TEXT NOT NULL,
	full_name TEXT NOT NULL,
	role TEXT NOT NULL,
	os_user TEXT,
	archived INTEGER NOT NULL,
	version INTEGER NOT NULL,
	pin_hash TEXT NOT NULL,
	pin_tries INTEGER NOT NULL,
	locked_at INTEGER,
	PRIMARY KEY (id),
	UNIQUE (name),
	FOREIGN KEY(role) REFERENCES role (code),
	UNIQUE (os_user)
)
 STRICT
--
CREATE TABLE product (
	id INTEGER NOT NULL,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	unit TEXT NOT NULL,
	product_group TEXT,
	supplier TEXT,
	tax TEXT,
	ean TEXT,
	pack TEXT NOT NULL,
	cost INTEGER NOT NULL,
	replenishment_days INTEGER NOT NULL,
	reorder_level INTEGER NOT NULL,
	discontinued INTEGER NOT NULL,
	alert TEXT NOT NULL,
	archived INTEGER NOT NULL,
	external_key TEXT,
	search TEXT NOT NULL,
	version INTEGER NOT NULL,
	tax_class TEXT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT product_kind CHECK (kind IN ('product', 'service', 'text', 'charge')),
	UNIQUE (code),
	FOREIGN KEY(unit) REFERENCES unit (code),
	FOREIGN KEY(product_group) REFERENCES product_group (code),
	FOREIGN KEY(supplier) REFERENCES supplier (code),
	FOREIGN KEY(tax) REFERENCES tax (code),
	UNIQUE (external_key)
)
 STRICT
--
CREATE INDEX product_ean ON product (ean) WHERE ean IS NOT NULL
--
CREATE TABLE role_right (
	role TEXT NOT NULL,
	right_code TEXT NOT NULL,
	most INTEGER,
	PRIMARY KEY (role, right_code),
	FOREIGN KEY(role) REFERENCES role (code)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE tax_rule (
	country TEXT NOT NULL,
	region TEXT NOT NULL,
	tax_class TEXT NOT NULL,
	valid_from TEXT NOT NULL,
	tax TEXT NOT NULL,
	PRIMARY KEY (country, region, tax_class, valid_from),
	FOREIGN KEY(tax) REFERENCES tax (code)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE customer (
	id INTEGER NOT NULL,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	customer_group TEXT,
	currency TEXT NOT NULL,
	terms TEXT,
	tax TEXT,
	price_list TEXT,
	carrier TEXT,
	credit_limit INTEGER,
	receivable INTEGER NOT NULL,
	exposure INTEGER NOT NULL,
	ship_to TEXT NOT NULL,
	contact TEXT NOT NULL,
	phone TEXT NOT NULL,
	phone_digits TEXT NOT NULL,
	fax TEXT NOT NULL,
	email TEXT NOT NULL,
	rep TEXT NOT NULL,
	disposition TEXT NOT NULL,
	po_required INTEGER NOT NULL,
	minimum_order INTEGER,
	minimum_charge INTEGER,
	freight INTEGER NOT NULL,
	alert TEXT NOT NULL,
	blocked INTEGER NOT NULL,
	archived INTEGER NOT NULL,
	external_key TEXT,
	search TEXT NOT NULL,
	version INTEGER NOT NULL,
	parent_id INTEGER,
	family_exposure INTEGER NOT NULL,
	unapplied INTEGER NOT NULL,
	temporary_limit INTEGER,
	temporary_until TEXT,
	document_most INTEGER,
	review_date TEXT,
	prepay INTEGER NOT NULL,
	since TEXT,
	tax_number TEXT NOT NULL,
	tax_exempt_number TEXT NOT NULL,
	tax_exempt_until TEXT,
	reverse_charge INTEGER NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (code),
	FOREIGN KEY(customer_group) REFERENCES customer_group (code),
	FOREIGN KEY(terms) REFERENCES terms (code),
	FOREIGN KEY(tax) REFERENCES tax (code),
	FOREIGN KEY(price_list) REFERENCES price_list (code),
	FOREIGN KEY(carrier) REFERENCES carrier (code),
	UNIQUE (external_key),
	FOREIGN KEY(parent_id) REFERENCES customer (id)
)
 STRICT
--
CREATE INDEX customer_of_parent ON customer (parent_id) WHERE parent_id IS NOT NULL
--
CREATE INDEX customer_phone ON customer (phone_digits)
--
CREATE INDEX customer_review ON customer (review_date) WHERE review_date IS NOT NULL
--
CREATE INDEX customer_temporary ON customer (temporary_until) WHERE temporary_until IS NOT NULL
--
CREATE TABLE movement (
	id INTEGER NOT NULL,
	product_id INTEGER NOT NULL,
	warehouse TEXT NOT NULL,
	quantity INTEGER NOT NULL,
	kind TEXT NOT NULL,
	reason TEXT NOT NULL,
	reference TEXT NOT NULL,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(product_id) REFERENCES product (id)
)
 STRICT
--
CREATE INDEX movement_of ON movement (product_id, id)
--
CREATE TABLE price (
	product_id INTEGER NOT NULL,
	price_list TEXT NOT NULL,
	min_quantity INTEGER NOT NULL,
	valid_from TEXT NOT NULL,
	valid_to TEXT NOT NULL,
	price INTEGER NOT NULL,
	price_unit INTEGER NOT NULL,
	PRIMARY KEY (product_id, price_list, min_quantity, valid_from),
	CONSTRAINT price_not_negative CHECK (price >= 0 AND price_unit > 0),
	FOREIGN KEY(product_id) REFERENCES product (id),
	FOREIGN KEY(price_list) REFERENCES price_list (code)
) WITHOUT ROWID,
 STRICT
--
CREATE INDEX price_of_list ON price (price_list, product_id, min_quantity, valid_from) WHERE price_list <> ''
--
CREATE TABLE stock (
	product_id INTEGER NOT NULL,
	warehouse TEXT NOT NULL,
	on_hand INTEGER NOT NULL,
	allocated INTEGER NOT NULL,
	PRIMARY KEY (product_id, warehouse),
	CONSTRAINT on_hand_not_negative CHECK (on_hand >= 0),
	CONSTRAINT never_oversold CHECK (allocated >= 0 AND allocated <= on_hand),
	FOREIGN KEY(product_id) REFERENCES product (id),
	FOREIGN KEY(warehouse) REFERENCES warehouse (code)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE address (
	customer_id INTEGER NOT NULL,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	street TEXT NOT NULL,
	city TEXT NOT NULL,
	region TEXT NOT NULL,
	postal_code TEXT NOT NULL,
	country TEXT NOT NULL,
	phone TEXT NOT NULL,
	archived INTEGER NOT NULL,
	PRIMARY KEY (customer_id, code),
	FOREIGN KEY(customer_id) REFERENCES customer (id)
) WITHOUT ROWID,
 STRICT
--
CREATE TABLE buyer_po (
	id INTEGER NOT NULL,
	customer_id INTEGER NOT NULL,
	number TEXT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (number, customer_id),
	FOREIGN KEY(customer_id) REFERENCES customer (id)
)
 STRICT
--
CREATE TABLE contact (
	id INTEGER NOT NULL,
	customer_id INTEGER NOT NULL,
	name TEXT NOT NULL,
	title TEXT NOT NULL,
	phone TEXT NOT NULL,
	phone_digits TEXT NOT NULL,
	email TEXT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(customer_id) REFERENCES customer (id)
)
 STRICT
--
CREATE INDEX contact_of_customer ON contact (customer_id)
--
CREATE INDEX contact_phone ON contact (phone_digits)
--
CREATE TABLE customer_part (
	customer_id INTEGER NOT NULL,
	part TEXT NOT NULL,
	product_id INTEGER NOT NULL,
	PRIMARY KEY (customer_id, part),
	FOREIGN KEY(customer_id) REFERENCES customer (id),
	FOREIGN KEY(product_id) REFERENCES product (id)
) WITHOUT ROWID,
 STRICT
--
CREATE INDEX customer_part_product ON customer_part (product_id)
--
CREATE TABLE open_item (
	id INTEGER NOT NULL,
	customer_id INTEGER NOT NULL,
	kind TEXT NOT NULL,
	number TEXT NOT NULL,
	date TEXT NOT NULL,
	due_date TEXT NOT NULL,
	currency TEXT NOT NULL,
	amount INTEGER NOT NULL,
	open INTEGER NOT NULL,
	settled_on TEXT,
	version INTEGER NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT item_kind CHECK (kind IN ('invoice', 'payment', 'credit')),
	UNIQUE (customer_id, kind, number),
	FOREIGN KEY(customer_id) REFERENCES customer (id)
)
 STRICT
--
CREATE INDEX item_open ON open_item (customer_id, due_date) WHERE open <> 0
--
CREATE TABLE sales_order (
	id INTEGER NOT NULL,
	number TEXT NOT NULL,
	version INTEGER NOT NULL,
	status TEXT NOT NULL,
	stage TEXT NOT NULL,
	shipping TEXT NOT NULL,
	billing TEXT NOT NULL,
	customer_id INTEGER NOT NULL,
	buyer_po_id INTEGER,
	contact TEXT NOT NULL,
	ship_to TEXT NOT NULL,
	ship_address TEXT NOT NULL,
	terms TEXT NOT NULL,
	currency TEXT NOT NULL,
	tax_included INTEGER NOT NULL,
	tax_per_line INTEGER NOT NULL,
	discount INTEGER NOT NULL,
	requested TEXT NOT NULL,
	promised TEXT,
	carrier TEXT NOT NULL,
	channel TEXT NOT NULL,
	rep TEXT NOT NULL,
	priority INTEGER NOT NULL,
	note TEXT NOT NULL,
	net INTEGER NOT NULL,
	tax INTEGER NOT NULL,
	total INTEGER NOT NULL,
	open_value INTEGER NOT NULL,
	entered_by TEXT NOT NULL,
	entered_at INTEGER NOT NULL,
	due TEXT NOT NULL,
	exposed INTEGER NOT NULL,
	rate INTEGER NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT order_status CHECK (status IN ('confirmed', 'cancelled')),
	UNIQUE (number),
	FOREIGN KEY(customer_id) REFERENCES customer (id),
	FOREIGN KEY(buyer_po_id) REFERENCES buyer_po (id)
)
 STRICT
--
CREATE INDEX order_cancelled ON sales_order (id) WHERE status = 'cancelled'
--
CREATE INDEX order_done ON sales_order (id) WHERE stage = 'done'
--
CREATE INDEX order_entered ON sales_order (entered_at, id)
--
CREATE INDEX order_of_buyer_po ON sales_order (buyer_po_id) WHERE buyer_po_id IS NOT NULL
--
CREATE INDEX order_of_customer ON sales_order (customer_id, id)
--
CREATE INDEX order_open ON sales_order (id) WHERE stage = 'open'
--
CREATE INDEX order_unexposed ON sales_order (due) WHERE open_value > 0 AND exposed = 0
--
CREATE TABLE hold (
	id INTEGER NOT NULL,
	order_id INTEGER NOT NULL,
	line INTEGER,
	code TEXT NOT NULL,
	message TEXT NOT NULL,
	details TEXT NOT NULL,
	ceiling INTEGER,
	placed_by TEXT NOT NULL,
	placed_at INTEGER NOT NULL,
	raised_by TEXT NOT NULL,
	released_by TEXT,
	released_at INTEGER,
	reason TEXT NOT NULL,
	measure INTEGER NOT NULL,
	net_days INTEGER NOT NULL,
	bound TEXT NOT NULL,
	released_until TEXT,
	taken_by TEXT NOT NULL,
	taken_at INTEGER,
	rejected_by TEXT NOT NULL,
	rejected_at INTEGER,
	rejection TEXT NOT NULL,
	customer_id INTEGER NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(order_id) REFERENCES sales_order (id),
	FOREIGN KEY(customer_id) REFERENCES customer (id)
)
 STRICT
--
CREATE INDEX hold_of_customer ON hold (customer_id, id) WHERE released_by IS NULL
--
CREATE INDEX hold_of_order ON hold (order_id)
--
CREATE INDEX hold_open ON hold (code, id) WHERE released_by IS NULL
--
CREATE INDEX hold_queued ON hold (placed_at, id) WHERE released_by IS NULL AND rejected_by = ''
--
CREATE INDEX hold_standing ON hold (order_id) WHERE released_by IS NULL
--
CREATE INDEX hold_until ON hold (released_until) WHERE ceiling IS NOT NULL
--
CREATE TABLE order_line (
	order_id INTEGER NOT NULL,
	line INTEGER NOT NULL,
	product_id INTEGER NOT NULL,
	kind TEXT NOT NULL,
	description TEXT NOT NULL,
	unit TEXT NOT NULL,
	ordered INTEGER NOT NULL,
	shipped INTEGER NOT NULL,
	over_shipped INTEGER NOT NULL,
	short_closed INTEGER NOT NULL,
	open INTEGER NOT NULL,
	allocated INTEGER NOT NULL,
	list_price INTEGER NOT NULL,
	price INTEGER NOT NULL,
	price_unit INTEGER NOT NULL,
	price_source TEXT NOT NULL,
	discount INTEGER NOT NULL,
	net INTEGER NOT NULL,
	tax TEXT NOT NULL,
	tax_rate INTEGER NOT NULL,
	cost INTEGER NOT NULL,
	ship_to TEXT NOT NULL,
	warehouse TEXT NOT NULL,
	requested TEXT NOT NULL,
	promised TEXT,
	ship_by TEXT,
	note TEXT NOT NULL,
	tax_reason TEXT NOT NULL,
	price_reason TEXT NOT NULL,
	floor INTEGER NOT NULL,
	PRIMARY KEY (order_id, line),
	CONSTRAINT line_law CHECK (ordered + over_shipped = shipped + open + short_closed),
	CONSTRAINT line_not_negative CHECK (ordered >= 0 AND over_shipped >= 0 AND shipped >= 0 AND open >= 0 AND short_closed >= 0),
	CONSTRAINT allocated_is_open CHECK (allocated >= 0 AND allocated <= open),
	FOREIGN KEY(order_id) REFERENCES sales_order (id),
	FOREIGN KEY(product_id) REFERENCES product (id)
) WITHOUT ROWID,
 STRICT
--
CREATE INDEX line_waiting ON order_line (product_id, warehouse) WHERE open > 0
--
CREATE VIRTUAL TABLE customer_search USING fts5 (search, content='customer', content_rowid='id', tokenize='trigram')
--
CREATE TRIGGER customer_search_new AFTER INSERT ON customer BEGIN
	INSERT INTO customer_search (rowid, search) VALUES (new.id, new.search);
END
--
CREATE TRIGGER customer_search_gone AFTER DELETE ON customer BEGIN
	INSERT INTO customer_search (customer_search, rowid, search) VALUES ('delete', old.id, old.search);
END
--
CREATE TRIGGER customer_search_changed AFTER UPDATE OF search ON customer
WHEN old.search <> new.search BEGIN
	INSERT INTO customer_search (customer_search, rowid, search) VALUES ('delete', old.id, old.search);
	INSERT INTO customer_search (rowid, search) VALUES (new.id, new.search);
END
--
CREATE VIRTUAL TABLE product_search USING fts5 (search, content='product', content_rowid='id', tokenize='trigram')
--
CREATE TRIGGER product_search_new AFTER INSERT ON product BEGIN
	INSERT INTO product_search (rowid, search) VALUES (new.id, new.search);
END
--
CREATE TRIGGER product_search_gone AFTER DELETE ON product BEGIN
	INSERT INTO product_search (product_search, rowid, search) VALUES ('delete', old.id, old.search);
END
--
CREATE TRIGGER product_search_changed AFTER UPDATE OF search ON product
WHEN old.search <> new.search BEGIN
	INSERT INTO product_search (product_search, rowid, search) VALUES ('delete', old.id, old.search);
	INSERT INTO product_search (rowid, search) VALUES (new.id, new.search);
END
--
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN
	SELECT RAISE(ABORT, 'event rows are never changed');
END
--
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN
	SELECT RAISE(ABORT, 'event rows are never changed');
END
--
CREATE TRIGGER movement_no_update BEFORE UPDATE ON movement BEGIN
	SELECT RAISE(ABORT, 'movement rows are never changed');
END
--
CREATE TRIGGER movement_no_delete BEFORE DELETE ON movement BEGIN
	SELECT RAISE(ABORT, 'movement rows are never changed');
END
--
CREATE TRIGGER seal_no_update BEFORE UPDATE ON seal BEGIN
	SELECT RAISE(ABORT, 'seal rows are never changed');
END
--
CREATE TRIGGER seal_no_delete BEFORE DELETE ON seal BEGIN
	SELECT RAISE(ABORT, 'seal rows are never changed');
END
