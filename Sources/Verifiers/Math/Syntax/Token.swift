/// The smallest parts of an answer.
enum Token: Equatable, Sendable {
    case end
    case number(NumberLiteral)
    /// Letters outside any text command; the parser decides whether they are a word or a product.
    case word(String)
    /// Words inside `\text{…}` and the like, or in another script; lower case, one space between.
    case text(String)
    case symbol(String)
    /// Digits in a base above ten, capitals.
    case based(String, Int)
    case constant(Constant)
    case function(Function)
    case open(Expression.Bracket)
    case close(Expression.Bracket)
    case openBrace, closeBrace
    case openSet, closeSet
    case openFloor, closeFloor, openCeiling, closeCeiling
    case relation(Relation)
    case set(SetOperator)
    case named(NamedSet)
    case plusMinus(Bool)
    /// A currency sign; its unit.
    case money(String)
    case plus, minus, times, divide, caret, underscore, bang, prime, comma, semicolon, colon, bar, doubleBar
    case ampersand, newRow, percent, degree, and, or, dots
    case fraction, binomial, squareRoot, cubeRoot, over, choose, modulo, parenthesizedModulo, angle
    /// "And" or "or" by the sign of logic.
    case logic(isOr: Bool)
    case begin(String)
    case finish(String)

    /// Whether it is one letter or a named one.
    var isLetter: Bool {
        switch self {
        case .word(let word): word.utf8.count == 1
        case .symbol: true
        default: false
        }
    }
}

/// LaTeX commands, plain words and what they mean.
enum Vocabulary {
    /// Commands without their backslash. A command that is absent here is a symbol of that name.
    static let commands: [String: Token] = {
        var table: [String: Token] = [
            "pi": .constant(.pi), "infty": .constant(.infinity), "inf": .constant(.infinity),
            "imath": .constant(.imaginary), "jmath": .symbol("j"),
            "frac": .fraction, "dfrac": .fraction, "tfrac": .fraction, "cfrac": .fraction, "sfrac": .fraction,
            "nicefrac": .fraction, "rac": .fraction, "binom": .binomial, "dbinom": .binomial, "tbinom": .binomial,
            "sqrt": .squareRoot, "cbrt": .cubeRoot, "over": .over, "choose": .choose, "cdot": .times, "times": .times,
            "ast": .times, "cdotp": .times, "div": .divide, "pm": .plusMinus(true), "mp": .plusMinus(false),
            "cup": .set(.union), "bigcup": .set(.union), "cap": .set(.intersection), "bigcap": .set(.intersection),
            "setminus": .set(.difference), "backslash": .set(.difference), "smallsetminus": .set(.difference),
            "emptyset": .named(.empty), "varnothing": .named(.empty), "wedge": .logic(isOr: false),
            "land": .logic(isOr: false), "vee": .logic(isOr: true), "lor": .logic(isOr: true),
            "circ": .degree, "degree": .degree, "deg": .degree, "prime": .prime, "mid": .bar, "vert": .bar,
            "lvert": .bar,
            "rvert": .bar, "Vert": .doubleBar, "lVert": .doubleBar, "rVert": .doubleBar, "lfloor": .openFloor,
            "rfloor": .closeFloor, "lceil": .openCeiling, "rceil": .closeCeiling, "langle": .open(.angle),
            "rangle": .close(.angle), "lbrace": .openSet, "rbrace": .closeSet, "lbrack": .open(.square),
            "rbrack": .close(.square), "lparen": .open(.round), "rparen": .close(.round), "ldots": .dots, "dots": .dots,
            "cdots": .dots, "dotsc": .dots, "dotsb": .dots, "bmod": .modulo, "mod": .modulo,
            "pmod": .parenthesizedModulo, "EUR": .money("eur"), "GBP": .money("gbp"), "JPY": .money("jpy"),
            "INR": .money("inr"), "pounds": .money("gbp"), "euro": .money("eur"), "yen": .money("jpy"),
            "sum": .function(.sum), "prod": .function(.product), "int": .function(.integral),
            "lim": .function(.limit),
            "overline": .function(.conjugate), "bar": .function(.conjugate), "surd": .function(.sqrt),
            "cent": .money("cent"), "newline": .newRow, "cr": .newRow, "colon": .colon,
            "angle": .angle,
        ]
        for (name, set) in sets { table[name] = .named(set) }
        for (name, relation) in relations { table[name] = .relation(relation) }
        for (sign, forward, backward) in signs {
            for name in forward { table[name] = .relation(.sign(sign, isMirrored: false)) }
            for name in backward { table[name] = .relation(.sign(sign, isMirrored: true)) }
        }
        for (name, function) in functions { table[name] = .function(function) }
        let variants = [
            "varepsilon": "epsilon", "varphi": "phi", "vartheta": "theta", "varrho": "rho", "varsigma": "sigma",
            "varkappa": "kappa", "lnot": "neg", "bot": "perp", "hslash": "hbar", "Leftrightarrow": "iff",
            "leftrightarrow": "iff", "Longleftrightarrow": "iff", "longleftrightarrow": "iff",
        ]
        for (name, plain) in variants { table[name] = .symbol(plain) }
        return table
    }()

