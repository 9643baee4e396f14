BEGIN TRANSACTION;
CREATE TABLE blobs (
	sha256 TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	packed TEXT NOT NULL, 
	data BLOB NOT NULL, 
	CONSTRAINT pk_blobs PRIMARY KEY (sha256)
);
INSERT INTO "blobs" VALUES('7226f1bda5ad05dc600ecc441f6ce05abca24abc2c390e62b5c3e4c310ba08f6',780,'zlib',X'78012BCF482C51C82C51284EAC2CE62A1FE58C86C1C84D07000B5C1464');
CREATE TABLE outlay_revision (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT outlay_revision_pkc PRIMARY KEY (version_num)
);
INSERT INTO "outlay_revision" VALUES('0001');
CREATE TABLE people (
	id TEXT NOT NULL, 
	workspace TEXT NOT NULL, 
	name TEXT NOT NULL, 
	role TEXT NOT NULL, 
	made_at TEXT NOT NULL, 
	over TEXT NOT NULL, 
	CONSTRAINT pk_people PRIMARY KEY (id), 
	CONSTRAINT fk_people_workspace FOREIGN KEY(workspace) REFERENCES workspaces (id)
);
INSERT INTO "people" VALUES('51ab6f5d036cfe80a26ce888f2e27156','4a2e96b10cad4bf6dd25cdc5fd09df4f','ann','admin','2026-11-30T19:57:29.486+00:00','');
INSERT INTO "people" VALUES('36a1032cda2e8f2f75363c5c5c88b42a','4a2e96b10cad4bf6dd25cdc5fd09df4f','ed','editor','2026-11-30T19:57:29.499+00:00','');
INSERT INTO "people" VALUES('db367c5431597ffcac28cf089a898f53','bee88105883fd569d12cd5e744c0d1df','olga','admin','2026-11-30T19:57:29.503+00:00','');
CREATE TABLE run_files (
	workspace TEXT NOT NULL, 
	run TEXT NOT NULL, 
	name TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	CONSTRAINT pk_run_files PRIMARY KEY (workspace, run, name), 
	CONSTRAINT fk_run_files_sha256 FOREIGN KEY(sha256) REFERENCES blobs (sha256), 
	CONSTRAINT fk_run_files_workspace_run FOREIGN KEY(workspace, run) REFERENCES runs (workspace, id) ON DELETE CASCADE
);
CREATE TABLE runs (
	workspace TEXT NOT NULL, 
	id TEXT NOT NULL, 
	result TEXT NOT NULL, 
	study TEXT NOT NULL, 
	study_version INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	name TEXT NOT NULL, 
	scenario TEXT NOT NULL, 
	changes TEXT NOT NULL, 
	verdict TEXT NOT NULL, 
	objective DOUBLE NOT NULL, 
	currency TEXT NOT NULL, 
	made_at TEXT NOT NULL, 
	made_by TEXT NOT NULL, 
	CONSTRAINT pk_runs PRIMARY KEY (workspace, id), 
	CONSTRAINT fk_runs_workspace FOREIGN KEY(workspace) REFERENCES workspaces (id)
);
CREATE TABLE scenario_versions (
	study TEXT NOT NULL, 
	name TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	note TEXT NOT NULL, 
	laid TEXT NOT NULL, 
	gone INTEGER NOT NULL, 
	saved_at TEXT NOT NULL, 
	saved_by TEXT NOT NULL, 
	CONSTRAINT pk_scenario_versions PRIMARY KEY (study, name, version), 
	CONSTRAINT fk_scenario_versions_study FOREIGN KEY(study) REFERENCES studies (id) ON DELETE CASCADE
);
INSERT INTO "scenario_versions" VALUES('62cf2a8fc0ffc22d695c5446ea2d422e','high',1,'dear chips','[{"approver":"ann","date":"2026-01-02","path":"supply.h200.price","source":"a letter","value":"30_000 USD"}]',0,'2026-11-30T19:57:29.527+00:00','ed');
CREATE TABLE studies (
	id TEXT NOT NULL, 
	workspace TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_studies PRIMARY KEY (id), 
	CONSTRAINT fk_studies_workspace FOREIGN KEY(workspace) REFERENCES workspaces (id)
);
INSERT INTO "studies" VALUES('62cf2a8fc0ffc22d695c5446ea2d422e','4a2e96b10cad4bf6dd25cdc5fd09df4f',2);
CREATE TABLE study_files (
	study TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	CONSTRAINT pk_study_files PRIMARY KEY (study, version, name), 
	CONSTRAINT fk_study_files_sha256 FOREIGN KEY(sha256) REFERENCES blobs (sha256), 
	CONSTRAINT fk_study_files_study_version FOREIGN KEY(study, version) REFERENCES study_versions (study, version) ON DELETE CASCADE
);
INSERT INTO "study_files" VALUES('62cf2a8fc0ffc22d695c5446ea2d422e',1,'documents/a.txt','7226f1bda5ad05dc600ecc441f6ce05abca24abc2c390e62b5c3e4c310ba08f6');
INSERT INTO "study_files" VALUES('62cf2a8fc0ffc22d695c5446ea2d422e',2,'documents/a.txt','7226f1bda5ad05dc600ecc441f6ce05abca24abc2c390e62b5c3e4c310ba08f6');
CREATE TABLE study_versions (
	study TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	saved_at TEXT NOT NULL, 
	saved_by TEXT NOT NULL, 
	CONSTRAINT pk_study_versions PRIMARY KEY (study, version), 
	CONSTRAINT fk_study_versions_study FOREIGN KEY(study) REFERENCES studies (id) ON DELETE CASCADE
);
INSERT INTO "study_versions" VALUES('62cf2a8fc0ffc22d695c5446ea2d422e',1,'A study','title: A study
','2026-11-30T19:57:29.507+00:00','ed');
INSERT INTO "study_versions" VALUES('62cf2a8fc0ffc22d695c5446ea2d422e',2,'A study','title: A study
as_of: 2026-01-01
','2026-11-30T19:57:29.519+00:00','ed');
CREATE TABLE sweep_outcasts (
	workspace TEXT NOT NULL, 
	sweep TEXT NOT NULL, 
	case_number INTEGER NOT NULL, 
	why TEXT NOT NULL, 
	at TEXT NOT NULL, 
	CONSTRAINT pk_sweep_outcasts PRIMARY KEY (workspace, sweep, case_number), 
	CONSTRAINT fk_sweep_outcasts_workspace_sweep FOREIGN KEY(workspace, sweep) REFERENCES sweeps (workspace, id) ON DELETE CASCADE
);
INSERT INTO "sweep_outcasts" VALUES('4a2e96b10cad4bf6dd25cdc5fd09df4f','3866aceb42d294c75dc8f0a47dcedf7d355be10b5eaf7edd183a156301f59b2f',1,'gone','2026-11-30T19:57:29.569+00:00');
CREATE TABLE sweep_rows (
	workspace TEXT NOT NULL, 
	sweep TEXT NOT NULL, 
	case_number INTEGER NOT NULL, 
	data BLOB NOT NULL, 
	CONSTRAINT pk_sweep_rows PRIMARY KEY (workspace, sweep, case_number), 
	CONSTRAINT fk_sweep_rows_workspace_sweep FOREIGN KEY(workspace, sweep) REFERENCES sweeps (workspace, id) ON DELETE CASCADE
);
INSERT INTO "sweep_rows" VALUES('4a2e96b10cad4bf6dd25cdc5fd09df4f','3866aceb42d294c75dc8f0a47dcedf7d355be10b5eaf7edd183a156301f59b2f',0,X'7A65726F');
INSERT INTO "sweep_rows" VALUES('4a2e96b10cad4bf6dd25cdc5fd09df4f','3866aceb42d294c75dc8f0a47dcedf7d355be10b5eaf7edd183a156301f59b2f',2,X'74776F');
CREATE TABLE sweeps (
	workspace TEXT NOT NULL, 
	id TEXT NOT NULL, 
	study_hash TEXT NOT NULL, 
	spec TEXT NOT NULL, 
	cases INTEGER NOT NULL, 
	made_at TEXT NOT NULL, 
	made_by TEXT NOT NULL, 
	CONSTRAINT pk_sweeps PRIMARY KEY (workspace, id), 
	CONSTRAINT fk_sweeps_workspace FOREIGN KEY(workspace) REFERENCES workspaces (id)
);
INSERT INTO "sweeps" VALUES('4a2e96b10cad4bf6dd25cdc5fd09df4f','3866aceb42d294c75dc8f0a47dcedf7d355be10b5eaf7edd183a156301f59b2f','abababababababababababababababababababababababababababababababab','{"vary":["a=1..2"]}',3,'2026-11-30T19:57:29.560+00:00','ed');
CREATE TABLE tokens (
	id TEXT NOT NULL, 
	workspace TEXT NOT NULL, 
	person TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	role TEXT NOT NULL, 
	said TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	made_at TEXT NOT NULL, 
	ends_at TEXT NOT NULL, 
	over TEXT NOT NULL, 
	CONSTRAINT pk_tokens PRIMARY KEY (id), 
	CONSTRAINT fk_tokens_person FOREIGN KEY(person) REFERENCES people (id), 
	CONSTRAINT fk_tokens_workspace FOREIGN KEY(workspace) REFERENCES workspaces (id), 
	CONSTRAINT uq_tokens_hash UNIQUE (hash)
);
CREATE TABLE trail (
	workspace TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	who TEXT NOT NULL, 
	did TEXT NOT NULL, 
	what TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	"before" TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	CONSTRAINT pk_trail PRIMARY KEY (workspace, number), 
	CONSTRAINT fk_trail_workspace FOREIGN KEY(workspace) REFERENCES workspaces (id)
);
INSERT INTO "trail" VALUES('4a2e96b10cad4bf6dd25cdc5fd09df4f',1,'2026-11-30T19:57:29.486+00:00','ann','person.add','51ab6f5d036cfe80a26ce888f2e27156','{"by":"51ab6f5d036cfe80a26ce888f2e27156","name":"ann","role":"admin","workspace":"4a2e96b10cad4bf6dd25cdc5fd09df4f"}','0000000000000000000000000000000000000000000000000000000000000000','50407a2a6f5d3c4be5c181953bf187fcdf93c2440393e0cdd5baa7cfb5b65a21');
INSERT INTO "trail" VALUES('4a2e96b10cad4bf6dd25cdc5fd09df4f',2,'2026-11-30T19:57:29.499+00:00','ann','person.add','36a1032cda2e8f2f75363c5c5c88b42a','{"by":"51ab6f5d036cfe80a26ce888f2e27156","name":"ed","role":"editor","workspace":"4a2e96b10cad4bf6dd25cdc5fd09df4f"}','50407a2a6f5d3c4be5c181953bf187fcdf93c2440393e0cdd5baa7cfb5b65a21','5b7ffac76449f44d0434b25c77a3162e72520a23eb617983a7bf3a89d490570c');
INSERT INTO "trail" VALUES('4a2e96b10cad4bf6dd25cdc5fd09df4f',3,'2026-11-30T19:57:29.503+00:00','ann','person.add','db367c5431597ffcac28cf089a898f53','{"by":"51ab6f5d036cfe80a26ce888f2e27156","name":"olga","role":"admin","workspace":"bee88105883fd569d12cd5e744c0d1df"}','5b7ffac76449f44d0434b25c77a3162e72520a23eb617983a7bf3a89d490570c','a20a264e5af9b50500800f84b081c24034c8fcaac2e5c465cfa9960992ab98c5');
INSERT INTO "trail" VALUES('bee88105883fd569d12cd5e744c0d1df',1,'2026-11-30T19:57:29.503+00:00','ann','person.add','db367c5431597ffcac28cf089a898f53','{"by":"51ab6f5d036cfe80a26ce888f2e27156","name":"olga","role":"admin"}','0000000000000000000000000000000000000000000000000000000000000000','fa2c89269e79c2eea329cf8729beceff3e7259873b7982206420a71bcb3e04e6');
INSERT INTO "trail" VALUES('4a2e96b10cad4bf6dd25cdc5fd09df4f',4,'2026-11-30T19:57:29.507+00:00','ed','study.add','62cf2a8fc0ffc22d695c5446ea2d422e','{"by":"36a1032cda2e8f2f75363c5c5c88b42a","title":"A study"}','a20a264e5af9b50500800f84b081c24034c8fcaac2e5c465cfa9960992ab98c5','704273bd38265a530c5ebf4190d7b57ae0ee7725858174b4354bb71ae995237d');
INSERT INTO "trail" VALUES('4a2e96b10cad4bf6dd25cdc5fd09df4f',5,'2026-11-30T19:57:29.519+00:00','ed','study.save','62cf2a8fc0ffc22d695c5446ea2d422e','{"by":"36a1032cda2e8f2f75363c5c5c88b42a","title":"A study","version":2}','704273bd38265a530c5ebf4190d7b57ae0ee7725858174b4354bb71ae995237d','9d5d22298f3d0abfad132ad0cedb90a02da89f45b91fb605725337cb67c36241');
INSERT INTO "trail" VALUES('4a2e96b10cad4bf6dd25cdc5fd09df4f',6,'2026-11-30T19:57:29.527+00:00','ed','scenario.save','62cf2a8fc0ffc22d695c5446ea2d422e','{"by":"36a1032cda2e8f2f75363c5c5c88b42a","name":"high","values":[{"approver":"ann","date":"2026-01-02","path":"supply.h200.price","source":"a letter","value":"30_000 USD"}],"version":1}','9d5d22298f3d0abfad132ad0cedb90a02da89f45b91fb605725337cb67c36241','6d64c54e7c12461f5e1169dc62183ada1f1f1386fa96cca94242a1fd2a61e4e4');
INSERT INTO "trail" VALUES('4a2e96b10cad4bf6dd25cdc5fd09df4f',7,'2026-11-30T19:57:29.532+00:00','ed','work.ask','73e4de224298d50fcec299d14706b4b2','{"by":"36a1032cda2e8f2f75363c5c5c88b42a","kind":"plan","study":"62cf2a8fc0ffc22d695c5446ea2d422e"}','6d64c54e7c12461f5e1169dc62183ada1f1f1386fa96cca94242a1fd2a61e4e4','075df1e23feadc0065949752227c1418d70f6c202570a0d0f13ec5a1f2cfe8f3');
INSERT INTO "trail" VALUES('4a2e96b10cad4bf6dd25cdc5fd09df4f',8,'2026-11-30T19:57:29.547+00:00','ed','work.begin','73e4de224298d50fcec299d14706b4b2','{"by":"36a1032cda2e8f2f75363c5c5c88b42a","tries":1,"worker":"w"}','075df1e23feadc0065949752227c1418d70f6c202570a0d0f13ec5a1f2cfe8f3','891bef0903d7e1c4044f73a5e75ea277455d6c1efe04f9240010ea625bc1b46d');
INSERT INTO "trail" VALUES('4a2e96b10cad4bf6dd25cdc5fd09df4f',9,'2026-11-30T19:57:29.549+00:00','ed','work.done','73e4de224298d50fcec299d14706b4b2','{"by":"36a1032cda2e8f2f75363c5c5c88b42a","worker":"w"}','891bef0903d7e1c4044f73a5e75ea277455d6c1efe04f9240010ea625bc1b46d','d2a2184ede7fc6b7519826a716d63a193658459f8369a1782c05ddff3b2612b0');
INSERT INTO "trail" VALUES('4a2e96b10cad4bf6dd25cdc5fd09df4f',10,'2026-11-30T19:57:29.560+00:00','ed','sweep.begin','3866aceb42d294c75dc8f0a47dcedf7d355be10b5eaf7edd183a156301f59b2f','{"by":"36a1032cda2e8f2f75363c5c5c88b42a","cases":3}','d2a2184ede7fc6b7519826a716d63a193658459f8369a1782c05ddff3b2612b0','82fb19efc6a28f62660b329cdc36633e16f4f7958d0dea4e24d585ae23045580');
INSERT INTO "trail" VALUES('4a2e96b10cad4bf6dd25cdc5fd09df4f',11,'2026-11-30T19:57:29.569+00:00','ed','sweep.quarantine','3866aceb42d294c75dc8f0a47dcedf7d355be10b5eaf7edd183a156301f59b2f','{"by":"36a1032cda2e8f2f75363c5c5c88b42a","case":1}','82fb19efc6a28f62660b329cdc36633e16f4f7958d0dea4e24d585ae23045580','b6f21092723de901b8fbb2165885c391af6136209d5bceeb349fa438ee335ee5');
CREATE TABLE works (
	number INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	workspace TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	study TEXT NOT NULL, 
	request TEXT NOT NULL, 
	state TEXT NOT NULL, 
	share DOUBLE, 
	said TEXT NOT NULL, 
	tries INTEGER NOT NULL, 
	result TEXT NOT NULL, 
	why TEXT NOT NULL, 
	worker TEXT NOT NULL, 
	leased DOUBLE NOT NULL, 
	asked_at TEXT NOT NULL, 
	asked_by TEXT NOT NULL, 
	asker TEXT NOT NULL, 
	ended_at TEXT NOT NULL, 
	CONSTRAINT pk_works PRIMARY KEY (number), 
	CONSTRAINT fk_works_asker FOREIGN KEY(asker) REFERENCES people (id), 
	CONSTRAINT fk_works_workspace FOREIGN KEY(workspace) REFERENCES workspaces (id), 
	CONSTRAINT uq_works_id UNIQUE (id)
);
INSERT INTO "works" VALUES(1,'73e4de224298d50fcec299d14706b4b2','4a2e96b10cad4bf6dd25cdc5fd09df4f','plan','62cf2a8fc0ffc22d695c5446ea2d422e','{"set":["a=1"]}','done',1.0,'',1,'r','','',1.79606870954549622532e+09,'2026-11-30T19:57:29.532+00:00','ed','36a1032cda2e8f2f75363c5c5c88b42a','2026-11-30T19:57:29.549+00:00');
CREATE TABLE workspaces (
	number INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	made_at TEXT NOT NULL, 
	trail_number INTEGER NOT NULL, 
	trail_hash TEXT NOT NULL, 
	CONSTRAINT pk_workspaces PRIMARY KEY (number), 
	CONSTRAINT uq_workspaces_id UNIQUE (id), 
	CONSTRAINT uq_workspaces_name UNIQUE (name)
);
INSERT INTO "workspaces" VALUES(1,'4a2e96b10cad4bf6dd25cdc5fd09df4f','home','2026-11-30T19:57:29.485+00:00',11,'b6f21092723de901b8fbb2165885c391af6136209d5bceeb349fa438ee335ee5');
INSERT INTO "workspaces" VALUES(2,'bee88105883fd569d12cd5e744c0d1df','elsewhere','2026-11-30T19:57:29.504+00:00',1,'fa2c89269e79c2eea329cf8729beceff3e7259873b7982206420a71bcb3e04e6');
CREATE INDEX ix_people_name ON people (name);
CREATE INDEX ix_people_workspace ON people (workspace);
CREATE INDEX ix_runs_study ON runs (study);
CREATE INDEX ix_studies_workspace ON studies (workspace);
CREATE INDEX ix_run_files_sha256 ON run_files (sha256);
CREATE INDEX ix_tokens_person ON tokens (person);
CREATE INDEX ix_tokens_workspace ON tokens (workspace);
CREATE INDEX ix_works_state_number ON works (state, number);
CREATE INDEX ix_works_workspace ON works (workspace);
CREATE INDEX ix_study_files_sha256 ON study_files (sha256);
CREATE TRIGGER trail_unchanged BEFORE UPDATE ON trail
    BEGIN SELECT RAISE(ABORT, 'lines of the trail are neither changed nor removed'); END;
CREATE TRIGGER trail_kept BEFORE DELETE ON trail
    BEGIN SELECT RAISE(ABORT, 'lines of the trail are neither changed nor removed'); END;
CREATE TRIGGER trail_in_order BEFORE INSERT ON trail
    WHEN NEW.number <> 1 + (SELECT COALESCE(MAX(number), 0) FROM trail
                            WHERE workspace = NEW.workspace)
    BEGIN SELECT RAISE(ABORT, 'a line of the trail follows the last one'); END;
COMMIT;
