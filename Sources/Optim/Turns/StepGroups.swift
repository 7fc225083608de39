/// Which turns of a group of episodes are compared with each other, and their advantages from that.
public enum StepGroups {
    /// All turns of the group (ROLL's step_reinforce, grouped by trajectory group).
    public static func whole(groups: GroupIndex, turns: TurnLayout) throws -> GroupIndex {
        let group_N = try groupNumbers(groups, turns)
        return GroupIndex(ids: turns.rows_K.map { group_N[$0] })
    }

    /// The turns of the group with the same number in their episodes (MT-GRPO, arXiv 2505.11821).
    public static func byNumber(groups: GroupIndex, turns: TurnLayout) throws -> GroupIndex {
        let group_N = try groupNumbers(groups, turns)
        return GroupIndex(
            ids: (0..<turns.turns).map {
                Key(group: group_N[turns.rows_K[$0]], state: UInt64($0 - turns.starts[turns.rows_K[$0]]))
            })
    }

    /// The turns of the group that were taken in the same state, in one episode or in several (GiGPO, arXiv 2505.10978, equation
    /// 6; verl-agent `build_step_group` without similarity, ROLL `build_state_group`). `states_K` are of what a turn answers,
    /// not of what it brought; a turn without a state is alone.
    public static func byState(states_K: [UInt64?], groups: GroupIndex, turns: TurnLayout) throws -> GroupIndex {
        try turns.check(states_K.count, "states")
        let group_N = try groupNumbers(groups, turns)
        return GroupIndex(
            ids: states_K.enumerated().map { turn, state in
                state.map { Key(group: group_N[turns.rows_K[turn]], state: $0) } ?? Key(group: -1, state: UInt64(turn))
            })
    }

    private struct Key: Hashable {
        var group: Int
        var state: UInt64
    }

    private static func groupNumbers(_ groups: GroupIndex, _ turns: TurnLayout) throws -> [Int] {
        try turns.checkRows(groups.rows.count, "rows in groups")
        var group_N = [Int](repeating: 0, count: turns.rows)
        for group in 0..<groups.count {
            for row in groups[group] { group_N[row] = group }
        }
        return group_N
    }
}
