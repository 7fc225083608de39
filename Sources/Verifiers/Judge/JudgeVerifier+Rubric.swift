import Experience
import JSON

extension JudgeVerifier {
    /// The criteria that the problem's record states; nil when it states none. Throws when they cannot be read.
    static func criteria(of problem: Problem) throws -> [Criterion]? {
        guard let stated = problem.fields["rubric"], !stated.isNull else { return nil }
        guard let criteria = criteria(stated) else {
            throw JudgeError("noRubric", "the record's 'rubric' is no list of texts or of {name, text, weight}")
        }
        return criteria
    }

    /// Criteria as a list of texts or of {name, text, weight}; nil when `json` is neither.
    static func criteria(_ json: JSONValue?) -> [Criterion]? {
        guard let list = json?.arrayValue else { return nil }
        let criteria = list.enumerated().compactMap { index, entry -> Criterion? in
            guard let text = entry.stringValue ?? entry["text"]?.stringValue ?? entry["criterion"]?.stringValue else {
                return nil
            }
            let weight = entry["weight"] ?? entry["points"]
            if let weight, !weight.isNull, weight.doubleValue == nil { return nil }
            return Criterion(
                name: entry["name"]?.stringValue ?? "c\(index + 1)", text: text, weight: weight?.doubleValue ?? 1)
        }
        return criteria.count == list.count ? criteria : nil
    }
}
