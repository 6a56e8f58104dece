CREATE TABLE IF NOT EXISTS @schema@.person (
	role TEXT PRIMARY KEY,
	name TEXT NOT NULL UNIQUE REFERENCES @schema@.desk_user (name) ON UPDATE CASCADE
)
--
CREATE OR REPLACE FUNCTION @schema@.acting_name(written text) RETURNS text LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	known text;
BEGIN
	SELECT name INTO known FROM @schema@.person WHERE role = session_user;
	IF known IS NOT NULL THEN
		RETURN known;
	END IF;
	-- The owner of the tables writes for everybody; any other role that is no person for nobody.
	IF pg_has_role(session_user, (
		SELECT relowner FROM pg_class WHERE oid = '@schema@.event'::regclass
	), 'MEMBER') THEN
		RETURN written;
	END IF;
	RETURN NULL;
END $$
--
CREATE OR REPLACE FUNCTION @schema@.acting_may(wanted text) RETURNS boolean LANGUAGE plpgsql STABLE
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	who text := @schema@.acting_name('');
BEGIN
	RETURN who IS NOT NULL AND (who = '' OR EXISTS (
		SELECT FROM @schema@.desk_user u WHERE u.name = who AND u.archived = 0 AND (
			u.role = 'owner' OR EXISTS (
				SELECT FROM @schema@.role_right r WHERE r.role = u.role AND r.right_code = wanted
			)
		)
	));
END $$
--
CREATE OR REPLACE FUNCTION @schema@.refuse_other_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = 'OD001', CONSTRAINT = 'not_you',
		MESSAGE = 'the database role ' || session_user || ' is '
			|| coalesce(@schema@.acting_name(NULL), 'nobody here') || ', and writes no other name into '
			|| TG_TABLE_NAME || '.' || TG_ARGV[0] || '; sign in as who acts';
END $$
--
CREATE OR REPLACE FUNCTION @schema@.refuse_without_right() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = 'OD001', CONSTRAINT = 'no_right',
		MESSAGE = coalesce(@schema@.acting_name(NULL), session_user) || ' may not change '
			|| TG_TABLE_NAME || ' so; it takes ' || TG_ARGV[0];
END $$
--
CREATE OR REPLACE FUNCTION @schema@.check_release_by_system() RETURNS trigger LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	who text := @schema@.acting_name('');
	cancelled boolean;
	entered text;
	policy boolean;
	trusted boolean;
BEGIN
	SELECT o.status = 'cancelled', o.entered_by INTO cancelled, entered
		FROM @schema@.sales_order o WHERE o.id = NEW.order_id;
	IF who = '' OR cancelled THEN
		RETURN NULL;
	END IF;
	IF who IS NULL OR NEW.code <> ALL ('@credit@'::text[]) OR NOT (
		@schema@.acting_may('nightly') OR @schema@.acting_may('credit')
		OR @schema@.acting_may('payment')
	) THEN
		RAISE EXCEPTION USING ERRCODE = 'OD001', CONSTRAINT = 'self_release',
			MESSAGE = 'no rule of the system releases the hold ' || NEW.code || ' for '
				|| coalesce(who, session_user) || '; somebody must release it';
	END IF;
	SELECT c.self_release <> 0 INTO policy FROM @schema@.company c;
	SELECT u.role IN ('owner', 'script') INTO trusted FROM @schema@.desk_user u WHERE u.name = who;
	IF NOT coalesce(policy, false) AND NOT coalesce(trusted, false) AND (
		who IN (entered, NEW.placed_by) OR NEW.raised_by::jsonb ? who
	) THEN
		RAISE EXCEPTION USING ERRCODE = 'OD001', CONSTRAINT = 'self_release',
			MESSAGE = who || ' entered the order, placed the hold or let the order grow, and what'
				|| ' releases it by rule must run for somebody else; let a script end the day';
	END IF;
	RETURN NULL;
END $$
--
DROP TRIGGER IF EXISTS hold_by_system ON @schema@.hold
--
CREATE CONSTRAINT TRIGGER hold_by_system AFTER UPDATE ON @schema@.hold
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
	WHEN (NEW.released_by = 'system' AND OLD.released_by IS NULL)
	EXECUTE FUNCTION @schema@.check_release_by_system()
--
CREATE OR REPLACE TRIGGER hold_not_new BEFORE INSERT ON @schema@.hold FOR EACH ROW
	WHEN (NEW.released_by IS NOT NULL AND NOT @schema@.acting_may('owner'))
	EXECUTE FUNCTION @schema@.refuse_without_right('a hold that nobody has released yet')
