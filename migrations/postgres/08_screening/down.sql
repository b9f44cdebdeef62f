DROP TRIGGER line_decision_by_another ON line_decision;
DROP FUNCTION line_decision_by_another();
DROP TABLE line_decision;
DROP TABLE finding_suppression;
DROP TABLE finding_version;
DROP TABLE finding;
DROP TABLE screen_check;
DROP TABLE screen_run;
