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
