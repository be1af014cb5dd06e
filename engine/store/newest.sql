CREATE TABLE precertain_schema (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT precertain_schema_pkc PRIMARY KEY (version_num)
);

CREATE TABLE precertain_log (
	sequence INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	check_id VARCHAR NOT NULL, 
	payer VARCHAR NOT NULL, 
	headline VARCHAR NOT NULL, 
	date_of_service DATE NOT NULL, 
	rulesets JSON NOT NULL, 
	previous_hash VARCHAR NOT NULL, 
	hash VARCHAR NOT NULL, 
	PRIMARY KEY (sequence), 
	UNIQUE (previous_hash)
);

CREATE INDEX ix_precertain_log_check_id ON precertain_log (check_id);

CREATE TABLE precertain_check (
	sequence INTEGER NOT NULL, 
	case_json BLOB NOT NULL, 
	decision_json BLOB NOT NULL, 
	PRIMARY KEY (sequence), 
	FOREIGN KEY(sequence) REFERENCES precertain_log (sequence)
);

CREATE TABLE precertain_letter (
	sequence INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	file_name VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	format VARCHAR NOT NULL, 
	draft BOOLEAN NOT NULL, 
	PRIMARY KEY (sequence), 
	FOREIGN KEY(sequence) REFERENCES precertain_log (sequence)
);

CREATE TRIGGER precertain_log_no_update BEFORE UPDATE ON precertain_log BEGIN SELECT RAISE(ABORT, 'precertain_log is append-only'); END;

CREATE TRIGGER precertain_log_no_delete BEFORE DELETE ON precertain_log BEGIN SELECT RAISE(ABORT, 'precertain_log is append-only'); END;

CREATE TRIGGER precertain_log_no_replace BEFORE INSERT ON precertain_log WHEN EXISTS (SELECT 1 FROM precertain_log WHERE sequence = NEW.sequence) BEGIN SELECT RAISE(ABORT, 'precertain_log is append-only'); END;

CREATE TRIGGER precertain_check_no_delete BEFORE DELETE ON precertain_check BEGIN SELECT RAISE(ABORT, 'precertain_check is append-only'); END;

CREATE TRIGGER precertain_check_no_replace BEFORE INSERT ON precertain_check WHEN EXISTS (SELECT 1 FROM precertain_check WHERE sequence = NEW.sequence) BEGIN SELECT RAISE(ABORT, 'precertain_check is append-only'); END;

CREATE TRIGGER precertain_letter_no_delete BEFORE DELETE ON precertain_letter BEGIN SELECT RAISE(ABORT, 'precertain_letter is append-only'); END;

CREATE TRIGGER precertain_letter_no_replace BEFORE INSERT ON precertain_letter WHEN EXISTS (SELECT 1 FROM precertain_letter WHERE sequence = NEW.sequence) BEGIN SELECT RAISE(ABORT, 'precertain_letter is append-only'); END;

CREATE TABLE precertain_answer (
	sequence INTEGER NOT NULL, 
	fact VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	said_by VARCHAR, 
	reference VARCHAR, 
	PRIMARY KEY (sequence), 
	FOREIGN KEY(sequence) REFERENCES precertain_log (sequence)
);

CREATE TRIGGER precertain_answer_no_delete BEFORE DELETE ON precertain_answer BEGIN SELECT RAISE(ABORT, 'precertain_answer is append-only'); END;

CREATE TRIGGER precertain_answer_no_replace BEFORE INSERT ON precertain_answer WHEN EXISTS (SELECT 1 FROM precertain_answer WHERE sequence = NEW.sequence) BEGIN SELECT RAISE(ABORT, 'precertain_answer is append-only'); END;

CREATE TABLE precertain_user (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	name_key VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	password_hash VARCHAR NOT NULL, 
	failures INTEGER NOT NULL, 
	locked_until DATETIME, 
	created_at DATETIME NOT NULL, locked BOOLEAN DEFAULT 0 NOT NULL, must_change BOOLEAN DEFAULT 0 NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name_key)
);

CREATE TABLE precertain_session (
	token_hash VARCHAR NOT NULL, 
	user_id INTEGER NOT NULL, 
	seen_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	PRIMARY KEY (token_hash), 
	FOREIGN KEY(user_id) REFERENCES precertain_user (id)
);

CREATE INDEX ix_precertain_session_user_id ON precertain_session (user_id);

CREATE TABLE precertain_record (
	sequence INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	record_id VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	who VARCHAR NOT NULL, 
	content BLOB NOT NULL, 
	PRIMARY KEY (sequence), 
	UNIQUE (kind, record_id, version), 
	FOREIGN KEY(sequence) REFERENCES precertain_log (sequence)
);

