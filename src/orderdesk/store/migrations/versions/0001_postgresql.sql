CREATE TABLE carrier (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	phone TEXT NOT NULL,
	archived BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (code)
)
--
CREATE TABLE command (
	id TEXT NOT NULL,
	service TEXT NOT NULL,
	request_hash TEXT NOT NULL,
	answer TEXT NOT NULL,
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (id)
)
--
CREATE TABLE credit_check (
	customer_group TEXT NOT NULL,
	code TEXT NOT NULL,
	mode TEXT NOT NULL,
	threshold BIGINT NOT NULL,
	PRIMARY KEY (customer_group, code),
	CONSTRAINT check_mode CHECK (mode IN ('on', 'warn', 'off'))
)
--
CREATE TABLE draft (
	id TEXT NOT NULL,
	owner TEXT NOT NULL,
	customer TEXT NOT NULL,
	lines BIGINT NOT NULL,
	body TEXT NOT NULL,
	parked BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (id)
)
--
CREATE INDEX draft_of ON draft (owner, updated_at)
--
CREATE INDEX draft_parked ON draft (updated_at) WHERE parked = 1
--
CREATE TABLE event (
	id BIGSERIAL NOT NULL,
	subject TEXT NOT NULL,
	subject_id BIGINT NOT NULL,
	version BIGINT,
	kind TEXT NOT NULL,
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (subject_id, version, subject)
)
--
CREATE TABLE exchange_rate (
	currency TEXT NOT NULL,
	valid_from TEXT NOT NULL,
	rate BIGINT NOT NULL,
	units BIGINT NOT NULL,
	PRIMARY KEY (currency, valid_from)
)
--
CREATE TABLE import_run (
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	file TEXT NOT NULL,
	done BIGINT NOT NULL,
	accepted BIGINT NOT NULL,
	rejected BIGINT NOT NULL,
	held BIGINT NOT NULL,
	finished BIGINT NOT NULL,
	actor TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (id)
)
--
CREATE TABLE note (
	id BIGSERIAL NOT NULL,
	subject TEXT NOT NULL,
	subject_id BIGINT NOT NULL,
	line BIGINT,
	audience TEXT NOT NULL,
	text TEXT NOT NULL,
	at BIGINT NOT NULL,
	actor TEXT NOT NULL,
	PRIMARY KEY (id)
)
--
CREATE INDEX note_of ON note (subject, subject_id)
--
CREATE TABLE outbox (
	subject_id BIGINT NOT NULL,
	version BIGINT NOT NULL,
	subject TEXT NOT NULL,
	receiver TEXT NOT NULL,
	kind TEXT NOT NULL,
	at BIGINT NOT NULL,
	body TEXT NOT NULL,
	delivered_at BIGINT,
	PRIMARY KEY (subject_id, version, subject, receiver)
)
--
CREATE INDEX outbox_waiting ON outbox (at) WHERE delivered_at IS NULL
--
CREATE TABLE price_list (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	currency TEXT NOT NULL,
	tax_included BIGINT NOT NULL,
	archived BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (code)
)
--
CREATE TABLE product_group (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	margin_floor BIGINT,
	archived BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (code)
)
--
CREATE TABLE reason (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	archived BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (code)
)
--
CREATE TABLE role (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	archived BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (code)
)
--
CREATE TABLE seal (
	event_id BIGINT NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (event_id)
)
--
CREATE TABLE series (
	code TEXT NOT NULL,
	prefix TEXT NOT NULL,
	width BIGINT NOT NULL,
	next_number BIGINT NOT NULL,
	next_id BIGINT NOT NULL,
	PRIMARY KEY (code)
)
--
CREATE TABLE supplier (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	contact TEXT NOT NULL,
	phone TEXT NOT NULL,
	city TEXT NOT NULL,
	country TEXT NOT NULL,
	archived BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (code)
)
--
CREATE TABLE tax (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	rate BIGINT NOT NULL,
	archived BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (code)
)
--
CREATE TABLE terms (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	net_days BIGINT NOT NULL,
	archived BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (code)
)
--
CREATE TABLE unit (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	decimals BIGINT NOT NULL,
	archived BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (code)
)
--
CREATE TABLE warehouse (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	time_zone TEXT NOT NULL,
	cut_off TEXT NOT NULL,
	archived BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (code)
)
--
CREATE TABLE company (
	id BIGSERIAL NOT NULL,
	name TEXT NOT NULL,
	currency TEXT NOT NULL,
	country TEXT NOT NULL,
	business_date TEXT NOT NULL,
	base_list TEXT,
	warehouse TEXT,
	terms TEXT,
	tax TEXT,
	carrier TEXT,
	tax_per_line BIGINT NOT NULL,
	minimum_order BIGINT NOT NULL,
	minimum_charge BIGINT NOT NULL,
	watch_share BIGINT NOT NULL,
	self_release BIGINT NOT NULL,
	credit_horizon BIGINT NOT NULL,
	grant_days BIGINT NOT NULL,
	hold_grace BIGINT NOT NULL,
	duplicate_days BIGINT NOT NULL,
	lock_minutes BIGINT NOT NULL,
	version BIGINT NOT NULL,
	price_reason BIGINT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT one_company CHECK (id = 1),
	FOREIGN KEY(base_list) REFERENCES price_list (code),
	FOREIGN KEY(warehouse) REFERENCES warehouse (code),
	FOREIGN KEY(terms) REFERENCES terms (code),
	FOREIGN KEY(tax) REFERENCES tax (code),
	FOREIGN KEY(carrier) REFERENCES carrier (code)
)
--
CREATE TABLE customer_group (
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	price_list TEXT,
	archived BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (code),
	FOREIGN KEY(price_list) REFERENCES price_list (code)
)
--
CREATE TABLE desk_user (
	id BIGSERIAL NOT NULL,
	name TEXT NOT NULL,
	full_name TEXT NOT NULL,
	role TEXT NOT NULL,
	os_user TEXT,
	archived BIGINT NOT NULL,
	version BIGINT NOT NULL,
	pin_hash TEXT NOT NULL,
	pin_tries BIGINT NOT NULL,
	locked_at BIGINT,
	PRIMARY KEY (id),
	UNIQUE (name),
	FOREIGN KEY(role) REFERENCES role (code),
	UNIQUE (os_user)
)
--
CREATE TABLE product (
	id BIGSERIAL NOT NULL,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	unit TEXT NOT NULL,
	product_group TEXT,
	supplier TEXT,
	tax TEXT,
	ean TEXT,
	pack TEXT NOT NULL,
	cost BIGINT NOT NULL,
	replenishment_days BIGINT NOT NULL,
	reorder_level BIGINT NOT NULL,
	discontinued BIGINT NOT NULL,
	alert TEXT NOT NULL,
	archived BIGINT NOT NULL,
	external_key TEXT,
	search TEXT NOT NULL,
	version BIGINT NOT NULL,
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
--
CREATE INDEX product_ean ON product (ean)
--
CREATE TABLE role_right (
	role TEXT NOT NULL,
	right_code TEXT NOT NULL,
	most BIGINT,
	PRIMARY KEY (role, right_code),
	FOREIGN KEY(role) REFERENCES role (code)
)
--
CREATE TABLE tax_rule (
	country TEXT NOT NULL,
	region TEXT NOT NULL,
	tax_class TEXT NOT NULL,
	valid_from TEXT NOT NULL,
	tax TEXT NOT NULL,
	PRIMARY KEY (country, region, tax_class, valid_from),
	FOREIGN KEY(tax) REFERENCES tax (code)
)
--
CREATE TABLE customer (
	id BIGSERIAL NOT NULL,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	customer_group TEXT,
	currency TEXT NOT NULL,
	terms TEXT,
	tax TEXT,
	price_list TEXT,
	carrier TEXT,
	credit_limit BIGINT,
	receivable BIGINT NOT NULL,
	exposure BIGINT NOT NULL,
	ship_to TEXT NOT NULL,
	contact TEXT NOT NULL,
	phone TEXT NOT NULL,
	phone_digits TEXT NOT NULL,
	fax TEXT NOT NULL,
	email TEXT NOT NULL,
	rep TEXT NOT NULL,
	disposition TEXT NOT NULL,
	po_required BIGINT NOT NULL,
	minimum_order BIGINT,
	minimum_charge BIGINT,
	freight BIGINT NOT NULL,
	alert TEXT NOT NULL,
	blocked BIGINT NOT NULL,
	archived BIGINT NOT NULL,
	external_key TEXT,
	search TEXT NOT NULL,
	version BIGINT NOT NULL,
	parent_id BIGINT,
	family_exposure BIGINT NOT NULL,
	unapplied BIGINT NOT NULL,
	temporary_limit BIGINT,
	temporary_until TEXT,
	document_most BIGINT,
	review_date TEXT,
	prepay BIGINT NOT NULL,
	since TEXT,
	tax_number TEXT NOT NULL,
	tax_exempt_number TEXT NOT NULL,
	tax_exempt_until TEXT,
	reverse_charge BIGINT NOT NULL,
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
	id BIGSERIAL NOT NULL,
	product_id BIGINT NOT NULL,
	warehouse TEXT NOT NULL,
	quantity BIGINT NOT NULL,
	kind TEXT NOT NULL,
	reason TEXT NOT NULL,
	reference TEXT NOT NULL,
	at BIGINT NOT NULL,
	actor TEXT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(product_id) REFERENCES product (id)
)
--
CREATE INDEX movement_of ON movement (product_id, id)
--
CREATE TABLE price (
	product_id BIGINT NOT NULL,
	price_list TEXT NOT NULL,
	min_quantity BIGINT NOT NULL,
	valid_from TEXT NOT NULL,
	valid_to TEXT NOT NULL,
	price BIGINT NOT NULL,
	price_unit BIGINT NOT NULL,
	PRIMARY KEY (product_id, price_list, min_quantity, valid_from),
	CONSTRAINT price_not_negative CHECK (price >= 0 AND price_unit > 0),
	FOREIGN KEY(product_id) REFERENCES product (id),
	FOREIGN KEY(price_list) REFERENCES price_list (code)
)
--
CREATE INDEX price_of_list ON price (price_list, product_id, min_quantity, valid_from) WHERE price_list <> ''
--
CREATE TABLE stock (
	product_id BIGINT NOT NULL,
	warehouse TEXT NOT NULL,
	on_hand BIGINT NOT NULL,
	allocated BIGINT NOT NULL,
	PRIMARY KEY (product_id, warehouse),
	CONSTRAINT on_hand_not_negative CHECK (on_hand >= 0),
	CONSTRAINT never_oversold CHECK (allocated >= 0 AND allocated <= on_hand),
	FOREIGN KEY(product_id) REFERENCES product (id),
	FOREIGN KEY(warehouse) REFERENCES warehouse (code)
)
--
CREATE TABLE address (
	customer_id BIGINT NOT NULL,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	street TEXT NOT NULL,
	city TEXT NOT NULL,
	region TEXT NOT NULL,
	postal_code TEXT NOT NULL,
	country TEXT NOT NULL,
	phone TEXT NOT NULL,
	archived BIGINT NOT NULL,
	PRIMARY KEY (customer_id, code),
	FOREIGN KEY(customer_id) REFERENCES customer (id)
)
--
CREATE TABLE buyer_po (
	id BIGSERIAL NOT NULL,
	customer_id BIGINT NOT NULL,
	number TEXT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (number, customer_id),
	FOREIGN KEY(customer_id) REFERENCES customer (id)
)
--
CREATE TABLE contact (
	id BIGSERIAL NOT NULL,
	customer_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	title TEXT NOT NULL,
	phone TEXT NOT NULL,
	phone_digits TEXT NOT NULL,
	email TEXT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(customer_id) REFERENCES customer (id)
)
--
CREATE INDEX contact_of_customer ON contact (customer_id)
--
CREATE INDEX contact_phone ON contact (phone_digits)
--
CREATE TABLE customer_part (
	customer_id BIGINT NOT NULL,
	part TEXT NOT NULL,
	product_id BIGINT NOT NULL,
	PRIMARY KEY (customer_id, part),
	FOREIGN KEY(customer_id) REFERENCES customer (id),
	FOREIGN KEY(product_id) REFERENCES product (id)
)
--
CREATE INDEX customer_part_product ON customer_part (product_id)
--
CREATE TABLE open_item (
	id BIGSERIAL NOT NULL,
	customer_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	number TEXT NOT NULL,
	date TEXT NOT NULL,
	due_date TEXT NOT NULL,
	currency TEXT NOT NULL,
	amount BIGINT NOT NULL,
	open BIGINT NOT NULL,
	settled_on TEXT,
	version BIGINT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT item_kind CHECK (kind IN ('invoice', 'payment', 'credit')),
	UNIQUE (customer_id, kind, number),
	FOREIGN KEY(customer_id) REFERENCES customer (id)
)
--
CREATE INDEX item_open ON open_item (customer_id, due_date) WHERE open <> 0
--
CREATE TABLE sales_order (
	id BIGSERIAL NOT NULL,
	number TEXT COLLATE "C" NOT NULL,
	version BIGINT NOT NULL,
	status TEXT NOT NULL,
	stage TEXT NOT NULL,
	shipping TEXT NOT NULL,
	billing TEXT NOT NULL,
	customer_id BIGINT NOT NULL,
	buyer_po_id BIGINT,
	contact TEXT NOT NULL,
	ship_to TEXT NOT NULL,
	ship_address TEXT NOT NULL,
	terms TEXT NOT NULL,
	currency TEXT NOT NULL,
	tax_included BIGINT NOT NULL,
	tax_per_line BIGINT NOT NULL,
	discount BIGINT NOT NULL,
	requested TEXT NOT NULL,
	promised TEXT,
	carrier TEXT NOT NULL,
	channel TEXT NOT NULL,
	rep TEXT NOT NULL,
	priority BIGINT NOT NULL,
	note TEXT NOT NULL,
	net BIGINT NOT NULL,
	tax BIGINT NOT NULL,
	total BIGINT NOT NULL,
	open_value BIGINT NOT NULL,
	entered_by TEXT NOT NULL,
	entered_at BIGINT NOT NULL,
	due TEXT NOT NULL,
	exposed BIGINT NOT NULL,
	rate BIGINT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT order_status CHECK (status IN ('confirmed', 'cancelled')),
	UNIQUE (number),
	FOREIGN KEY(customer_id) REFERENCES customer (id),
	FOREIGN KEY(buyer_po_id) REFERENCES buyer_po (id)
)
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
	id BIGSERIAL NOT NULL,
	order_id BIGINT NOT NULL,
	line BIGINT,
	code TEXT NOT NULL,
	message TEXT NOT NULL,
	details TEXT NOT NULL,
	ceiling BIGINT,
	placed_by TEXT NOT NULL,
	placed_at BIGINT NOT NULL,
	raised_by TEXT NOT NULL,
	released_by TEXT,
	released_at BIGINT,
	reason TEXT NOT NULL,
	measure BIGINT NOT NULL,
	net_days BIGINT NOT NULL,
	bound TEXT NOT NULL,
	released_until TEXT,
	taken_by TEXT NOT NULL,
	taken_at BIGINT,
	rejected_by TEXT NOT NULL,
	rejected_at BIGINT,
	rejection TEXT NOT NULL,
	customer_id BIGINT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(order_id) REFERENCES sales_order (id),
	FOREIGN KEY(customer_id) REFERENCES customer (id)
)
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
	order_id BIGINT NOT NULL,
	line BIGINT NOT NULL,
	product_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	description TEXT NOT NULL,
	unit TEXT NOT NULL,
	ordered BIGINT NOT NULL,
	shipped BIGINT NOT NULL,
	over_shipped BIGINT NOT NULL,
	short_closed BIGINT NOT NULL,
	open BIGINT NOT NULL,
	allocated BIGINT NOT NULL,
	list_price BIGINT NOT NULL,
	price BIGINT NOT NULL,
	price_unit BIGINT NOT NULL,
	price_source TEXT NOT NULL,
	discount BIGINT NOT NULL,
	net BIGINT NOT NULL,
	tax TEXT NOT NULL,
	tax_rate BIGINT NOT NULL,
	cost BIGINT NOT NULL,
	ship_to TEXT NOT NULL,
	warehouse TEXT NOT NULL,
	requested TEXT NOT NULL,
	promised TEXT,
	ship_by TEXT,
	note TEXT NOT NULL,
	tax_reason TEXT NOT NULL,
	price_reason TEXT NOT NULL,
	floor BIGINT NOT NULL,
	PRIMARY KEY (order_id, line),
	CONSTRAINT line_law CHECK (ordered + over_shipped = shipped + open + short_closed),
	CONSTRAINT line_not_negative CHECK (ordered >= 0 AND over_shipped >= 0 AND shipped >= 0 AND open >= 0 AND short_closed >= 0),
	CONSTRAINT allocated_is_open CHECK (allocated >= 0 AND allocated <= open),
	FOREIGN KEY(order_id) REFERENCES sales_order (id),
	FOREIGN KEY(product_id) REFERENCES product (id)
)
--
CREATE INDEX line_waiting ON order_line (product_id, warehouse) WHERE open > 0
--
CREATE INDEX customer_search ON customer USING gin (to_tsvector('simple', search || replace(reverse(ltrim(search)), ' ', ' æ')))
--
CREATE INDEX product_search ON product USING gin (to_tsvector('simple', search || replace(reverse(ltrim(search)), ' ', ' æ')))
--
CREATE INDEX customer_code_prefix ON customer (code text_pattern_ops)
--
CREATE INDEX product_code_prefix ON product (code text_pattern_ops)
--
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = 'OD001', CONSTRAINT = 'append_only',
		MESSAGE = TG_TABLE_NAME || ' rows are never changed and never taken out; write a new one';
