import Datasets
import Experience
import Rollout
import Verifiers

/// Whether the rows of a data set have the configured fields, and gold answers that the verifier can read.
struct DatasetChecks: Sendable {
    let config: RunConfig
    let surveys: [DatasetSurvey]
    let verifier: any Verifier

    /// Usual names of a field, for a hint where no name is near.
    private static let usual = [
        "prompt_field": ["prompt", "question", "problem", "instruction", "query", "input"],
        "answer_field": RowMapping.answerNames, "id_field": RowMapping.idNames,
    ]

    /// One check for each file.
    func checks() async -> [PreflightCheck] {
        if surveys.isEmpty {
            return [PreflightCheck("dataset", .ok, "rows come from standard input and were not looked at")]
        }
        var checks: [PreflightCheck] = []
        for (survey, options) in zip(surveys, [config.dataset] + config.dataset.mix) {
            if let layout = layout(of: survey, options) { checks.append(layout) }
            checks.append(await check(survey))
            for (note, count) in survey.recognition.notes {
                checks.append(PreflightCheck("dataset", .warn, "\(survey.path): \(note.words(count))"))
            }
            if let check = systemCheck(survey, options) { checks.append(check) }
        }
        return checks
    }

    /// What was recognized, unless the rows say it themselves by the names of their fields.
    private func layout(of survey: DatasetSurvey, _ options: DatasetOptions) -> PreflightCheck? {
        guard let name = survey.recognition.shape?.name, options.promptField.isEmpty || options.answerField.isEmpty,
            let prompt = survey.recognition.promptWords, !name.hasPrefix("rows with 'prompt'")
        else { return nil }
        let gold = survey.recognition.goldWords.map { "gold \($0)" } ?? "no gold in a field of its own"
        return PreflightCheck(
            "layout", .ok,
            "\(survey.path): \(name): prompt \(options.template.isEmpty ? prompt : "by the template"), \(gold)")
    }

    /// A system message goes before the messages of a chat, and where a template puts it; a plain prompt has no place for it.
    private func systemCheck(_ survey: DatasetSurvey, _ options: DatasetOptions) -> PreflightCheck? {
        guard !options.system.isEmpty, options.template.isEmpty else { return nil }
        for case .chat in survey.problems.lazy.map(\.problem.prompt) { return nil }
        return PreflightCheck(
            "dataset", .warn,
            "\(survey.path): dataset.system has no effect: its prompts are text (dataset.chat: true makes messages of them)"
        )
    }

    private func check(_ survey: DatasetSurvey) async -> PreflightCheck {
        let fault = survey.absences.isEmpty ? survey.fault : nil
        if survey.rows == 0 { return PreflightCheck("dataset", .failed, "\(survey.path): no problems") }
        let (problems, gold) = (survey.problems, await GoldCheck(verifier, survey.problems.map(\.problem)))
        let absent = survey.absences.filter { isFatal($0, in: survey) }
        if !absent.isEmpty { return PreflightCheck("dataset", .failed, words(absent, in: survey)) }
        if let fault { return PreflightCheck("dataset", .failed, "\(fault)") }
        let of =
            gold.checked < survey.rows ? "a sample of \(gold.checked) of \(survey.rows) rows" : "\(gold.checked) rows"
        if gold.unreadable == 0 {
            return PreflightCheck(
                "dataset", .ok, "\(survey.path): \(of), none that '\(config.verify.verifier)' could not judge")
        }
        let examples = gold.examples.map { example in
            let answer = example.gold.map { "'\($0.replacing("\n", with: "⏎"))'" } ?? "absent"
            return "line \(problems[example.index].line), id '\(example.id)', answer \(answer): \(example.fault.reason)"
        }
        let all = gold.unreadable == gold.checked
        let count = all ? "none of \(of)" : "\(gold.unreadable) of \(of)"
        return PreflightCheck(
            "dataset", all ? .failed : .warn,
            "\(survey.path): \(count) can\(all ? "" : "not") be judged by '\(config.verify.verifier)': "
                + examples.joined(separator: "; ").replacing("\n", with: " "))
    }

    /// Without its prompt no row is a problem; a field that was named and is nowhere was meant to be another.
    private func isFatal(_ absence: DatasetSurvey.Absence, in survey: DatasetSurvey) -> Bool {
        absence.key == "prompt_field" || absence.rows == survey.rows
    }

    private func words(_ absences: [DatasetSurvey.Absence], in survey: DatasetSurvey) -> String {
        let parts = absences.map { absence in
            let near =
                absence.field.nearest(in: survey.fields)
                ?? Self.usual[absence.key]?.first { name in survey.fields.contains(name) }
            let hint = near.map { "; did you mean '\($0)'?" } ?? ""
            let count = absence.rows == survey.rows ? "in any row" : "in \(absence.rows) of \(survey.rows) rows"
            return "no field '\(absence.field)' \(count) (dataset.\(absence.key)\(hint))"
        }
        let line = absences.map(\.line).min() ?? 1
        return
            "\(survey.path):\(line): \(parts.joined(separator: ", ")); the rows have \(survey.fields.joined(separator: ", "))"
    }
}
