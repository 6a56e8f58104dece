-- orderdesk.services.catalogue:BUYER_SEEN credit_limit holder_id holder_code owed receivable exposure document_most review_date prepay since business_date watch_share credit_horizon oldest_due currency_rate checks id code name currency ship_to contact rep po_required blocked archived freight tax_number tax_exempt_number tax_exempt_until reverse_charge alert customer_tax customer_rate company_rate company_tax company_country country region company_currency duplicate_days allocation_horizon price_reason warehouse tax_per_line company_terms company_carrier terms carrier minimum_order minimum_charge disposition delivery_rule most_deliveries substitutes shelf_life company_minimum_order company_minimum_charge net_days missing
SELECT CASE WHEN (holder.temporary_limit IS NOT NULL AND holder.temporary_until >= company.business_date) THEN holder.temporary_limit ELSE holder.credit_limit END AS credit_limit, holder.id AS holder_id, holder.code AS holder_code, holder.family_exposure AS owed, customer.receivable, customer.exposure, customer.document_most, customer.review_date, customer.prepay, customer.since, company.business_date, company.watch_share, company.credit_horizon, CASE WHEN (customer.receivable > 0) THEN (SELECT min(open_item.due_date) AS min_1 
FROM open_item 
WHERE open_item.customer_id = customer.id AND open_item.open <> 0 AND open_item.open > 0) END AS oldest_due, CASE WHEN (customer.currency != company.currency) THEN (SELECT exchange_rate.rate * (1000 / exchange_rate.units) AS anon_1 
FROM exchange_rate 
WHERE exchange_rate.currency = customer.currency AND exchange_rate.valid_from <= company.business_date ORDER BY exchange_rate.valid_from DESC 
 LIMIT 1) END AS currency_rate, (SELECT string_agg(credit_check.code || ',' || credit_check.mode || ',' || CAST(credit_check.threshold AS TEXT) || CASE WHEN (credit_check.customer_group = '') THEN ',0' ELSE ',1' END, ';') AS aggregate_strings_1 
FROM credit_check 
WHERE credit_check.customer_group IN ('', coalesce(customer.customer_group, ''))) AS checks, customer.id, customer.code, customer.name, customer.currency, customer.ship_to, customer.contact, customer.rep, customer.po_required, customer.blocked, customer.archived, customer.freight, customer.tax_number, customer.tax_exempt_number, customer.tax_exempt_until, customer.reverse_charge, customer.alert, customer.tax AS customer_tax, (SELECT tax.rate 
FROM tax 
WHERE tax.code = customer.tax) AS customer_rate, (SELECT line_tax.rate 
FROM tax AS line_tax 
WHERE line_tax.code = company.tax) AS company_rate, company.tax AS company_tax, company.country AS company_country, CASE WHEN (EXISTS (SELECT * 
FROM tax_rule 
WHERE tax_rule.country > '')) THEN coalesce((SELECT address.country 
FROM address 
WHERE address.customer_id = customer.id AND address.code = customer.ship_to), '') END AS country, CASE WHEN (EXISTS (SELECT * 
FROM tax_rule 
WHERE tax_rule.country > '')) THEN coalesce((SELECT address.region 
FROM address 
WHERE address.customer_id = customer.id AND address.code = customer.ship_to), '') END AS region, company.currency AS company_currency, company.duplicate_days, company.allocation_horizon, company.price_reason, company.warehouse, company.tax_per_line, company.terms AS company_terms, company.carrier AS company_carrier, customer.terms, customer.carrier, customer.minimum_order, customer.minimum_charge, customer.disposition, customer.delivery_rule, customer.most_deliveries, customer.substitutes, customer.shelf_life, company.minimum_order AS company_minimum_order, company.minimum_charge AS company_minimum_charge, (SELECT terms.net_days 
FROM terms 
WHERE terms.code = coalesce(customer.terms, company.terms)) AS net_days, (SELECT CASE WHEN (address.name = '') THEN 'name ' ELSE '' END || CASE WHEN (address.street = '') THEN 'street ' ELSE '' END || CASE WHEN (address.city = '') THEN 'city ' ELSE '' END || CASE WHEN (address.country = '') THEN 'country ' ELSE '' END AS anon_2 
FROM address 
WHERE address.customer_id = customer.id AND address.code = customer.ship_to) AS missing 
FROM customer JOIN customer AS holder ON holder.id = coalesce(customer.parent_id, customer.id) JOIN company ON 1 = 1 
WHERE customer.code = %(customer)s::VARCHAR
--
-- orderdesk.services.people:PERSON id name role os_user version pin_hash pin_tries locked_at lock_minutes
SELECT desk_user.id, desk_user.name, desk_user.role, desk_user.os_user, desk_user.version, desk_user.pin_hash, desk_user.pin_tries, desk_user.locked_at, (SELECT company.lock_minutes 
FROM company) AS lock_minutes 
FROM desk_user 
WHERE desk_user.name = %(user)s::VARCHAR AND desk_user.archived = 0
--
-- orderdesk.services.prices:LISTS_FOR customer_list group_list base_list
SELECT (SELECT customer.price_list 
FROM customer 
WHERE customer.code = %(customer)s::VARCHAR) AS customer_list, (SELECT customer_group.price_list 
FROM customer_group JOIN customer ON customer.customer_group = customer_group.code 
WHERE customer.code = %(customer)s::VARCHAR) AS group_list, (SELECT company.base_list 
FROM company) AS base_list
--
-- orderdesk.services.promises.journeys:ELSEWHERE business_date warehouse time_zone cut_off handling_days carrier lead_days works drives takes place
SELECT company.business_date, warehouse.code AS warehouse, warehouse.time_zone, warehouse.cut_off, warehouse.handling_days, coalesce(coalesce(%(carrier)s::VARCHAR, customer.carrier, company.carrier), '') AS carrier, (SELECT carrier_zone.lead_days 
FROM carrier_zone 
WHERE carrier_zone.carrier = coalesce(%(carrier)s::VARCHAR, customer.carrier, company.carrier) AND carrier_zone.warehouse IN ('', warehouse.code) AND carrier_zone.country IN ('', upper(coalesce(nullif(%(country)s::VARCHAR, ''), company.country))) AND substr(upper(coalesce(%(postal_code)s::VARCHAR, '')), 1, length(carrier_zone.postal_prefix)) = carrier_zone.postal_prefix ORDER BY carrier_zone.warehouse DESC, carrier_zone.country DESC, carrier_zone.postal_prefix DESC 
 LIMIT 1) AS lead_days, (SELECT CAST(calendar_1.week AS TEXT) || ' ' || coalesce((SELECT string_agg(calendar_day_1.day || CASE WHEN (calendar_day_1.is_open > 0) THEN '+' ELSE '-' END, ',') AS aggregate_strings_1 
FROM calendar_day AS calendar_day_1 
WHERE calendar_day_1.calendar = calendar_1.code AND calendar_day_1.day >= %(since)s::VARCHAR), '') AS anon_1 
FROM calendar AS calendar_1 
WHERE calendar_1.code = coalesce(warehouse.calendar, company.calendar)) AS works, (SELECT CAST(calendar_2.week AS TEXT) || ' ' || coalesce((SELECT string_agg(calendar_day_2.day || CASE WHEN (calendar_day_2.is_open > 0) THEN '+' ELSE '-' END, ',') AS aggregate_strings_2 
FROM calendar_day AS calendar_day_2 
WHERE calendar_day_2.calendar = calendar_2.code AND calendar_day_2.day >= %(since)s::VARCHAR), '') AS anon_2 
FROM calendar AS calendar_2 
WHERE calendar_2.code = carrier.calendar) AS drives, (SELECT CAST(calendar_3.week AS TEXT) || ' ' || coalesce((SELECT string_agg(calendar_day_3.day || CASE WHEN (calendar_day_3.is_open > 0) THEN '+' ELSE '-' END, ',') AS aggregate_strings_3 
FROM calendar_day AS calendar_day_3 
WHERE calendar_day_3.calendar = calendar_3.code AND calendar_day_3.day >= %(since)s::VARCHAR), '') AS anon_3 
FROM calendar AS calendar_3 
WHERE calendar_3.code = coalesce(NULL, customer.calendar, company.calendar)) AS takes, '' AS place 
FROM customer JOIN company ON 1 = 1 JOIN warehouse ON warehouse.code = company.warehouse OR warehouse.code IN (SELECT CAST(value.value AS TEXT) AS value 
FROM unnest(ARRAY(SELECT json_array_elements_text((%(warehouses)s::VARCHAR)::json))) AS value) LEFT OUTER JOIN carrier ON carrier.code = coalesce(%(carrier)s::VARCHAR, customer.carrier, company.carrier) 
WHERE customer.code = %(customer)s::VARCHAR
--
-- orderdesk.services.promises.journeys:WAYS business_date warehouse time_zone cut_off handling_days carrier lead_days works drives takes place
SELECT company.business_date, warehouse.code AS warehouse, warehouse.time_zone, warehouse.cut_off, warehouse.handling_days, coalesce(coalesce(%(carrier)s::VARCHAR, customer.carrier, company.carrier), '') AS carrier, (SELECT carrier_zone.lead_days 
FROM carrier_zone 
WHERE carrier_zone.carrier = coalesce(%(carrier)s::VARCHAR, customer.carrier, company.carrier) AND carrier_zone.warehouse IN ('', warehouse.code) AND carrier_zone.country IN ('', upper(coalesce(nullif(address.country, ''), company.country))) AND substr(upper(coalesce(address.postal_code, '')), 1, length(carrier_zone.postal_prefix)) = carrier_zone.postal_prefix ORDER BY carrier_zone.warehouse DESC, carrier_zone.country DESC, carrier_zone.postal_prefix DESC 
 LIMIT 1) AS lead_days, (SELECT CAST(calendar_1.week AS TEXT) || ' ' || coalesce((SELECT string_agg(calendar_day_1.day || CASE WHEN (calendar_day_1.is_open > 0) THEN '+' ELSE '-' END, ',') AS aggregate_strings_1 
FROM calendar_day AS calendar_day_1 
WHERE calendar_day_1.calendar = calendar_1.code AND calendar_day_1.day >= %(since)s::VARCHAR), '') AS anon_1 
FROM calendar AS calendar_1 
WHERE calendar_1.code = coalesce(warehouse.calendar, company.calendar)) AS works, (SELECT CAST(calendar_2.week AS TEXT) || ' ' || coalesce((SELECT string_agg(calendar_day_2.day || CASE WHEN (calendar_day_2.is_open > 0) THEN '+' ELSE '-' END, ',') AS aggregate_strings_2 
FROM calendar_day AS calendar_day_2 
WHERE calendar_day_2.calendar = calendar_2.code AND calendar_day_2.day >= %(since)s::VARCHAR), '') AS anon_2 
FROM calendar AS calendar_2 
WHERE calendar_2.code = carrier.calendar) AS drives, (SELECT CAST(calendar_3.week AS TEXT) || ' ' || coalesce((SELECT string_agg(calendar_day_3.day || CASE WHEN (calendar_day_3.is_open > 0) THEN '+' ELSE '-' END, ',') AS aggregate_strings_3 
FROM calendar_day AS calendar_day_3 
WHERE calendar_day_3.calendar = calendar_3.code AND calendar_day_3.day >= %(since)s::VARCHAR), '') AS anon_3 
FROM calendar AS calendar_3 
WHERE calendar_3.code = coalesce(address.calendar, customer.calendar, company.calendar)) AS takes, address.code AS place 
FROM customer JOIN company ON 1 = 1 JOIN warehouse ON warehouse.code = company.warehouse OR warehouse.code IN (SELECT CAST(value.value AS TEXT) AS value 
FROM unnest(ARRAY(SELECT json_array_elements_text((%(warehouses)s::VARCHAR)::json))) AS value) LEFT OUTER JOIN carrier ON carrier.code = coalesce(%(carrier)s::VARCHAR, customer.carrier, company.carrier) LEFT OUTER JOIN address ON address.customer_id = customer.id AND (address.code = customer.ship_to OR address.code IN (SELECT CAST(value.value AS TEXT) AS value 
FROM unnest(ARRAY(SELECT json_array_elements_text((%(addresses)s::VARCHAR)::json))) AS value)) 
WHERE customer.code = %(customer)s::VARCHAR
--
-- orderdesk.store.expressions:COMMAND service request_hash answer
SELECT command.service, command.request_hash, command.answer 
FROM command 
WHERE command.id = %(id)s::VARCHAR
--
-- orderdesk.store.expressions:COMMANDS
INSERT INTO command (id, service, request_hash, answer, actor, at) SELECT (r->>0)::text, (r->>1)::text, (r->>2)::text, (r->>3)::text, (r->>4)::text, (r->>5)::bigint FROM jsonb_array_elements(%s::jsonb) AS r
--
-- orderdesk.store.expressions:EVENTS
INSERT INTO event (subject, subject_id, version, kind, actor, at, body) SELECT (r->>0)::text, (r->>1)::bigint, (r->>2)::bigint, (r->>3)::text, (r->>4)::text, (r->>5)::bigint, (r->>6)::text FROM jsonb_array_elements(%s::jsonb) AS r
--
-- orderdesk.store.expressions:HEAD newest sealed hash
SELECT coalesce((SELECT max(event.id) AS max_1 
FROM event), 0) AS newest, coalesce((SELECT seal.event_id 
FROM seal ORDER BY seal.event_id DESC 
 LIMIT 1), 0) AS sealed, coalesce((SELECT seal.hash 
FROM seal ORDER BY seal.event_id DESC 
 LIMIT 1), '0000000000000000000000000000000000000000000000000000000000000000') AS hash
