DROP TABLE job;
DROP TABLE batch_signature;
DROP TABLE approval_level;
DROP TABLE proposal_event;
DROP TABLE proposal;
