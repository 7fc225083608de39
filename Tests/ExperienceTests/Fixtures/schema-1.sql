-- A store of assay 0.1 (schema 1), as its command line made it: one configuration of three options, judged by five processes.
CREATE TABLE advantage_sets(
    set_id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs,
    scoring_id INTEGER NOT NULL REFERENCES scorings, estimator TEXT NOT NULL, parameters TEXT NOT NULL,
    created_at INTEGER NOT NULL, UNIQUE(run_id, scoring_id, estimator, parameters));
INSERT INTO "advantage_sets" VALUES(1,1,1,'grpo','{"batchGroups":2,"estimator":{"eps":1e-06,"preset":"grpo"}}',1001);
INSERT INTO "advantage_sets" VALUES(2,1,2,'grpo','{"batchGroups":2,"estimator":{"eps":1e-06,"preset":"grpo"}}',1002);
INSERT INTO "advantage_sets" VALUES(3,1,3,'grpo','{"batchGroups":2,"estimator":{"eps":1e-06,"preset":"grpo"}}',1003);
INSERT INTO "advantage_sets" VALUES(4,1,4,'grpo','{"batchGroups":2,"estimator":{"eps":1e-06,"preset":"grpo"}}',1004);
INSERT INTO "advantage_sets" VALUES(5,1,5,'grpo','{"batchGroups":2,"estimator":{"eps":1e-06,"preset":"grpo"}}',1005);
CREATE TABLE advantages(
    set_id INTEGER NOT NULL REFERENCES advantage_sets ON DELETE CASCADE,
    completion_id INTEGER NOT NULL REFERENCES completions ON DELETE CASCADE,
    reward REAL, advantage REAL, reason TEXT, token_advantages BLOB,
    PRIMARY KEY(set_id, completion_id),
    CHECK(advantage IS NOT NULL OR token_advantages IS NOT NULL OR reason IS NOT NULL)) WITHOUT ROWID;
INSERT INTO "advantages" VALUES(1,1,1.0,1.15469853838271530044e+00,NULL,NULL);
INSERT INTO "advantages" VALUES(1,2,0.0,-5.77349269191357761243e-01,NULL,NULL);
INSERT INTO "advantages" VALUES(1,3,0.0,-5.77349269191357761243e-01,NULL,NULL);
INSERT INTO "advantages" VALUES(1,4,0.0,0.0,NULL,NULL);
INSERT INTO "advantages" VALUES(1,5,0.0,0.0,NULL,NULL);
INSERT INTO "advantages" VALUES(1,6,0.0,0.0,NULL,NULL);
INSERT INTO "advantages" VALUES(2,1,1.0,1.15469853838271530044e+00,NULL,NULL);
INSERT INTO "advantages" VALUES(2,2,0.0,-5.77349269191357761243e-01,NULL,NULL);
INSERT INTO "advantages" VALUES(2,3,0.0,-5.77349269191357761243e-01,NULL,NULL);
INSERT INTO "advantages" VALUES(2,4,0.0,0.0,NULL,NULL);
INSERT INTO "advantages" VALUES(2,5,0.0,0.0,NULL,NULL);
INSERT INTO "advantages" VALUES(2,6,0.0,0.0,NULL,NULL);
INSERT INTO "advantages" VALUES(3,1,1.0,1.15469853838271530044e+00,NULL,NULL);
INSERT INTO "advantages" VALUES(3,2,0.0,-5.77349269191357761243e-01,NULL,NULL);
INSERT INTO "advantages" VALUES(3,3,0.0,-5.77349269191357761243e-01,NULL,NULL);
INSERT INTO "advantages" VALUES(3,4,0.0,0.0,NULL,NULL);
INSERT INTO "advantages" VALUES(3,5,0.0,0.0,NULL,NULL);
INSERT INTO "advantages" VALUES(3,6,0.0,0.0,NULL,NULL);
INSERT INTO "advantages" VALUES(4,1,1.0,1.15469853838271530044e+00,NULL,NULL);
INSERT INTO "advantages" VALUES(4,2,0.0,-5.77349269191357761243e-01,NULL,NULL);
INSERT INTO "advantages" VALUES(4,3,0.0,-5.77349269191357761243e-01,NULL,NULL);
INSERT INTO "advantages" VALUES(4,4,0.0,0.0,NULL,NULL);
INSERT INTO "advantages" VALUES(4,5,0.0,0.0,NULL,NULL);
INSERT INTO "advantages" VALUES(4,6,0.0,0.0,NULL,NULL);
INSERT INTO "advantages" VALUES(5,1,1.0,1.15469853838271530044e+00,NULL,NULL);
INSERT INTO "advantages" VALUES(5,2,0.0,-5.77349269191357761243e-01,NULL,NULL);
INSERT INTO "advantages" VALUES(5,3,0.0,-5.77349269191357761243e-01,NULL,NULL);
INSERT INTO "advantages" VALUES(5,4,0.0,0.0,NULL,NULL);
INSERT INTO "advantages" VALUES(5,5,0.0,0.0,NULL,NULL);
INSERT INTO "advantages" VALUES(5,6,0.0,0.0,NULL,NULL);
CREATE TABLE completions(
    completion_id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL REFERENCES groups, idx INTEGER NOT NULL,
    text TEXT NOT NULL, finish TEXT NOT NULL CHECK(finish IN ('stop', 'length', 'abort', 'error')),
    stop_reason TEXT, n_tokens INTEGER, logprob_kind TEXT NOT NULL, unusable TEXT, weight_spans TEXT,
    endpoint TEXT NOT NULL, model TEXT NOT NULL, seed INTEGER, request_id TEXT NOT NULL,
    attempt INTEGER NOT NULL, started_at INTEGER NOT NULL, finished_at INTEGER NOT NULL,
    UNIQUE(group_id, idx));
