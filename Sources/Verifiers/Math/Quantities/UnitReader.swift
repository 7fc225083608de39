import Numbers

/// Reads a whole unit at a place of folded text, marked up or not: `\text{ m/s}^2`, `\mathrm{kg\,m\,s^{-2}}`,
/// `\frac{\text{J}}{\text{mol}\cdot\text{K}}`, `N·m`, `miles per hour`, `J/(kg ^\circ C)`.
struct UnitReader {
    /// What was read.
    struct Reading {
        /// In normal spelling, a name and its power at a time.
        var unit: String
        /// The first byte after it.
        var end: Int
        /// Names in it.
        var count: Int
        /// Whether one of its names stands in a text command.
        var isMarked: Bool
        /// Whether a dot, slash, power or a name of several letters shows that it is no product of variables.
        var isEvident: Bool
    }

    private let bytes: [UInt8]
    private var position: Int
    /// Text groups that are open.
    private var open: Int
    private var factors: [(name: String, power: Int)] = []
    private var isMarked = false
    private var isEvident = false
    private static let mostFactors = 8
    private static let maxDepth = 4

    /// Reads from a position inside `open` text commands; nil when no known unit of measure stands there, or more than one.
    static func read(_ bytes: [UInt8], from start: Int, open: Int) -> Reading? {
        var reader = UnitReader(bytes: bytes, position: start, open: open)
        guard reader.product(sign: 1, depth: 0), reader.open == 0 else { return nil }
        let unit = reader.factors.map { $0.power == 1 ? $0.name : "\($0.name)^\($0.power)" }.joined(separator: " ")
        guard UnitValue(unit) != nil else { return nil }
        return Reading(
            unit: unit, end: reader.position, count: reader.factors.count, isMarked: reader.isMarked,
            isEvident: reader.isEvident)
    }

    private init(bytes: [UInt8], position: Int, open: Int) {
        (self.bytes, self.position, self.open) = (bytes, position, open)
        isMarked = open > 0
    }

    // MARK: Grammar

    // Factors, as long as one follows; what follows the last is left.
    private mutating func product(sign: Int, depth: Int) -> Bool {
        guard factor(sign, depth) else { return false }
        // After a slash all divide: J/mol K.
        var divided = 1
        while true {
            let saved = self
            switch separator() {
            case .slash:
                divided = -1
                isEvident = true
            case .dot: isEvident = true
            case .space: break
            case .none:
                self = saved
                return true
            }
            guard factor(sign * divided, depth) else {
                self = saved
                return true
            }
        }
    }

    private mutating func factor(_ sign: Int, _ depth: Int) -> Bool {
        skipSpace()
        if take("(") { return depth < Self.maxDepth && group(sign, depth) }
        if take("\\frac") || take("\\dfrac") || take("\\tfrac") {
            isEvident = true
            return depth < Self.maxDepth && braced(sign, depth) && braced(-sign, depth)
        }
        let prefixes: [(words: StaticString, power: Int)] = [("square ", 2), ("sq ", 2), ("cubic ", 3), ("cu ", 3)]
        for (words, power) in prefixes where take(words) {
            skipSpace()
            return named(sign * power)
        }
        return named(sign)
    }

    // (g K) and (m/s)^2.
    private mutating func group(_ sign: Int, _ depth: Int) -> Bool {
        let first = factors.count
        isEvident = true
        guard product(sign: sign, depth: depth + 1) else { return false }
        skipSpace()
        guard take(")") else { return false }
        closeGroups()
        let power = power() ?? 1
        for index in first..<factors.count { factors[index].power *= power }
        return true
    }

    private mutating func braced(_ sign: Int, _ depth: Int) -> Bool {
        skipSpace()
        guard take("{") else { return false }
        let outer = open
        open = 0
        guard product(sign: sign, depth: depth + 1), open == 0 else { return false }
        skipSpace()
        open = outer
        return take("}")
    }