CREATE TABLE precertain_visit_event (
	sequence INTEGER NOT NULL, 
	event_id VARCHAR NOT NULL, 
	visit_id VARCHAR NOT NULL, 
	patient_id VARCHAR NOT NULL, 
	who VARCHAR NOT NULL, 
	content BLOB NOT NULL, 
	PRIMARY KEY (sequence), 
	FOREIGN KEY(sequence) REFERENCES precertain_log (sequence), 
	UNIQUE (event_id)
);

CREATE INDEX ix_precertain_visit_event_visit_id ON precertain_visit_event (visit_id);

CREATE INDEX ix_precertain_visit_event_patient_id ON precertain_visit_event (patient_id);

CREATE TRIGGER precertain_record_no_delete BEFORE DELETE ON precertain_record BEGIN SELECT RAISE(ABORT, 'precertain_record is append-only'); END;

CREATE TRIGGER precertain_record_no_replace BEFORE INSERT ON precertain_record WHEN EXISTS (SELECT 1 FROM precertain_record WHERE sequence = NEW.sequence OR (kind = NEW.kind AND record_id = NEW.record_id AND version = NEW.version)) BEGIN SELECT RAISE(ABORT, 'precertain_record is append-only'); END;

CREATE TRIGGER precertain_visit_event_no_delete BEFORE DELETE ON precertain_visit_event BEGIN SELECT RAISE(ABORT, 'precertain_visit_event is append-only'); END;

CREATE TRIGGER precertain_visit_event_no_replace BEFORE INSERT ON precertain_visit_event WHEN EXISTS (SELECT 1 FROM precertain_visit_event WHERE sequence = NEW.sequence OR (event_id = NEW.event_id)) BEGIN SELECT RAISE(ABORT, 'precertain_visit_event is append-only'); END;

CREATE TABLE precertain_feed (
	user_id INTEGER NOT NULL, 
	token_hash VARCHAR NOT NULL, 
	made_at DATETIME NOT NULL, 
	PRIMARY KEY (user_id), 
	FOREIGN KEY(user_id) REFERENCES precertain_user (id), 
	UNIQUE (token_hash)
);

CREATE TABLE precertain_audit (
	sequence INTEGER NOT NULL, 
	who VARCHAR NOT NULL, 
	what VARCHAR NOT NULL, 
	patient_id VARCHAR, 
	detail VARCHAR, 
	covers VARCHAR, 
	PRIMARY KEY (sequence), 
	FOREIGN KEY(sequence) REFERENCES precertain_log (sequence)
);

CREATE INDEX ix_precertain_audit_who ON precertain_audit (who);

CREATE INDEX ix_precertain_audit_patient_id ON precertain_audit (patient_id);

CREATE TABLE precertain_erased (
	sequence INTEGER NOT NULL, 
	tombstone INTEGER NOT NULL, 
	remains VARCHAR NOT NULL, 
	PRIMARY KEY (sequence), 
	FOREIGN KEY(sequence) REFERENCES precertain_log (sequence), 
	FOREIGN KEY(tombstone) REFERENCES precertain_log (sequence)
);

CREATE INDEX ix_precertain_erased_tombstone ON precertain_erased (tombstone);

CREATE TRIGGER precertain_audit_no_update BEFORE UPDATE ON precertain_audit BEGIN SELECT RAISE(ABORT, 'precertain_audit is append-only'); END;

CREATE TRIGGER precertain_audit_no_delete BEFORE DELETE ON precertain_audit BEGIN SELECT RAISE(ABORT, 'precertain_audit is append-only'); END;

CREATE TRIGGER precertain_audit_no_replace BEFORE INSERT ON precertain_audit WHEN EXISTS (SELECT 1 FROM precertain_audit WHERE sequence = NEW.sequence) BEGIN SELECT RAISE(ABORT, 'precertain_audit is append-only'); END;

CREATE TRIGGER precertain_erased_no_update BEFORE UPDATE ON precertain_erased BEGIN SELECT RAISE(ABORT, 'precertain_erased is append-only'); END;

CREATE TRIGGER precertain_erased_no_delete BEFORE DELETE ON precertain_erased BEGIN SELECT RAISE(ABORT, 'precertain_erased is append-only'); END;

CREATE TRIGGER precertain_erased_no_replace BEFORE INSERT ON precertain_erased WHEN EXISTS (SELECT 1 FROM precertain_erased WHERE sequence = NEW.sequence) BEGIN SELECT RAISE(ABORT, 'precertain_erased is append-only'); END;

CREATE TRIGGER precertain_check_no_update BEFORE UPDATE ON precertain_check WHEN NEW.sequence <> OLD.sequence OR NOT EXISTS (SELECT 1 FROM precertain_erased WHERE sequence = OLD.sequence) BEGIN SELECT RAISE(ABORT, 'precertain_check is append-only'); END;