--
CREATE OR REPLACE TRIGGER hold_right_to_release BEFORE UPDATE ON @schema@.hold FOR EACH ROW
	WHEN (NEW.released_by IS DISTINCT FROM OLD.released_by AND NEW.released_by <> 'system'
		AND NOT @schema@.acting_may('release'))
	EXECUTE FUNCTION @schema@.refuse_without_right('the right release')
--
CREATE OR REPLACE TRIGGER role_by_right BEFORE INSERT OR UPDATE OR DELETE ON @schema@.role
	FOR EACH ROW WHEN (NOT @schema@.acting_may('users'))
	EXECUTE FUNCTION @schema@.refuse_without_right('the right users')
--
CREATE OR REPLACE TRIGGER role_right_by_right BEFORE INSERT OR UPDATE OR DELETE
	ON @schema@.role_right FOR EACH ROW WHEN (NOT @schema@.acting_may('users'))
	EXECUTE FUNCTION @schema@.refuse_without_right('the right users')
--
CREATE OR REPLACE TRIGGER desk_user_new_by_right BEFORE INSERT ON @schema@.desk_user FOR EACH ROW
	WHEN (NOT @schema@.acting_may('users') OR NEW.role = 'owner' AND NOT @schema@.acting_may('owner'))
	EXECUTE FUNCTION @schema@.refuse_without_right('the right users, and for owners an owner')
--
CREATE OR REPLACE TRIGGER desk_user_by_right BEFORE UPDATE ON @schema@.desk_user FOR EACH ROW
	WHEN ((
		(NEW.name, NEW.role, NEW.os_user, NEW.archived)
			IS DISTINCT FROM (OLD.name, OLD.role, OLD.os_user, OLD.archived)
		OR NEW.pin_hash <> OLD.pin_hash AND OLD.name IS DISTINCT FROM @schema@.acting_name(OLD.name)
	) AND (
		NOT @schema@.acting_may('users')
		OR 'owner' IN (OLD.role, NEW.role) AND NOT @schema@.acting_may('owner')
	))
	EXECUTE FUNCTION @schema@.refuse_without_right('the right users, and for owners an owner')
--
CREATE OR REPLACE TRIGGER company_by_right BEFORE UPDATE ON @schema@.company FOR EACH ROW
	WHEN ((NEW.self_release, NEW.credit_horizon)
			IS DISTINCT FROM (OLD.self_release, OLD.credit_horizon)
		AND NOT @schema@.acting_may('settings'))
	EXECUTE FUNCTION @schema@.refuse_without_right('the right settings')
--
CREATE OR REPLACE TRIGGER seal_by_right BEFORE INSERT ON @schema@.seal FOR EACH STATEMENT
	WHEN (NOT @schema@.acting_may('nightly'))
	EXECUTE FUNCTION @schema@.refuse_without_right('the right nightly')
--
CREATE OR REPLACE TRIGGER credit_check_by_right BEFORE INSERT OR UPDATE OR DELETE
	ON @schema@.credit_check FOR EACH ROW
	WHEN (NOT @schema@.acting_may('settings'))
	EXECUTE FUNCTION @schema@.refuse_without_right('the right settings')
--
CREATE OR REPLACE TRIGGER customer_credit_by_right BEFORE UPDATE ON @schema@.customer FOR EACH ROW
	WHEN ((NEW.credit_limit, NEW.parent_id, NEW.document_most, NEW.review_date, NEW.prepay)
			IS DISTINCT FROM
			(OLD.credit_limit, OLD.parent_id, OLD.document_most, OLD.review_date, OLD.prepay)
		AND NOT @schema@.acting_may('credit'))
	EXECUTE FUNCTION @schema@.refuse_without_right('the right credit')
--
CREATE OR REPLACE TRIGGER customer_temporary_by_right BEFORE UPDATE ON @schema@.customer
	FOR EACH ROW
	WHEN ((NEW.temporary_limit, NEW.temporary_until)
			IS DISTINCT FROM (OLD.temporary_limit, OLD.temporary_until)
		AND NOT @schema@.acting_may('credit')
		-- The night takes away what is over.
		AND NOT (NEW.temporary_limit IS NULL AND NEW.temporary_until IS NULL
			AND @schema@.acting_may('nightly')))
	EXECUTE FUNCTION @schema@.refuse_without_right('the right credit')
--
CREATE OR REPLACE TRIGGER customer_kind_by_right BEFORE UPDATE ON @schema@.customer FOR EACH ROW
	WHEN ((NEW.customer_group, NEW.since) IS DISTINCT FROM (OLD.customer_group, OLD.since)
		AND NOT (@schema@.acting_may('masters') OR @schema@.acting_may('credit')))
	EXECUTE FUNCTION @schema@.refuse_without_right('the right masters or credit')
