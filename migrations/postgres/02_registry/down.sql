DROP TABLE card;
DROP TABLE person;
DROP TABLE household;
DROP TABLE project;
DROP TABLE program;
DROP TABLE unit;
DROP TABLE region;