INSERT INTO "completions" VALUES(1,1,1,'\boxed{50\%}','stop',NULL,3,'raw',NULL,NULL,'http://127.0.0.1:18911','m-1b',793177127,'assay-179308a7-0-1-1',1,0,0);
INSERT INTO "completions" VALUES(2,1,0,'\boxed{7}','stop',NULL,3,'raw',NULL,NULL,'http://127.0.0.1:18911','m-1b',1854729072,'assay-179308a7-0-0-1',1,0,0);
INSERT INTO "completions" VALUES(3,1,2,'\boxed{7}','stop',NULL,3,'raw',NULL,NULL,'http://127.0.0.1:18911','m-1b',679526417,'assay-179308a7-0-2-1',1,0,0);
INSERT INTO "completions" VALUES(4,2,0,'\boxed{50\%}','stop',NULL,3,'raw',NULL,NULL,'http://127.0.0.1:18911','m-1b',594400081,'assay-179308a7-1-0-1',1,0,0);
INSERT INTO "completions" VALUES(5,2,1,'\boxed{0.5}','stop',NULL,3,'raw',NULL,NULL,'http://127.0.0.1:18911','m-1b',1009549979,'assay-179308a7-1-1-1',1,0,0);
INSERT INTO "completions" VALUES(6,2,2,'\boxed{0.5}','stop',NULL,3,'raw',NULL,NULL,'http://127.0.0.1:18911','m-1b',159296713,'assay-179308a7-1-2-1',1,0,0);
CREATE TABLE entropies(
    completion_id INTEGER PRIMARY KEY REFERENCES completions ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK(kind IN ('exact', 'interval', 'sampled')),
    mean REAL NOT NULL, lower REAL, upper REAL, n_tokens INTEGER NOT NULL);
