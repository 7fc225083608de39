extension Parser {
    /// `(…)`, `[…)`, `]…[`: one element is just grouped, several stay a bracketed sequence.
    mutating func bracketed(_ open: Expression.Bracket) throws(ParseFailure) -> Expression {
        let saved = (openBars, closesWithOpening, inSet)
        defer { (openBars, closesWithOpening, inSet) = saved }
        (openBars, closesWithOpening, inSet) = (0, token == .close(.square), false)
        try advance()
        var elements = [try statement()]
        var isList = false
        var signs: Set<Bool?> = []
        while isListSign {
            isList = true
            closesWithOpening = true
            signs.insert(logicSign)
            try advance()
            if token == .and || token == .or { try advance() }
            elements.append(try statement())
        }
        let close: Expression.Bracket
        switch token {
        case .close(let bracket): close = bracket
        case .open(.square) where isList: close = .round
        default: throw .syntax
        }
        try advance()
        if !isList {
            // (12,345) is a pair: the commas are to be read as separators, in another attempt.
            if case .number = elements[0], isGrouped { throw .syntax }
            return elements[0]
        }
        return Self.proposition(elements, signs) ?? .group(open, elements, close)
    }

    private var isListSign: Bool {
        switch token {
        case .comma, .semicolon, .and, .or, .logic: true
        default: false
        }
    }

    /// A TeX group: transparent, and possibly a list that lost its backslashes.
    mutating func braced() throws(ParseFailure) -> Expression {
        try advance()
        if token == .closeBrace {
            try advance()
            return try atom()
        }
        let saved = (openBars, closesWithOpening, inSet)
        defer { (openBars, closesWithOpening, inSet) = saved }
        (openBars, closesWithOpening, inSet) = (0, false, false)
        let inner = try answer()
        guard token == .closeBrace || token == .closeSet else { throw .syntax }
        try advance()
        return inner
    }

    /// `\{…\}`, with or without a condition.
    mutating func set() throws(ParseFailure) -> Expression {
        try advance()
        if token == .closeSet || token == .closeBrace {
            try advance()
            return .named(.empty)
        }
        let saved = (openBars, closesWithOpening, inSet)
        defer { (openBars, closesWithOpening, inSet) = saved }
        (openBars, closesWithOpening, inSet) = (0, false, true)
        let inner = try answer()
        if token == .bar || token == .colon {
            try advance()
            inSet = false
            let condition = try answer()
            try closeSet()
            return .setBuilder(inner, condition)
        }
        try closeSet()
        if case .list(let elements, _) = inner { return .set(elements) }
        // \{12,345\} has two members, as a pair has.
        if case .number = inner, isGrouped { throw .syntax }
        return .set([inner])
    }

    private mutating func closeSet() throws(ParseFailure) {
        guard token == .closeSet || token == .closeBrace else { throw .syntax }
        try advance()
    }

    mutating func enclosed(_ function: Function, _ close: Token) throws(ParseFailure) -> Expression {
        try advance()
        let inner = try statement()
        try take(close)
        return .call(function, [inner])
    }

    /// `|x|`, and the determinant of a matrix between bars.
    mutating func bars() throws(ParseFailure) -> Expression {
        let bar = token
        try advance()
        openBars += 1
        defer { openBars -= 1 }
        let inner = try statement()
        try take(bar)
        if case .matrix = inner { return .call(.determinant, [inner]) }
        return .call(bar == .doubleBar ? .norm : .abs, [inner])
    }

    /// `\sqrt`, `\sqrt[3]`, and their plain spellings.
    mutating func root() throws(ParseFailure) -> Expression {
        try advance()
        if token == .open(.square) {
            try advance()
            let index = try statement()
            try take(.close(.square))
            return .call(.root, [try argument(), index])
        }
        return .call(.sqrt, [try argument()])
    }

    /// `\begin{…}…\end{…}`: a matrix, or lines of an aligned display.
    mutating func environment(_ name: String) throws(ParseFailure) -> Expression {
        try advance()
        guard name == "array" || name == "tabular" || name.contains("matrix") else { return try lines() }
        var cells: [Expression] = []
        var columns = 0
        var inRow = 0
        while true {
            cells.append(try statement())
            inRow += 1
            if token == .ampersand {
                try advance()
                continue
            }
            if columns == 0 { columns = inRow }
            guard inRow == columns else { throw .syntax }
            inRow = 0
            while token == .newRow || token == .comma { try advance() }
            if case .finish = token { break }
        }
        try advance()
        // Equations one below the other.
        if columns == 1, cells.count > 1, cells.allSatisfy({ if case .relation = $0 { true } else { false } }) {
            return .list(cells, false)
        }
        let matrix = Expression.matrix(columns, cells)
        return name.hasPrefix("v") || name.hasPrefix("V") ? .call(.determinant, [matrix]) : matrix
    }

    private mutating func lines() throws(ParseFailure) -> Expression {
        let inner = try answer()
        guard case .finish = token else { throw .syntax }
        try advance()
        return inner
    }
}
