DROP TRIGGER lead_closed_by_another ON lead_event;
DROP FUNCTION lead_closed_by_another();
DROP TRIGGER lead_event_runs_on ON lead_event;
DROP FUNCTION lead_event_runs_on();
DROP TABLE lead_event;
DROP TABLE lead_finding;
DROP TABLE lead;