END $$
--
CREATE FUNCTION refuse_other_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = 'OD001', CONSTRAINT = 'stays',
		MESSAGE = TG_TABLE_NAME || ' ' || OLD.id || ': what it is about, who entered, placed or'
			|| ' released it, and that it was cancelled, stay as they were written';
END $$
--
CREATE FUNCTION refuse_self_release() RETURNS trigger LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	entered text;
	allowed bigint;
BEGIN
	IF NEW.released_by = 'system' THEN
		IF NEW.reason = '' THEN
			RAISE EXCEPTION USING ERRCODE = 'OD001', CONSTRAINT = 'no_cause',
				MESSAGE = 'a hold that the system releases needs the cause in its reason';
		END IF;
		RETURN NEW;
	END IF;
	-- By its schema, so that no table of a session's own stands in for the real one.
	EXECUTE 'SELECT o.entered_by, c.self_release FROM ' || quote_ident(TG_TABLE_SCHEMA)
		|| '.sales_order o, ' || quote_ident(TG_TABLE_SCHEMA) || '.company c WHERE o.id = $1'
		INTO entered, allowed USING NEW.order_id;
	IF coalesce(allowed, 0) = 0 AND (
		NEW.released_by IN (entered, NEW.placed_by) OR NEW.raised_by::jsonb ? NEW.released_by
	) THEN
		RAISE EXCEPTION USING ERRCODE = 'OD001', CONSTRAINT = 'self_release',
			MESSAGE = NEW.released_by || ' entered the order, placed the hold or let the order grow;'
				|| ' somebody else must release it';
	END IF;
	RETURN NEW;
