-- Indexes for the lists of the service and of the foreign key from payments to cards. Registers are filtered by what tells few rows
-- apart (a status, a relation): such an index ends in _trait, and the list's own order follows in it, so that a page of any filter
-- is read straight from it.
CREATE INDEX payment_by_card ON payment (book, card);
CREATE INDEX household_by_status_trait ON household (book, status, code);
CREATE INDEX household_by_kind_trait ON household (book, kind, code) WHERE kind IS NOT NULL;
CREATE INDEX household_by_housing_trait ON household (book, housing, code) WHERE housing IS NOT NULL;
CREATE INDEX household_by_identified_trait ON household (book, identified, code);
CREATE INDEX household_by_status_date ON household (book, status_date, code) WHERE status_date IS NOT NULL;
-- From a village to its people's ID numbers, and so to their cards, without a look at each person.
DROP INDEX person_by_household;
CREATE INDEX person_by_household ON person (book, household, id, id_no);
CREATE INDEX person_by_relation_trait ON person (book, relation, id);
CREATE INDEX person_by_status_trait ON person (book, status, id);
CREATE INDEX person_by_labour_trait ON person (book, labour, id) WHERE labour IS NOT NULL;
CREATE INDEX person_by_school_trait ON person (book, school, id) WHERE school IS NOT NULL;
CREATE INDEX person_by_health_trait ON person (book, health, id) WHERE health IS NOT NULL;
CREATE INDEX person_by_status_date ON person (book, status_date, id) WHERE status_date IS NOT NULL;
CREATE INDEX card_by_bank_trait ON card (book, bank, id);
CREATE INDEX card_by_valid_from ON card (book, valid_from, id);
CREATE INDEX card_by_valid_to ON card (book, valid_to, id) WHERE valid_to IS NOT NULL;