    private static let relations: [String: Relation] = [
        "le": .lessOrEqual, "leq": .lessOrEqual, "leqslant": .lessOrEqual, "leqq": .lessOrEqual, "lt": .less,
        "ge": .greaterOrEqual, "geq": .greaterOrEqual, "geqslant": .greaterOrEqual, "geqq": .greaterOrEqual,
        "gt": .greater, "ne": .notEqual, "neq": .notEqual, "approx": .approximately, "simeq": .approximately,
        "thickapprox": .approximately, "sim": .approximately, "doteq": .approximately, "in": .element,
        "notin": .notElement, "equiv": .congruent, "cong": .congruent, "Rightarrow": .arrow, "implies": .arrow,
        "to": .arrow, "rightarrow": .arrow, "mapsto": .equal, "Longrightarrow": .arrow, "longrightarrow": .arrow,
        "longmapsto": .equal, "coloneqq": .equal, "nless": .greaterOrEqual, "nleq": .greater, "ngtr": .lessOrEqual,
        "ngeq": .less, "ni": Relation.element.mirrored, "owns": Relation.element.mirrored,
    ]

    /// Relations that only their signs tell apart: what is written from left to right, and from right to left.
    private static let signs: [(sign: String, forward: [String], backward: [String])] = [
        ("⊂", ["subset", "subseteq", "subseteqq"], ["supset", "supseteq", "supseteqq"]),
        ("⊊", ["subsetneq", "subsetneqq", "varsubsetneq"], ["supsetneq", "supsetneqq", "varsupsetneq"]),
        ("not ⊂", ["nsubseteq"], ["nsupseteq"]), ("⊑", ["sqsubseteq", "sqsubset"], ["sqsupseteq", "sqsupset"]),
        ("≪", ["ll"], ["gg"]), ("⋘", ["lll"], ["ggg"]), ("≺", ["prec"], ["succ"]),
        ("≼", ["preceq", "preccurlyeq"], ["succeq", "succcurlyeq"]), ("≲", ["lesssim"], ["gtrsim"]),
        ("⊢", ["vdash"], ["dashv"]), ("⊨", ["models", "vDash"], []), ("⊲", ["triangleleft", "lhd"], ["rhd"]),
        ("⊴", ["trianglelefteq", "unlhd"], ["trianglerighteq", "unrhd"]),
        ("→", [], ["Leftarrow", "leftarrow", "gets", "impliedby", "longleftarrow", "Longleftarrow"]),
    ]

    /// Function names, as commands and as plain words.
    static let functions: [String: Function] = [
        "sin": .sin, "cos": .cos, "tan": .tan, "tg": .tan, "cot": .cot, "ctg": .cot, "sec": .sec, "csc": .csc,
        "cosec": .csc, "arcsin": .arcsin, "asin": .arcsin, "arccos": .arccos, "acos": .arccos, "arctan": .arctan,
        "atan": .arctan, "arctg": .arctan, "arccot": .arccot, "arcsec": .arcsec, "arccsc": .arccsc, "sinh": .sinh,
        "cosh": .cosh, "tanh": .tanh, "coth": .coth, "arcsinh": .arsinh, "arsinh": .arsinh, "asinh": .arsinh,
        "arccosh": .arcosh, "arcosh": .arcosh, "acosh": .arcosh, "arctanh": .artanh, "artanh": .artanh,
        "atanh": .artanh, "exp": .exp, "cis": .cis, "ln": .ln, "log": .log, "lg": .lg, "abs": .abs, "floor": .floor,
        "ceil": .ceil,
        "sgn": .sign, "sign": .sign, "gcd": .gcd, "GCD": .gcd, "lcm": .lcm, "LCM": .lcm, "max": .max, "min": .min,
        "det": .determinant,
        "Re": .realPart, "Im": .imaginaryPart, "arg": .argument, "Arg": .argument, "conj": .conjugate,
    ]

    static let conjunctions: [String: Token] = [
        "and": .and, "or": .or, "und": .and, "oder": .or, "et": .and, "ou": .or, "y": .and, "o": .or, "e": .and,
        "и": .and, "или": .or, "和": .and, "与": .and, "及": .and, "或": .or, "或者": .or, "と": .and, "または": .or, "와": .and,
        "과": .and, "또는": .or, "혹은": .or, "且": .and, "又は": .or, "もしくは": .or, "veya": .or, "ya da": .or, "hoặc": .or,
        "أو": .or, "या": .or, "lub": .or, "albo": .or, "atau": .or, "або": .or, "oppure": .or, "bzw": .or, "ve": .and,
        "và": .and, "و": .and, "dan": .and, "&": .and, "as well as": .and, "and also": .and, "with": .and,
    ]

    static let sets: [String: NamedSet] = [
        "R": .reals, "Z": .integers, "N": .naturals, "Q": .rationals, "C": .complexes,
    ]

    /// The mathematical object that a phrase in lower case stands for.
    static func phrase(_ words: String) -> Expression? {
        switch words {
        case "infinity", "infinite", "positive infinity": .constant(.infinity)
        case "negative infinity": .negated(.constant(.infinity))
        case "empty set", "the empty set": .named(.empty)
        case "all real numbers", "all reals", "real numbers", "the real numbers", "reals", "all real",
            "any real number",
            "the set of all real numbers", "the set of real numbers":
            .named(.reals)
        case "all integers", "integers": .named(.integers)
        default: NumberWords.value(words).map(Expression.number)
        }
    }
}
