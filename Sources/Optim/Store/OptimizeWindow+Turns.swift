import Experience

/// Turns of episodes, as credit over turns reads them.
extension OptimizeWindow {
    /// Reads the turns of every row that can have an advantage, and marks those that lack what the estimator looks at. A completion
    /// that is no episode is one turn.
    mutating func readTurns(_ estimator: AdvantageEstimator, _ store: StoreSnapshot) throws {
        for index in rows.indices where rows[index].gap == nil {
            let found = try store.turns(of: rows[index].completion)
            rows[index].turns = found.isEmpty ? [CompletionTurn(tokens: 0..<rows[index].width)] : found
            if estimator.credit == .turnState {
                rows[index].opening = try store.openingState(of: rows[index].completion)
            }
            rows[index].gap = rows[index].gapInTurns(estimator)
        }
    }

    /// What the estimator needs of the turns; rows with a gap have none.
    func turnInputs(
        _ estimator: AdvantageEstimator, _ layout: TokenLayout, _ rewards_N: [Double?]
    ) throws -> TurnInputs {
        // A row without a turn has no tokens to train on either.
        let keep_N = rows.map { !$0.turns.isEmpty && $0.gap == nil }
        let kept = zip(rows, keep_N).filter(\.1).map(\.0)
        let turns_N = zip(rows, keep_N).map { row, keeps in keeps ? row.turns : [] }
        let turns = try TurnLayout(layout: layout.keeping(keep_N), turns_N: turns_N.map { $0.map(\.tokens) })
        let all = turns_N.flatMap { $0 }
        var inputs = TurnInputs(
            turns: turns,
            rewards_K: try estimator.turnRewards(
                rewards_N: rewards_N, environment_K: all.map(\.reward), progress_K: all.map(\.progress), turns: turns))
        inputs.outcomes_N = rewards_N
        inputs.states_K = kept.flatMap(Self.statesBefore)
        inputs.durations_K = all.map { $0.milliseconds ?? 0 }
        return inputs
    }

    // Where nobody says otherwise, episodes of a group begin in one state, here 0; each further turn answers what the one before
    // brought.
    private static func statesBefore(_ row: Row) -> [UInt64?] {
        row.turns.indices.map { $0 == 0 ? row.opening ?? 0 : row.turns[$0 - 1].state }
    }
}

extension OptimizeWindow.Row {
    /// Turns with a sampled token.
    var sampledTurns: Int {
        turns.count { turn in mask.isEmpty ? !turn.tokens.isEmpty : mask[turn.tokens].contains(1) }
    }

    // Why its turns cannot be looked at; nil when they can.
    fileprivate func gapInTurns(_ estimator: AdvantageEstimator) -> Undefined? {
        var (end, inTurns) = (0, 0)
        for turn in turns {
            guard turn.tokens.lowerBound >= end, turn.tokens.upperBound <= width else { return .noTurns }
            end = turn.tokens.upperBound
            inTurns += mask.isEmpty ? turn.tokens.count : mask[turn.tokens].count { $0 == 1 }
        }
        guard inTurns == (mask.isEmpty ? width : mask.count { $0 == 1 }) else { return .noTurns }
        let numbers = turns.flatMap { [$0.reward, $0.progress, $0.milliseconds].compactMap { $0 } }
        guard numbers.allSatisfy(WindowRewards.isUsable) else { return .overflow }
        if estimator.turnRewards == .reward, turns.allSatisfy({ $0.reward == nil }) { return .noTurnRewards }
        if estimator.turnRewards == .progress, turns.allSatisfy({ $0.progress == nil }) { return .noTurnProgress }
        if estimator.credit == .turnState, turns.dropLast().contains(where: { $0.state == nil }) {
            return .noTurnStates
        }
        if estimator.turnShares == .duration, turns.contains(where: { ($0.milliseconds ?? -1) < 0 }) {
            return .noTurnDurations
        }
        return nil
    }
}
