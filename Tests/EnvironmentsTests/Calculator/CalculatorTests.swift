import Environments
import Experience
import JSON
import Testing

@Suite struct CalculatorTests {
    @Test(arguments: [
        ("1 + 2 * 3", "7"), ("(1+2)*3", "9"), ("0.1 + 0.2", "0.3"), ("1/3", "1/3 ≈ 0.333333333333"), ("2/4", "0.5"),
        ("-2^2", "-4"), ("(-2)^2", "4"), ("2^-1", "0.5"), ("2^3^2", "512"), ("2**10", "1024"), ("7 // 2", "3"),
        ("-7 // 2", "-4"), ("-7 % 3", "2"), ("7 % -3", "-2"), ("10!", "3628800"), ("3!!", "720"), ("1e3 + 1", "1001"),
        ("9223372036854775807 + 1", "9223372036854775808"), ("-9223372036854775808 * -1", "9223372036854775808"),
        ("sqrt(16/9)", "4/3 ≈ 1.333333333333"), ("4^0.5", "2"), ("round(2.5)", "3"), ("round(-2.345, 2)", "-2.35"),
        ("min(3, 1, 2)", "1"), ("max(3,1)", "3"), ("gcd(12, 18)", "6"), ("lcm(4, 6)", "12"), ("ceil(1.2)", "2"),
        ("floor(-1.2)", "-2"), ("abs(-3)", "3"), ("3 × 4 ÷ 2 − 1", "5"), ("√(9)", "3"), ("5²", "25"), ("--3", "3"),
        ("2*-3", "-6"), ("1_000 * 2", "2000"), (".5 + 5.", "5.5"), ("-1/8", "-0.125"), ("0 - 0", "0"),
        ("1/0.05", "20"), ("-2/3", "-2/3 ≈ -0.666666666667"),
    ]) func computes(expression: String, value: String) async throws {
        var game = try await Playing("calculator")
        let result = try await game.call("calculator", ["expression": .string(expression)])
        #expect(result.text == value)
        #expect(result.outcome == .ok)
        await game.end()
    }

    @Test(arguments: [
        "", "1 +", "1 / 0", "1 % 0", "0^-1", "(1", "1)", "x + 1", "foo(1)", "9^9^9", "10^100000", "1001!", "(-1)!",
        "1 2",
        "sqrt(-1)", "2^0.3", "1e9999", "round(1, 2, 3)", "gcd(1.5, 2)", "1..2", "\0", "🙂", "1,000",
    ]) func tellsThePolicy(expression: String) async throws {
        var game = try await Playing("calculator")
        let result = try await game.call("calculator", ["expression": .string(expression)])
        #expect(result.outcome == .failed)
        #expect(result.text.hasPrefix("error: "))
    }

    @Test func boundsLengthAndDepth() async throws {
        var game = try await Playing("calculator")
        for text in [
            String(repeating: "(", count: 4000), String(repeating: "-", count: 4000) + "1",
            String(repeating: "9", count: 4096),
            String(repeating: "2^", count: 2000) + "2", String(repeating: "1+", count: 100_000) + "1",
            String(repeating: "9", count: 900) + String(repeating: "*" + String(repeating: "9", count: 900), count: 3)
                + "^400",
        ] {
            let result = try await game.call("calculator", ["expression": .string(text)])
            #expect(result.text.utf8.count < 6000)
        }
    }

    @Test func holdsArgumentsToTheSchema() async throws {
        var game = try await Playing("calculator")
        let unknown = try await game.call("calculator", ["expression": "1", "expresion": "2"])
        #expect(unknown.outcome == .rejected)
        #expect(unknown.text.contains("did you mean 'expression'?"))
        #expect(try await game.call("calculator", .object([])).text == "'calculator' needs the argument 'expression'")
        #expect(try await game.call("calculator", ["expression": 5]).text.contains("must be a text, not 5"))
        #expect(try await game.call("calculater", ["expression": "5"]).text.contains("did you mean 'calculator'?"))
        #expect(try await game.call("calculator", ["expression": "6"]).text == "6")
    }

    @Test func roundsWhereARootHasNoEnd() async throws {
        var game = try await Playing("calculator", ["digits": 5])
        #expect(try await game.call("calculator", ["expression": "sqrt(2)"]).text.contains("1.41421"))
        #expect(await game.end() == nil)
    }
}