END $$
--
CREATE TRIGGER hold_four_eyes BEFORE UPDATE ON hold FOR EACH ROW
	WHEN (NEW.released_by IS DISTINCT FROM OLD.released_by AND NEW.released_by IS NOT NULL)
	EXECUTE FUNCTION refuse_self_release()
--
CREATE TRIGGER hold_four_eyes_new BEFORE INSERT ON hold FOR EACH ROW
	WHEN (NEW.released_by IS NOT NULL) EXECUTE FUNCTION refuse_self_release()
--
CREATE TRIGGER hold_stays BEFORE UPDATE ON hold FOR EACH ROW WHEN (
	(NEW.order_id, NEW.line, NEW.code, NEW.bound, NEW.placed_by)
		IS DISTINCT FROM (OLD.order_id, OLD.line, OLD.code, OLD.bound, OLD.placed_by)
	OR NEW.raised_by <> OLD.raised_by AND NOT NEW.raised_by::jsonb @> OLD.raised_by::jsonb
	OR OLD.released_by IS NOT NULL AND (
		(NEW.released_by, NEW.released_at, NEW.reason, NEW.released_until)
			IS DISTINCT FROM (OLD.released_by, OLD.released_at, OLD.reason, OLD.released_until)
		OR NEW.ceiling IS NOT NULL AND NEW.ceiling IS DISTINCT FROM OLD.ceiling
	)
) EXECUTE FUNCTION refuse_other_past()
--
CREATE TRIGGER sales_order_stays BEFORE UPDATE ON sales_order FOR EACH ROW WHEN (
	NEW.entered_by <> OLD.entered_by OR OLD.status = 'cancelled' AND NEW.status <> 'cancelled'
) EXECUTE FUNCTION refuse_other_past()
--
CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER movement_no_change BEFORE UPDATE OR DELETE ON movement FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER movement_no_truncate BEFORE TRUNCATE ON movement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER seal_no_change BEFORE UPDATE OR DELETE ON seal FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