CREATE TRIGGER precertain_letter_no_update BEFORE UPDATE ON precertain_letter WHEN NEW.sequence <> OLD.sequence OR NOT EXISTS (SELECT 1 FROM precertain_erased WHERE sequence = OLD.sequence) BEGIN SELECT RAISE(ABORT, 'precertain_letter is append-only'); END;

CREATE TRIGGER precertain_answer_no_update BEFORE UPDATE ON precertain_answer WHEN NEW.sequence <> OLD.sequence OR NOT EXISTS (SELECT 1 FROM precertain_erased WHERE sequence = OLD.sequence) BEGIN SELECT RAISE(ABORT, 'precertain_answer is append-only'); END;

CREATE TRIGGER precertain_record_no_update BEFORE UPDATE ON precertain_record WHEN NEW.sequence <> OLD.sequence OR NOT EXISTS (SELECT 1 FROM precertain_erased WHERE sequence = OLD.sequence) BEGIN SELECT RAISE(ABORT, 'precertain_record is append-only'); END;

CREATE TRIGGER precertain_visit_event_no_update BEFORE UPDATE ON precertain_visit_event WHEN NEW.sequence <> OLD.sequence OR NOT EXISTS (SELECT 1 FROM precertain_erased WHERE sequence = OLD.sequence) BEGIN SELECT RAISE(ABORT, 'precertain_visit_event is append-only'); END;

CREATE TABLE precertain_upload (
	id VARCHAR NOT NULL, 
	user_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	name VARCHAR NOT NULL, 
	content BLOB NOT NULL, 
	mapping BLOB NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_precertain_upload_user_id ON precertain_upload (user_id);

CREATE TABLE precertain_columns (
	headers_hash VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	mapping BLOB NOT NULL, 
	PRIMARY KEY (headers_hash)
);

CREATE TABLE precertain_rule_review (
	sequence INTEGER NOT NULL, 
	rule VARCHAR NOT NULL, 
	text_sha256 VARCHAR NOT NULL, 
	verified DATE NOT NULL, 
	who VARCHAR NOT NULL, 
	note VARCHAR, 
	signature VARCHAR NOT NULL, 
	PRIMARY KEY (sequence), 
	FOREIGN KEY(sequence) REFERENCES precertain_log (sequence)
);

CREATE TABLE precertain_contradiction (
	sequence INTEGER NOT NULL, 
	rule VARCHAR NOT NULL, 
	answer VARCHAR, 
	said VARCHAR NOT NULL, 
	said_by VARCHAR NOT NULL, 
	reference VARCHAR, 
	who VARCHAR, 
	PRIMARY KEY (sequence), 
	FOREIGN KEY(sequence) REFERENCES precertain_log (sequence)
);

CREATE INDEX ix_precertain_rule_review_rule ON precertain_rule_review (rule);

CREATE TRIGGER precertain_rule_review_no_update BEFORE UPDATE ON precertain_rule_review BEGIN SELECT RAISE(ABORT, 'precertain_rule_review is append-only'); END;

CREATE TRIGGER precertain_rule_review_no_delete BEFORE DELETE ON precertain_rule_review BEGIN SELECT RAISE(ABORT, 'precertain_rule_review is append-only'); END;

CREATE TRIGGER precertain_rule_review_no_replace BEFORE INSERT ON precertain_rule_review WHEN EXISTS (SELECT 1 FROM precertain_rule_review WHERE sequence = NEW.sequence) BEGIN SELECT RAISE(ABORT, 'precertain_rule_review is append-only'); END;

CREATE INDEX ix_precertain_contradiction_rule ON precertain_contradiction (rule);

CREATE TRIGGER precertain_contradiction_no_update BEFORE UPDATE ON precertain_contradiction BEGIN SELECT RAISE(ABORT, 'precertain_contradiction is append-only'); END;

CREATE TRIGGER precertain_contradiction_no_delete BEFORE DELETE ON precertain_contradiction BEGIN SELECT RAISE(ABORT, 'precertain_contradiction is append-only'); END;

CREATE TRIGGER precertain_contradiction_no_replace BEFORE INSERT ON precertain_contradiction WHEN EXISTS (SELECT 1 FROM precertain_contradiction WHERE sequence = NEW.sequence) BEGIN SELECT RAISE(ABORT, 'precertain_contradiction is append-only'); END;

CREATE TABLE precertain_draft (
	id INTEGER NOT NULL, 
	ruleset VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	who VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	content BLOB NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (ruleset, version)
);

CREATE TABLE precertain_draft_table (
	draft INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	content BLOB NOT NULL, 
	PRIMARY KEY (draft, name), 
	FOREIGN KEY(draft) REFERENCES precertain_draft (id)
);

INSERT INTO precertain_schema VALUES ('0011')