    private mutating func named(_ power: Int) -> Bool {
        guard factors.count < Self.mostFactors, let name = name() else { return false }
        if open > 0 { isMarked = true }
        if name.unicodeScalars.count > 1 { isEvident = true }
        closeGroups()
        var exponent = self.power()
        if exponent != nil { closeGroups() }
        for (word, value) in [(" squared", 2), (" cubed", 3)] as [(StaticString, Int)] where take(word) {
            exponent = value
            closeGroups()
        }
        guard let total = (exponent ?? 1).multiplied(by: power), (-9...9).contains(total), total != 0 else {
            return false
        }
        factors.append((name, total))
        return true
    }

    // A word or two, a Greek sign, a degree of temperature.
    private mutating func name() -> String? {
        let saved = self
        skipSpace()
        if take("^\\circ") || take("^{\\circ}") || take("\\circ") || take("\\degree") { return degree() }
        if take("\\Omega") || take("\\ohm") { return "ohm" }
        if take("\\AA") { return "angstrom" }
        var word = ""
        if take("\\mu") || take("\\micro") {
            word = "μ"
            skipSpace()
        }
        word += letters()
        if word == "μ" || ["k", "M", "G", "m"].contains(word), take("\\Omega") { word += "Ω" }
        let first = self
        if isAt(" ") {
            position += 1
            if let unit = UnitTable.normal(word, letters()) { return unit }
            self = first
        }
        guard let unit = UnitTable.normal(word), UnitTable.measure(unit) != nil else {
            self = saved
            return nil
        }
        return unit
    }

    private mutating func degree() -> String? {
        skipSpace()
        switch letters() {
        case "C": return "degC"
        case "F": return "degF"
        case "K": return "K"
        case "": return "deg"
        default: return nil
        }
    }

    private mutating func letters() -> String {
        let start = position
        while position < bytes.count, Ascii.isLetter(bytes[position]) || bytes[position] >= 0x80 { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    // ^2, ^{-1}, ^-1; nil where there is none.
    private mutating func power() -> Int? {
        let saved = self
        skipSpace()
        guard take("^") else {
            self = saved
            return nil
        }
        let isBraced = take("{")
        let isNegative = take("-")
        guard position < bytes.count, Ascii.isDigit(bytes[position]) else {
            self = saved
            return nil
        }
        let digit = Int(bytes[position] - Ascii.zero)
        position += 1
        guard !isBraced || take("}") else {
            self = saved
            return nil
        }
        isEvident = true
        return isNegative ? -digit : digit
    }

    private enum Separator {
        case none, space, dot, slash
    }

    private mutating func separator() -> Separator {
        let start = position
        skipSpace()
        let hasSpace = position > start
        if take("/") || take("per ") || take("\\div") { return .slash }
        if take("\\cdot") || take("*") || take("\\times") || (isMarked && (take(".") || take("-"))) { return .dot }
        return hasSpace ? .space : .none
    }

    // MARK: Bytes

    // Spaces of every kind, and text commands that open.
    private mutating func skipSpace() {
        while position < bytes.count {
            if Ascii.isSpace(bytes[position]) || bytes[position] == UInt8(ascii: "~") {
                position += 1
            } else if !(take("\\,") || take("\\ ") || take("\\;") || take("\\:") || take("\\!") || take("\\quad")) {
                guard openText() else { return }
            }
        }
    }

    private mutating func openText() -> Bool {
        let commands: [StaticString] = [
            "\\text", "\\mathrm", "\\textrm", "\\operatorname", "\\mathsf", "\\mbox", "\\rm",
        ]
        let saved = position
        for command in commands where take(command) {
            while isAt(" ") { position += 1 }
            if take("{") {
                open += 1
                isMarked = true
                return true
            }
            position = saved
        }
        return false
    }

    private mutating func closeGroups() {
        while open > 0 {
            let rest = bytes[position...].drop { Ascii.isSpace($0) || $0 == Ascii.point || $0 == UInt8(ascii: "~") }
            guard rest.first == Ascii.closeBrace else { return }
            position = rest.startIndex + 1
            open -= 1
        }
    }

    private func isAt(_ text: StaticString) -> Bool {
        bytes.withUnsafeBufferPointer { $0.has(text, at: position, in: 0..<$0.count) }
    }

    private mutating func take(_ text: StaticString) -> Bool {
        guard isAt(text) else { return false }
        position += text.utf8CodeUnitCount
        return true
    }
}
