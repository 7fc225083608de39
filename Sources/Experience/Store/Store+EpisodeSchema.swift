extension Store {
    static let episodeSchema = """
        -- completions of several turns; their tokens are context and sampled ones, told apart by the array mask |u1
        CREATE TABLE episodes(
            completion_id INTEGER PRIMARY KEY REFERENCES completions ON DELETE CASCADE,
            environment TEXT NOT NULL, version TEXT NOT NULL,
            stop TEXT NOT NULL CHECK(stop IN ('done', 'answered', 'turns', 'calls', 'tokens', 'context', 'seconds')),
            turns INTEGER NOT NULL, calls INTEGER NOT NULL, call_errors INTEGER NOT NULL,
            sampled_tokens INTEGER NOT NULL, context_tokens INTEGER NOT NULL, -- behind the first prompt
            env_reward REAL, -- sum of the turns' rewards; null where the environment gave none
            verdict TEXT, -- the environment's own, as JSON; null lets the configured verifier judge
            parent_idx INTEGER, parent_turn INTEGER); -- of a fork: the episode and the turn that it left

        -- runs of tokens of one origin, end to end; first (inclusive) and last (exclusive) in the array ids
        CREATE TABLE segments(
            completion_id INTEGER NOT NULL REFERENCES completions ON DELETE CASCADE, ordinal INTEGER NOT NULL,
            turn INTEGER NOT NULL, origin TEXT NOT NULL CHECK(origin IN ('policy', 'tool', 'user', 'template', 'hint')),
            first INTEGER NOT NULL, last INTEGER NOT NULL, text TEXT NOT NULL,
            PRIMARY KEY(completion_id, ordinal)) WITHOUT ROWID;

        -- the policy's turns with what the environment answered; messages is a JSON list, null where there are none
        CREATE TABLE turns(
            completion_id INTEGER NOT NULL REFERENCES completions ON DELETE CASCADE, turn INTEGER NOT NULL,
            text TEXT NOT NULL, messages TEXT, request_id TEXT NOT NULL, finish TEXT NOT NULL, reward REAL, progress REAL,
            state_hash INTEGER, sampled_tokens INTEGER NOT NULL, sampled_ms REAL NOT NULL, env_ms REAL NOT NULL,
            PRIMARY KEY(completion_id, turn)) WITHOUT ROWID;

        -- the calls of a turn with their results; reason is a ToolCallFault, null for a call that could be made
        CREATE TABLE tool_calls(
            completion_id INTEGER NOT NULL REFERENCES completions ON DELETE CASCADE, turn INTEGER NOT NULL,
            call INTEGER NOT NULL, name TEXT NOT NULL, arguments TEXT, result TEXT,
            outcome TEXT CHECK(outcome IN ('ok', 'failed', 'timeout', 'rejected')), reason TEXT,
            PRIMARY KEY(completion_id, turn, call)) WITHOUT ROWID;

        -- the journal: finished turns of episodes that are not; gone with the completion's row. tokens is a JSON list of
        -- [origin, count, text]; turn 0 has the prompt's ids
        CREATE TABLE open_turns(
            group_id INTEGER NOT NULL REFERENCES groups, idx INTEGER NOT NULL, attempt INTEGER NOT NULL,
            turn INTEGER NOT NULL, prompt_ids BLOB, ids BLOB NOT NULL, mask BLOB NOT NULL, logprobs BLOB NOT NULL,
            tokens TEXT NOT NULL, weight_spans TEXT NOT NULL, record TEXT NOT NULL,
            PRIMARY KEY(group_id, idx, turn));
        PRAGMA user_version = 8;
        """

    static let forkSchema = """
        -- the state that an episode opens in, as turns.state_hash; null where the environment does not name it
        ALTER TABLE episodes ADD COLUMN opening_state INTEGER;
        -- of a fork: the index of the episode that it left, and its first own turn
        ALTER TABLE open_turns ADD COLUMN parent_idx INTEGER;
        ALTER TABLE open_turns ADD COLUMN parent_turn INTEGER;
        PRAGMA user_version = 9;
        """
}