INSERT INTO "entropies" VALUES(1,'sampled',5.8333333333333337034e-01,NULL,NULL,3);
INSERT INTO "entropies" VALUES(2,'sampled',5.8333333333333337034e-01,NULL,NULL,3);
INSERT INTO "entropies" VALUES(3,'sampled',5.8333333333333337034e-01,NULL,NULL,3);
INSERT INTO "entropies" VALUES(4,'sampled',5.8333333333333337034e-01,NULL,NULL,3);
INSERT INTO "entropies" VALUES(5,'sampled',5.8333333333333337034e-01,NULL,NULL,3);
INSERT INTO "entropies" VALUES(6,'sampled',5.8333333333333337034e-01,NULL,NULL,3);
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO "grdb_migrations" VALUES('1 loop');
CREATE TABLE groups(
    group_id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs,
    problem_id INTEGER NOT NULL REFERENCES problems, ordinal INTEGER NOT NULL, epoch INTEGER NOT NULL DEFAULT 0,
    wanted_n INTEGER NOT NULL, sampling TEXT NOT NULL, prompt_ids BLOB, filter_reason TEXT,
    UNIQUE(run_id, ordinal));
INSERT INTO "groups" VALUES(1,1,1,0,0,3,'{"max_tokens":32,"min_p":0,"n":3,"stop":[],"temperature":1,"top_k":0,"top_logprobs":0,"top_p":1}',X'010000000200000003000000',NULL);
INSERT INTO "groups" VALUES(2,1,2,1,0,3,'{"max_tokens":32,"min_p":0,"n":3,"stop":[],"temperature":1,"top_k":0,"top_logprobs":0,"top_p":1}',X'010000000200000003000000',NULL);
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('byte_order','little');
INSERT INTO "meta" VALUES('format','assay');
CREATE TABLE problems(
    problem_id INTEGER PRIMARY KEY, dataset TEXT NOT NULL, external_id TEXT NOT NULL,
    prompt TEXT NOT NULL, answer TEXT, fields TEXT NOT NULL,
    UNIQUE(dataset, external_id));
INSERT INTO "problems" VALUES(1,'p','p0','"half?"','0.5','{"id":"p0","prompt":"half?","answer":"0.5","tests":[1]}');
INSERT INTO "problems" VALUES(2,'p','p1','"seven?"','7','{"id":"p1","prompt":"seven?","answer":"7","tests":[2]}');
CREATE TABLE runs(
    run_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL,
    config TEXT NOT NULL, seed INTEGER NOT NULL,
    simulated INTEGER NOT NULL CHECK(simulated IN (0, 1)));
INSERT INTO "runs" VALUES(1,'t',0,'{"seed":3,"sampling":{"n":3,"temperature":1},"rollout":{},"verify":{"verifier":"math"}}',3,0);
CREATE TABLE sample_failures(
    group_id INTEGER NOT NULL REFERENCES groups, idx INTEGER NOT NULL, reason TEXT NOT NULL,
    message TEXT NOT NULL, attempts INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY(group_id, idx)) WITHOUT ROWID;
CREATE TABLE scorings(
    scoring_id INTEGER PRIMARY KEY, verifier TEXT NOT NULL, version TEXT NOT NULL, options TEXT NOT NULL,
    UNIQUE(verifier, version, options));
INSERT INTO "scorings" VALUES(1,'math','2','{"percent":"fraction","listOrder":"kept","units":"required"}');
INSERT INTO "scorings" VALUES(2,'math','2','{"units":"required","listOrder":"kept","percent":"fraction"}');
INSERT INTO "scorings" VALUES(3,'math','2','{"units":"required","percent":"fraction","listOrder":"kept"}');
INSERT INTO "scorings" VALUES(4,'math','2','{"listOrder":"kept","percent":"fraction","units":"required"}');
INSERT INTO "scorings" VALUES(5,'math','2','{"percent":"fraction","units":"required","listOrder":"kept"}');
CREATE TABLE tokens(
    completion_id INTEGER NOT NULL REFERENCES completions ON DELETE CASCADE, kind TEXT NOT NULL,
    source TEXT NOT NULL CHECK(source IN ('sampler', 'reference', 'critic', 'trainer', 'derived')),
    policy_version INTEGER NOT NULL DEFAULT 0,
    dtype TEXT NOT NULL CHECK(dtype IN ('|u1', '<i4', '<u4', '<f4', '<f8', '<i8')),
    rows INTEGER NOT NULL, cols INTEGER NOT NULL DEFAULT 1, data BLOB NOT NULL,
    PRIMARY KEY(completion_id, kind, source, policy_version));
