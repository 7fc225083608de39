import GRDB

extension Store {
    /// Named steps, each applied once. Never change one that has been released: add another.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 loop") { try $0.execute(sql: loopSchema) }
        migrator.registerMigration("2 batches") { try $0.execute(sql: batchSchema) }
        migrator.registerMigration("3 partials") { try $0.execute(sql: partialSchema) }
        migrator.registerMigration("4 revisions") { try $0.execute(sql: revisionSchema) }
        migrator.registerMigration("5 canonical scorings") { try ScoringMerge.run($0) }
        migrator.registerMigration("6 reasoning") { try $0.execute(sql: reasoningSchema) }
        migrator.registerMigration("7 estimate windows") { try $0.execute(sql: windowSchema) }
        migrator.registerMigration("8 episodes") { try $0.execute(sql: episodeSchema) }
        migrator.registerMigration("9 forks") { try $0.execute(sql: forkSchema) }
        migrator.registerMigration("10 pieces") { try $0.execute(sql: pieceSchema) }
        migrator.registerMigration("11 training rows") { try $0.execute(sql: trainingSchema) }
        return migrator
    }

    private static let loopSchema = """
        -- format, byte order and creator of the file
        CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        INSERT INTO meta VALUES('format', 'assay'), ('byte_order', 'little');

        -- one sampling of a list of problems; config is the resolved configuration
        CREATE TABLE runs(
            run_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL,
            config TEXT NOT NULL, seed INTEGER NOT NULL,
            simulated INTEGER NOT NULL CHECK(simulated IN (0, 1)));

        CREATE TABLE problems(
            problem_id INTEGER PRIMARY KEY, dataset TEXT NOT NULL, external_id TEXT NOT NULL,
            prompt TEXT NOT NULL, answer TEXT, fields TEXT NOT NULL,
            UNIQUE(dataset, external_id));

        -- the n completions of one problem; ordinal is the position in the run, the cursor of a resume
        CREATE TABLE groups(
            group_id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs,
            problem_id INTEGER NOT NULL REFERENCES problems, ordinal INTEGER NOT NULL, epoch INTEGER NOT NULL DEFAULT 0,
            wanted_n INTEGER NOT NULL, sampling TEXT NOT NULL, prompt_ids BLOB, filter_reason TEXT,
            UNIQUE(run_id, ordinal));
        CREATE INDEX groups_problem ON groups(problem_id);

        CREATE TABLE completions(
            completion_id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL REFERENCES groups, idx INTEGER NOT NULL,
            text TEXT NOT NULL, finish TEXT NOT NULL CHECK(finish IN ('stop', 'length', 'abort', 'error')),
            stop_reason TEXT, n_tokens INTEGER, logprob_kind TEXT NOT NULL, unusable TEXT, weight_spans TEXT,
            endpoint TEXT NOT NULL, model TEXT NOT NULL, seed INTEGER, request_id TEXT NOT NULL,
            attempt INTEGER NOT NULL, started_at INTEGER NOT NULL, finished_at INTEGER NOT NULL,
            UNIQUE(group_id, idx));

        -- samples that ended without a completion; tried again when the run is resumed
        CREATE TABLE sample_failures(
            group_id INTEGER NOT NULL REFERENCES groups, idx INTEGER NOT NULL, reason TEXT NOT NULL,
            message TEXT NOT NULL, attempts INTEGER NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY(group_id, idx)) WITHOUT ROWID;

        -- one array per field: ids <i4, logprob <f4, top_ids <i4 [rows, cols], top_logprob <f4 [rows, cols], value <f4
        CREATE TABLE tokens(
            completion_id INTEGER NOT NULL REFERENCES completions ON DELETE CASCADE, kind TEXT NOT NULL,
            source TEXT NOT NULL CHECK(source IN ('sampler', 'reference', 'critic', 'trainer', 'derived')),
            policy_version INTEGER NOT NULL DEFAULT 0,
            dtype TEXT NOT NULL CHECK(dtype IN ('|u1', '<i4', '<u4', '<f4', '<f8', '<i8')),
            rows INTEGER NOT NULL, cols INTEGER NOT NULL DEFAULT 1, data BLOB NOT NULL,
            PRIMARY KEY(completion_id, kind, source, policy_version));

        -- a verifier, its version and its options: what a verdict's identity is made of
        CREATE TABLE scorings(
            scoring_id INTEGER PRIMARY KEY, verifier TEXT NOT NULL, version TEXT NOT NULL, options TEXT NOT NULL,
            UNIQUE(verifier, version, options));

        CREATE TABLE verdicts(
            completion_id INTEGER NOT NULL REFERENCES completions ON DELETE CASCADE,
            scoring_id INTEGER NOT NULL REFERENCES scorings,
            outcome TEXT NOT NULL CHECK(outcome IN ('correct', 'incorrect', 'noAnswer', 'timeout', 'verifierError')),
            score REAL, reason TEXT NOT NULL, extracted TEXT, explanation TEXT, components TEXT, details TEXT,
            milliseconds REAL NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY(completion_id, scoring_id),
            CHECK((outcome IN ('timeout', 'verifierError')) = (score IS NULL)),
            CHECK(score IS NULL OR abs(score) < 1e300)) WITHOUT ROWID;

        -- one estimator with its parameters over one scoring; a run may have many
        CREATE TABLE advantage_sets(
            set_id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs,
            scoring_id INTEGER NOT NULL REFERENCES scorings, estimator TEXT NOT NULL, parameters TEXT NOT NULL,
            created_at INTEGER NOT NULL, UNIQUE(run_id, scoring_id, estimator, parameters));

        -- advantage is null, with a reason, where it is undefined; token_advantages is <f4 [T] where they differ by token
        CREATE TABLE advantages(
            set_id INTEGER NOT NULL REFERENCES advantage_sets ON DELETE CASCADE,
            completion_id INTEGER NOT NULL REFERENCES completions ON DELETE CASCADE,
            reward REAL, advantage REAL, reason TEXT, token_advantages BLOB,
            PRIMARY KEY(set_id, completion_id),
            CHECK(advantage IS NOT NULL OR token_advantages IS NOT NULL OR reason IS NOT NULL)) WITHOUT ROWID;

        -- mean token entropy in nats: exact, or an interval from the top k, or the estimate -mean(logprob) of the sample
        CREATE TABLE entropies(
            completion_id INTEGER PRIMARY KEY REFERENCES completions ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK(kind IN ('exact', 'interval', 'sampled')),
            mean REAL NOT NULL, lower REAL, upper REAL, n_tokens INTEGER NOT NULL);

        -- what a trainer reads: one row per completion that has token ids, log-probs and an advantage
        CREATE VIEW training_rows AS
            SELECT r.name AS run, s.set_id, g.ordinal, c.idx, c.completion_id, g.prompt_ids, i.data AS token_ids,
                l.data AS logprobs, a.reward, a.advantage, a.token_advantages, c.finish
            FROM advantages a JOIN advantage_sets s USING(set_id) JOIN completions c USING(completion_id)
                JOIN groups g USING(group_id) JOIN runs r ON r.run_id = g.run_id
                JOIN tokens i ON i.completion_id = c.completion_id AND i.kind = 'ids' AND i.source = 'sampler'
                JOIN tokens l ON l.completion_id = c.completion_id AND l.kind = 'logprob' AND l.source = 'sampler'
            WHERE a.reason IS NULL;
        """

    private static let batchSchema = """
        -- the policy's weights as their trainer or their server announced them; a run's first are version 0
        CREATE TABLE policy_versions(
            run_id INTEGER NOT NULL REFERENCES runs, version INTEGER NOT NULL CHECK(version >= 0), weights TEXT,
            published_at INTEGER NOT NULL, source TEXT NOT NULL, PRIMARY KEY(run_id, version)) WITHOUT ROWID;

        -- what one optimiser step takes; policy_version is the newest when it was packed
        CREATE TABLE batches(
            batch_id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs, step INTEGER NOT NULL,
            set_id INTEGER NOT NULL REFERENCES advantage_sets, policy_version INTEGER NOT NULL,
            max_staleness INTEGER NOT NULL, n_sequences INTEGER NOT NULL, n_tokens INTEGER NOT NULL,
            state TEXT NOT NULL CHECK(state IN ('ready', 'leased', 'done', 'rejected', 'expired')),
            created_at INTEGER NOT NULL, UNIQUE(run_id, step));
        CREATE INDEX batches_state ON batches(run_id, state, step);

        -- its sequences in order; policy_version is the oldest that sampled a token of it
        CREATE TABLE batch_items(
            batch_id INTEGER NOT NULL REFERENCES batches ON DELETE CASCADE, position INTEGER NOT NULL,
            completion_id INTEGER NOT NULL REFERENCES completions, policy_version INTEGER NOT NULL,
            PRIMARY KEY(batch_id, position)) WITHOUT ROWID;
        CREATE INDEX batch_items_completion ON batch_items(completion_id);

        -- its columns, sequences end to end, one BLOB each; shape is a JSON array; written with the batch, never changed:
        -- prompt_ids <i4 [P], prompt_offsets <i8 [N+1], token_ids <i4 [T], token_offsets <i8 [N+1], logprobs <f4 [T],
        -- advantages <f4 [T], loss_mask |u1 [T], rewards <f8 [N] (NaN: none), groups <i8 [N], completions <i8 [N],
        -- policy_versions <i4 [N], loss_weights <f4 [T]; staleness <i4 [T], trainer_logprobs and importance_weights <f4 [T]
        -- where they are known; with allow_text_only prompt_text and response_text |u1 [B], each with _offsets <i8 [N+1],
        -- of sequences without tokens (the prompt as JSON), and sequence_advantages <f8 [N]
        CREATE TABLE batch_tensors(
            batch_id INTEGER NOT NULL REFERENCES batches ON DELETE CASCADE, name TEXT NOT NULL, dtype TEXT NOT NULL,
            shape TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY(batch_id, name));

        -- who has a batch until when; the epoch fences late acknowledgements. Trainers write here themselves
        CREATE TABLE leases(
            lease_id INTEGER PRIMARY KEY, batch_id INTEGER NOT NULL REFERENCES batches ON DELETE CASCADE,
            epoch INTEGER NOT NULL, trainer TEXT NOT NULL, leased_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
            ended_at INTEGER, outcome TEXT CHECK(outcome IN ('done', 'rejected', 'expired')),
            policy_version INTEGER, metrics TEXT, error TEXT, UNIQUE(batch_id, epoch),
            CHECK((ended_at IS NULL) = (outcome IS NULL)));
        """

    private static let partialSchema = """
        -- beginnings of samples that were cut off when sampling ended: ids <i4, log-probs <f4; gone when the sample is whole
        CREATE TABLE partials(
            group_id INTEGER NOT NULL REFERENCES groups, idx INTEGER NOT NULL, text TEXT NOT NULL,
            token_ids BLOB NOT NULL, logprobs BLOB NOT NULL, logprob_kind TEXT NOT NULL, prompt_ids BLOB NOT NULL,
            weight_spans TEXT NOT NULL, started_at INTEGER NOT NULL, PRIMARY KEY(group_id, idx));
        """

    private static let windowSchema = """
        CREATE TABLE estimate_windows(
            -- groups whose advantages were estimated together while the run went on, in order; a later estimate of the set
            -- takes the same steps, so that running averages and adapted weights are the same
            set_id INTEGER NOT NULL REFERENCES advantage_sets ON DELETE CASCADE,
            number INTEGER NOT NULL, -- from 0
            group_ids TEXT NOT NULL, -- JSON array of groups.group_id
            state TEXT NOT NULL, -- JSON object: what the next window goes on from
            settled INTEGER NOT NULL CHECK(settled IN (0, 1)), -- 1 in the transaction of its batch; 0 is made anew
            PRIMARY KEY(set_id, number)) WITHOUT ROWID;
        CREATE INDEX advantages_completion ON advantages(completion_id);
        CREATE INDEX verdicts_scoring ON verdicts(scoring_id);
        -- 'assy'; the number of the newest migration that tables and columns are of
        PRAGMA application_id = 1634956153;
        PRAGMA user_version = 7;
        """

    private static let revisionSchema = """
        -- a problem is its content: rows of one id are its revisions, and a group names the one that its verdicts are of
        CREATE TABLE problems_new(
            problem_id INTEGER PRIMARY KEY, dataset TEXT NOT NULL, external_id TEXT NOT NULL,
            prompt TEXT NOT NULL, answer TEXT, fields TEXT NOT NULL);
        INSERT INTO problems_new SELECT problem_id, dataset, external_id, prompt, answer, fields FROM problems;
        DROP TABLE problems;
        ALTER TABLE problems_new RENAME TO problems;
        CREATE INDEX problems_id ON problems(dataset, external_id);

        -- verdicts on a revision that their group no longer has; they come back when it does
        CREATE TABLE earlier_verdicts(
            problem_id INTEGER NOT NULL REFERENCES problems,
            completion_id INTEGER NOT NULL REFERENCES completions ON DELETE CASCADE,
            scoring_id INTEGER NOT NULL REFERENCES scorings, outcome TEXT NOT NULL, score REAL, reason TEXT NOT NULL,
            extracted TEXT, explanation TEXT, components TEXT, details TEXT, milliseconds REAL NOT NULL,
            at INTEGER NOT NULL, PRIMARY KEY(completion_id, problem_id, scoring_id)) WITHOUT ROWID;

        -- the models that a run was sampled from, as their servers list them
        CREATE TABLE run_models(
            run_id INTEGER NOT NULL REFERENCES runs, model TEXT NOT NULL, PRIMARY KEY(run_id, model)) WITHOUT ROWID;

        -- the options that an advantage set's batches were packed with, as canonical JSON
        CREATE TABLE packings(set_id INTEGER PRIMARY KEY REFERENCES advantage_sets ON DELETE CASCADE, options TEXT NOT NULL);
        """

    private static let reasoningSchema = """
        -- what servers give apart from the text: the model's thoughts, and the tools that it calls as a JSON list
        ALTER TABLE completions ADD COLUMN reasoning TEXT;
        ALTER TABLE completions ADD COLUMN tool_calls TEXT;
        """
}
