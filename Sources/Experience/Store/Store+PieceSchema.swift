extension Store {
    static let pieceSchema = """
        -- episodes whose model calls are no single conversation have further rows, each trained with the completion's advantage:
        -- prompt_ids is everything that the policy had before it, ids what came then; every sampled token is in one of them.
        -- Piece 0 is the completion's own tokens: its row has the prompt alone, and is there only where the group has another.
        -- A trainer's log-probs of piece p > 0 are in tokens, kind 'logprob:p'
        CREATE TABLE pieces(
            completion_id INTEGER NOT NULL REFERENCES completions ON DELETE CASCADE, piece INTEGER NOT NULL,
            prompt_ids BLOB NOT NULL, ids BLOB, logprobs BLOB, mask BLOB, weight_spans TEXT,
            PRIMARY KEY(completion_id, piece), CHECK((piece = 0) = (ids IS NULL)));
        ALTER TABLE segments ADD COLUMN piece INTEGER NOT NULL DEFAULT 0; -- first and last are in its ids
        ALTER TABLE batch_items ADD COLUMN piece INTEGER NOT NULL DEFAULT 0;

        -- one row per completion, of its own tokens
        DROP VIEW training_rows;
        CREATE VIEW training_rows AS
            SELECT r.name AS run, s.set_id, g.ordinal, c.idx, c.completion_id,
                coalesce(p.prompt_ids, g.prompt_ids) AS prompt_ids, i.data AS token_ids,
                l.data AS logprobs, a.reward, a.advantage, a.token_advantages, c.finish
            FROM advantages a JOIN advantage_sets s USING(set_id) JOIN completions c USING(completion_id)
                JOIN groups g USING(group_id) JOIN runs r ON r.run_id = g.run_id
                JOIN tokens i ON i.completion_id = c.completion_id AND i.kind = 'ids' AND i.source = 'sampler'
                JOIN tokens l ON l.completion_id = c.completion_id AND l.kind = 'logprob' AND l.source = 'sampler'
                LEFT JOIN pieces p ON p.completion_id = c.completion_id AND p.piece = 0
            WHERE a.reason IS NULL;
        -- the further rows of episodes
        CREATE VIEW training_pieces AS
            SELECT r.name AS run, s.set_id, g.ordinal, c.idx, c.completion_id, p.piece, p.prompt_ids, p.ids AS token_ids,
                p.logprobs, p.mask, a.reward, a.advantage, c.finish
            FROM advantages a JOIN advantage_sets s USING(set_id) JOIN completions c USING(completion_id)
                JOIN groups g USING(group_id) JOIN runs r ON r.run_id = g.run_id
                JOIN pieces p ON p.completion_id = c.completion_id AND p.piece > 0
            WHERE a.reason IS NULL;
        PRAGMA user_version = 10;
        """

    static let trainingSchema = """
        -- as before, but that the set's run is the group's, and what is read of a completion comes last (CROSS): whether a reader
        -- names the run, the set, both or a completion, it goes by indexes, a run's groups in order
        DROP VIEW training_rows;
        CREATE VIEW training_rows AS
            SELECT r.name AS run, s.set_id, g.ordinal, c.idx, c.completion_id,
                coalesce(p.prompt_ids, g.prompt_ids) AS prompt_ids, i.data AS token_ids,
                l.data AS logprobs, a.reward, a.advantage, a.token_advantages, c.finish
            FROM runs r JOIN advantage_sets s ON s.run_id = r.run_id JOIN groups g ON g.run_id = s.run_id
                JOIN completions c ON c.group_id = g.group_id
                CROSS JOIN advantages a ON a.set_id = s.set_id AND a.completion_id = c.completion_id
                CROSS JOIN tokens i ON i.completion_id = c.completion_id AND i.kind = 'ids' AND i.source = 'sampler'
                CROSS JOIN tokens l ON l.completion_id = c.completion_id AND l.kind = 'logprob' AND l.source = 'sampler'
                LEFT JOIN pieces p ON p.completion_id = c.completion_id AND p.piece = 0
            WHERE a.reason IS NULL;
        DROP VIEW training_pieces;
        CREATE VIEW training_pieces AS
            SELECT r.name AS run, s.set_id, g.ordinal, c.idx, c.completion_id, p.piece, p.prompt_ids, p.ids AS token_ids,
                p.logprobs, p.mask, a.reward, a.advantage, c.finish
            FROM runs r JOIN advantage_sets s ON s.run_id = r.run_id JOIN groups g ON g.run_id = s.run_id
                JOIN completions c ON c.group_id = g.group_id
                CROSS JOIN advantages a ON a.set_id = s.set_id AND a.completion_id = c.completion_id
                CROSS JOIN pieces p ON p.completion_id = c.completion_id AND p.piece > 0
            WHERE a.reason IS NULL;
        PRAGMA user_version = 11;
        """
}