INSERT INTO "tokens" VALUES(1,'ids','sampler',0,'<i4',3,1,X'0C0000000B0000000C000000');
INSERT INTO "tokens" VALUES(1,'logprob','sampler',0,'<f4',3,1,X'000000BF000080BE000080BF');
INSERT INTO "tokens" VALUES(2,'ids','sampler',0,'<i4',3,1,X'0B0000000B0000000C000000');
INSERT INTO "tokens" VALUES(2,'logprob','sampler',0,'<f4',3,1,X'000000BF000080BE000080BF');
INSERT INTO "tokens" VALUES(3,'ids','sampler',0,'<i4',3,1,X'0C0000000B0000000C000000');
INSERT INTO "tokens" VALUES(3,'logprob','sampler',0,'<f4',3,1,X'000000BF000080BE000080BF');
INSERT INTO "tokens" VALUES(4,'ids','sampler',0,'<i4',3,1,X'0C0000000B0000000C000000');
INSERT INTO "tokens" VALUES(4,'logprob','sampler',0,'<f4',3,1,X'000000BF000080BE000080BF');
INSERT INTO "tokens" VALUES(5,'ids','sampler',0,'<i4',3,1,X'0A0000000B0000000C000000');
INSERT INTO "tokens" VALUES(5,'logprob','sampler',0,'<f4',3,1,X'000000BF000080BE000080BF');
INSERT INTO "tokens" VALUES(6,'ids','sampler',0,'<i4',3,1,X'0B0000000B0000000C000000');
INSERT INTO "tokens" VALUES(6,'logprob','sampler',0,'<f4',3,1,X'000000BF000080BE000080BF');
CREATE TABLE verdicts(
    completion_id INTEGER NOT NULL REFERENCES completions ON DELETE CASCADE,
    scoring_id INTEGER NOT NULL REFERENCES scorings,
    outcome TEXT NOT NULL CHECK(outcome IN ('correct', 'incorrect', 'noAnswer', 'timeout', 'verifierError')),
    score REAL, reason TEXT NOT NULL, extracted TEXT, explanation TEXT, components TEXT, details TEXT,
    milliseconds REAL NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY(completion_id, scoring_id),
    CHECK((outcome IN ('timeout', 'verifierError')) = (score IS NULL)),
    CHECK(score IS NULL OR abs(score) < 1e300)) WITHOUT ROWID;
