DROP TABLE change_log;
DROP TABLE setting;
DROP TABLE act;
DROP TABLE file;
DROP TABLE counter;
DROP TABLE book;
