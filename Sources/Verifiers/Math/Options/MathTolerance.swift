import Experience
public import JSON

/// How far a number may be from the gold's and still be right. Limits are exact: 0.01 is a hundredth.
public struct MathTolerance: Sendable, Hashable {
    enum Kind: String, CaseIterable {
        /// A share of the gold's magnitude.
        case relative
        /// A distance, in the gold's unit.
        case absolute
        /// Half a unit of the gold's n-th significant digit.
        case digits
    }

    let kind: Kind
    /// One for all parts of an answer, or one for each.
    private let limits: [Rational]
    /// Whether it holds between whole numbers without a unit, which count rather than measure: only where a row says it.
    private(set) var holdsForCounts = false

    /// Most significant digits that can be asked for.
    static let mostDigits = 50

    /// From `0.01`, a share of the gold, `{relative: 0.01}`, `{absolute: 0.5}` or `{digits: 3}`; throws
    /// `VerifierOptionsError` for what accepts everything or nothing.
    public init(_ json: JSONValue) throws {
        do {
            self = try Self.read(json)
        } catch {
            throw VerifierOptionsError(key: "tolerance", error.message)
        }
    }

    /// From a row's field, as text or JSON.
    init(field: String) throws(MathFieldError) {
        let json = (try? JSONValue(parsing: field.utf8)) ?? .string(field)
        self = try Self.read(json)
        holdsForCounts = true
    }

    /// From OlympiadBench's `error`: an absolute limit, or one for each part with commas between; an empty one is exact.
    init(errorField: String) throws(MathFieldError) {
        var limits: [Rational] = []
        for part in errorField.split(separator: ",", maxSplits: 64, omittingEmptySubsequences: false) {
            let text = part.trimmingSpaces
            guard let limit = text.isEmpty ? .zero : Rational(decimal: text), !limit.isNegative else {
                throw MathFieldError(
                    field: "error",
                    message: "expected numbers from 0 with commas between, not '\(errorField.cut(to: 60))'")
            }
            limits.append(limit)
        }
        (kind, self.limits, holdsForCounts) = (.absolute, limits, true)
    }

    private init(_ kind: Kind, _ limits: [Rational]) { (self.kind, self.limits) = (kind, limits) }

    private static let expected =
        "expected a share of the gold such as 0.01, or one of {relative: 0.01}, {absolute: 0.5}, {digits: 3}"

    private static func read(_ json: JSONValue) throws(MathFieldError) -> MathTolerance {
        func fail(_ message: String) -> MathFieldError { MathFieldError(field: "tolerance", message: message) }
        guard case .object(let members) = json else { return try checked(.relative, json, fail) }
        guard let member = members.first, members.count == 1 else {
            throw fail("\(expected), not \(members.count) keys")
        }
        guard let kind = Kind(rawValue: member.key) else {
            throw fail("no such key '\(member.key)'" + member.key.hint(among: Kind.allCases.map(\.rawValue)))
        }
        return try checked(kind, member.value, fail)
    }

    private static func checked(
        _ kind: Kind, _ json: JSONValue, _ fail: (String) -> MathFieldError
    ) throws(MathFieldError) -> MathTolerance {
        let text: String? =
            switch json {
            case .number(let number): number.text
            case .string(let text): text
            default: nil
            }
        guard let limit = text.flatMap({ Rational(decimal: $0) }) else {
            throw fail("\(expected), not \(json.text.cut(to: 60))")
        }
        switch kind {
        case .relative where limit.isNegative || !(limit < .one):
            throw fail("a relative tolerance is from 0 to below 1, where every number would do, not \(json.text)")
        case .absolute where limit.isNegative: throw fail("an absolute tolerance is 0 or more, not \(json.text)")
        case .digits where !(1...mostDigits).contains(limit.intValue ?? 0):
            throw fail("digits are a whole number from 1 to \(mostDigits), not \(json.text)")
        default: return MathTolerance(kind, [limit])
        }
    }

    /// Whether parts of an answer have limits of their own.
    var isByPart: Bool { limits.count > 1 }

    /// The tolerance of one part of a gold of `count` parts.
    func part(_ index: Int, of count: Int) -> MathTolerance {
        guard isByPart, limits.count == count, limits.indices.contains(index) else { return self }
        var part = MathTolerance(kind, [limits[index]])
        part.holdsForCounts = holdsForCounts
        return part
    }

    /// The number that goes with the kind; the strictest where nobody knows which part is meant.
    var limit: Rational { limits.dropFirst().reduce(limits.first ?? .zero) { $1 < $0 ? $1 : $0 } }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
