import JSON

extension PythonReader {
    /// What stands between a call's parentheses.
    enum Arguments {
        case literals([JSONValue.Member])
        /// Positional, expressions, or what JSON cannot say.
        case noLiterals
        case cutOff
        /// Brackets do not match.
        case broken
    }

    /// Keyword arguments up to the closing parenthesis, which is taken.
    mutating func wholeArguments() -> Arguments {
        do {
            return .literals(try arguments())
        } catch {
            if error == .cutOff { return .cutOff }
            if skipToParenthesis() { return .noLiterals }
            return isAtEnd ? .cutOff : .broken
        }
    }

    private mutating func arguments() throws(Stop) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        while !take(")") {
            if isAtEnd { throw .cutOff }
            let key = name()
            if isAtEnd { throw .cutOff }
            guard !key.isEmpty, take("=") else { throw .noLiteral }
            members.append(.init(key, try value(depth: 1)))
            if take(",") { continue }
            if isAtEnd { throw .cutOff }
            guard take(")") else { throw .noLiteral }
            return members
        }
        return members
    }

    /// Past the parenthesis that closes the open one; false, at the offending bracket or the end, where brackets do not match.
    private mutating func skipToParenthesis() -> Bool {
        var open: [UInt8] = [UInt8(ascii: ")")]
        while let byte = next {
            switch byte {
            case UInt8(ascii: "("): open.append(UInt8(ascii: ")"))
            case UInt8(ascii: "["): open.append(UInt8(ascii: "]"))
            case UInt8(ascii: "{"): open.append(UInt8(ascii: "}"))
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                guard open.last == byte else { return false }
                open.removeLast()
                if open.isEmpty {
                    position += 1
                    return true
                }
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                guard (try? string(isRaw: true)) != nil else {
                    position = end
                    return false
                }
                continue
            default: break
            }
            position += 1
        }
        return false
    }
}