--
-- orderdesk.store.expressions:NEXT_NUMBER prefix width next_number next_id
UPDATE series SET next_number=(series.next_number + 1), next_id=(series.next_id + 1) WHERE series.code = %(series)s::VARCHAR RETURNING series.prefix, series.width, series.next_number, series.next_id
--
-- orderdesk.store.expressions:NUMBERED_EVENTS
INSERT INTO event (id, subject, subject_id, version, kind, actor, at, body) SELECT (r->>0)::bigint, (r->>1)::text, (r->>2)::bigint, (r->>3)::bigint, (r->>4)::text, (r->>5)::text, (r->>6)::bigint, (r->>7)::text FROM jsonb_array_elements(%s::jsonb) AS r
--
-- orderdesk.store.expressions:OUTBOX
INSERT INTO outbox (subject_id, version, subject, receiver, kind, at, body, delivered_at) SELECT (r->>0)::bigint, (r->>1)::bigint, (r->>2)::text, (r->>3)::text, (r->>4)::text, (r->>5)::bigint, (r->>6)::text, (r->>7)::bigint FROM jsonb_array_elements(%s::jsonb) AS r
--
-- orderdesk.store.expressions:SEALS
INSERT INTO seal (event_id, hash) SELECT (r->>0)::bigint, (r->>1)::text FROM jsonb_array_elements(%s::jsonb) AS r
--
-- orderdesk.store.expressions:SERIES code
SELECT series.code 
FROM series
--
-- orderdesk.store.expressions:USER archived pin_hash
SELECT desk_user.archived, desk_user.pin_hash 
FROM desk_user 
WHERE desk_user.name = %(name)s::VARCHAR
--
-- orderdesk.store.expressions:USER_OF_OS name
SELECT desk_user.name 
FROM desk_user 
WHERE desk_user.os_user = %(os_user)s::VARCHAR AND desk_user.archived = 0
