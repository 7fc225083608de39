import Experience
import JSON

/// The best and the worst completion of a problem, as trainers of preferences (DPO and its kin) read them.
///
/// One pair a group whose scores differ; of equal scores the completion that was sampled first. Members are TRL's: of a prompt that
/// is a chat `chosen` and `rejected` are its last message, else texts.
enum PreferencePairs {
    static func columns(withTokens: Bool) -> [Column] {
        [
            Column("dataset", .text), Column("problem_id", .text), Column("prompt", .text), Column("chosen", .text),
            Column("rejected", .text), Column("score_chosen", .real), Column("score_rejected", .real),
            Column("chosen_id", .int), Column("rejected_id", .int),
        ] + (withTokens ? ["prompt_ids", "chosen_token_ids", "rejected_token_ids"].map { Column($0, .ints) } : [])
            + (withTokens ? ["chosen_logprobs", "rejected_logprobs"].map { Column($0, .reals) } : [])
    }

    /// The pair of each group; `rows` are of whole groups in order.
    static func cells(of rows: [ExportedRow], withTokens: Bool) -> [[Cell]] {
        let names = ExportedRow.columns(withTokens: withTokens).map(\.name)
        func cell(_ row: ExportedRow, _ name: String) -> Cell {
            names.firstIndex(of: name).map { row.cells[$0] } ?? .null
        }
        return rows.chunked.compactMap { group -> [Cell]? in
            let scored = group.filter { $0.score != nil }
            guard let chosen = scored.max(by: { ($0.score ?? 0) < ($1.score ?? 0) }),
                let rejected = scored.min(by: { ($0.score ?? 0) < ($1.score ?? 0) }),
                let best = chosen.score, let worst = rejected.score, best > worst
            else { return nil }
            let prompt = cell(chosen, "prompt")
            func answer(_ row: ExportedRow) -> Cell {
                guard case .json = prompt, case .text(let text) = cell(row, "completion") else {
                    return cell(row, "completion")
                }
                return .json(JSONValue.array([["role": "assistant", "content": .string(text)]]).text)
            }
            var cells = [
                cell(chosen, "dataset"), cell(chosen, "problem_id"), prompt, answer(chosen), answer(rejected),
                .real(best), .real(worst), cell(chosen, "completion_id"), cell(rejected, "completion_id"),
            ]
            if withTokens {
                cells += [cell(chosen, "prompt_ids")]
                cells += ["token_ids", "logprobs"].flatMap { [cell(chosen, $0), cell(rejected, $0)] }
            }
            return cells
        }
    }
}

extension [ExportedRow] {
    /// Group by group.
    fileprivate var chunked: [ArraySlice<ExportedRow>] {
        var (chunks, start): ([ArraySlice<ExportedRow>], Int) = ([], 0)
        for index in indices where index + 1 == count || self[index + 1].group != self[index].group {
            chunks.append(self[start...index])
            start = index + 1
        }
        return chunks
    }
}