INSERT INTO "verdicts" VALUES(1,1,'correct',1.0,'equal','50\%','percent as a fraction',NULL,NULL,1.0,1001);
INSERT INTO "verdicts" VALUES(1,2,'correct',1.0,'equal','50\%','percent as a fraction',NULL,NULL,1.0,1002);
INSERT INTO "verdicts" VALUES(1,3,'correct',1.0,'equal','50\%','percent as a fraction',NULL,NULL,1.0,1003);
INSERT INTO "verdicts" VALUES(1,4,'correct',1.0,'equal','50\%','percent as a fraction',NULL,NULL,1.0,1004);
INSERT INTO "verdicts" VALUES(1,5,'correct',1.0,'equal','50\%','percent as a fraction',NULL,NULL,1.0,1005);
INSERT INTO "verdicts" VALUES(2,1,'incorrect',0.0,'different','7','exact rational numbers',NULL,NULL,1.0,1001);
INSERT INTO "verdicts" VALUES(2,2,'incorrect',0.0,'different','7','exact rational numbers',NULL,NULL,1.0,1002);
INSERT INTO "verdicts" VALUES(2,3,'incorrect',0.0,'different','7','exact rational numbers',NULL,NULL,1.0,1003);
INSERT INTO "verdicts" VALUES(2,4,'incorrect',0.0,'different','7','exact rational numbers',NULL,NULL,1.0,1004);
INSERT INTO "verdicts" VALUES(2,5,'incorrect',0.0,'different','7','exact rational numbers',NULL,NULL,1.0,1005);
INSERT INTO "verdicts" VALUES(3,1,'incorrect',0.0,'different','7','exact rational numbers',NULL,NULL,1.0,1001);
INSERT INTO "verdicts" VALUES(3,2,'incorrect',0.0,'different','7','exact rational numbers',NULL,NULL,1.0,1002);
INSERT INTO "verdicts" VALUES(3,3,'incorrect',0.0,'different','7','exact rational numbers',NULL,NULL,1.0,1003);
INSERT INTO "verdicts" VALUES(3,4,'incorrect',0.0,'different','7','exact rational numbers',NULL,NULL,1.0,1004);
INSERT INTO "verdicts" VALUES(3,5,'incorrect',0.0,'different','7','exact rational numbers',NULL,NULL,1.0,1005);
INSERT INTO "verdicts" VALUES(4,1,'incorrect',0.0,'different','50\%','percent',NULL,NULL,1.0,1001);
INSERT INTO "verdicts" VALUES(4,2,'incorrect',0.0,'different','50\%','percent',NULL,NULL,1.0,1002);
INSERT INTO "verdicts" VALUES(4,3,'incorrect',0.0,'different','50\%','percent',NULL,NULL,1.0,1003);
INSERT INTO "verdicts" VALUES(4,4,'incorrect',0.0,'different','50\%','percent',NULL,NULL,1.0,1004);
INSERT INTO "verdicts" VALUES(4,5,'incorrect',0.0,'different','50\%','percent',NULL,NULL,1.0,1005);
INSERT INTO "verdicts" VALUES(5,1,'incorrect',0.0,'different','0.5','exact rational numbers',NULL,NULL,1.0,1001);
INSERT INTO "verdicts" VALUES(5,2,'incorrect',0.0,'different','0.5','exact rational numbers',NULL,NULL,1.0,1002);
INSERT INTO "verdicts" VALUES(5,3,'incorrect',0.0,'different','0.5','exact rational numbers',NULL,NULL,1.0,1003);
INSERT INTO "verdicts" VALUES(5,4,'incorrect',0.0,'different','0.5','exact rational numbers',NULL,NULL,1.0,1004);
INSERT INTO "verdicts" VALUES(5,5,'incorrect',0.0,'different','0.5','exact rational numbers',NULL,NULL,1.0,1005);
INSERT INTO "verdicts" VALUES(6,1,'incorrect',0.0,'different','0.5','exact rational numbers',NULL,NULL,1.0,1001);
INSERT INTO "verdicts" VALUES(6,2,'incorrect',0.0,'different','0.5','exact rational numbers',NULL,NULL,1.0,1002);
INSERT INTO "verdicts" VALUES(6,3,'incorrect',0.0,'different','0.5','exact rational numbers',NULL,NULL,1.0,1003);
INSERT INTO "verdicts" VALUES(6,4,'incorrect',0.0,'different','0.5','exact rational numbers',NULL,NULL,1.0,1004);
INSERT INTO "verdicts" VALUES(6,5,'incorrect',0.0,'different','0.5','exact rational numbers',NULL,NULL,1.0,1005);
CREATE INDEX groups_problem ON groups(problem_id);
CREATE VIEW training_rows AS
    SELECT r.name AS run, s.set_id, g.ordinal, c.idx, c.completion_id, g.prompt_ids, i.data AS token_ids,
        l.data AS logprobs, a.reward, a.advantage, a.token_advantages, c.finish
    FROM advantages a JOIN advantage_sets s USING(set_id) JOIN completions c USING(completion_id)
        JOIN groups g USING(group_id) JOIN runs r ON r.run_id = g.run_id
        JOIN tokens i ON i.completion_id = c.completion_id AND i.kind = 'ids' AND i.source = 'sampler'
        JOIN tokens l ON l.completion_id = c.completion_id AND l.kind = 'logprob' AND l.source = 'sampler'
    WHERE a.reason IS NULL;
