-- Indexes for the lists of the service. None of them is on a table that posting a batch fills, but for the one by returned lines,
-- which takes in only those few: paid stands in its key so that the planner of either database sees that it tells rows apart.
CREATE INDEX payment_result_returned ON payment_result (book, paid, batch, line) WHERE paid = 0;
CREATE INDEX household_by_region ON household (book, region, code);
CREATE INDEX household_by_head ON household (book, head_id);
CREATE INDEX household_by_head_name ON household (book, head);
CREATE INDEX person_by_name ON person (book, name, id);
CREATE INDEX card_by_holder ON card (book, holder);
CREATE INDEX act_by_time ON act (book, at, key);
