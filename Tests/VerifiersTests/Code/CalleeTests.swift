import Experience
import JSON
import Testing

@testable import Verifiers

/// Functions called by values, in each language that functional tests are known for. A language whose toolchain is not here is
/// passed over.
@Suite(.serialized, .timeLimit(.minutes(10))) struct CalleeTests {
    private static let verifier = CodeVerifier()

    private func verdict(_ row: JSONValue, _ program: String) async -> Verdict {
        await Self.verifier.verify(
            VerificationItem(
                problem: Problem(id: "p", fields: JSONRow(row)), completion: Completion(text: "```\n\(program)\n```")))
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var language: String
        var right: [String]
        var wrong: [String]

        var testDescription: String { language }
    }

    static let cases: [Case] = [
        Case(
            language: "cpp",
            right: [
                "class Solution {\npublic:\n    vector<int> pick(vector<string>& words, int n) { vector<int> v; for (auto& w : words) if ((int)w.size() > n) v.push_back(w.size()); return v; }\n};",
                "#include <bits/stdc++.h>\nusing namespace std;\n#define int long long\nvector<int> pick(const vector<string>& words, int n) { vector<int> v; for (auto& w : words) if ((int)w.size() > n) v.push_back(w.size()); return v; }\nsigned main() { return 1; }",
            ],
            wrong: [
                "class Solution {\npublic:\n    vector<int> pick(vector<string>& words, int n) { return {3}; }\n};",
                "#include <unistd.h>\nstruct S { S() { _exit(0); } } s;\nclass Solution {\npublic:\n    vector<int> pick(vector<string>& words, int n) { return {}; }\n};",
                "int other() { return 0; }",
            ]),
        Case(
            language: "java",
            right: [
                "class Solution {\n    public List<Integer> pick(String[] words, int n) { return Arrays.stream(words).map(String::length).filter(x -> x > n).collect(Collectors.toList()); }\n}",
                "import java.util.*;\n\npublic class Solution {\n    public static int[] pick(List<String> words, int n) { return words.stream().mapToInt(String::length).filter(x -> x > n).toArray(); }\n    public static void main(String[] a) {}\n}",
            ],
            wrong: [
                "class Solution {\n    public int[] pick(String[] words, int n) { return new int[] {3}; }\n}",
                "class Solution {\n    static { Runtime.getRuntime().halt(0); }\n    public int[] pick(String[] words, int n) { return null; }\n}",
            ]),
        Case(
            language: "go",
            right: [
                "func pick(words []string, n int) []int {\n\tv := []int{}\n\tfor _, w := range words {\n\t\tif len(w) > n {\n\t\t\tv = append(v, len(w))\n\t\t}\n\t}\n\treturn v\n}\n\nfunc main() {}"
            ],
            wrong: [
                "func pick(words []string, n int) []int { return []int{3} }",
                "package main\nimport \"os\"\nfunc init() { os.Exit(0) }\nfunc pick(words []string, n int) []int { return nil }",
            ]),
        Case(
            language: "typescript",
            right: [
                "function pick(words: string[], n: number): number[] { return words.map(w => w.length).filter(x => x > n); }",
                "class Solution { pick(words: string[], n: number): number[] { return words.map(w => w.length).filter(x => x > n); } }",
            ],
            wrong: ["const pick = (words: string[], n: number) => [3];", "process.exit(0);"]),
    ]

    @Test(arguments: cases)
    func functionsAreJudgedByTheirValues(one: Case) async {
        let row: JSONValue = [
            "language": .string(one.language), "format": "functional", "entry_point": "pick",
            "tests": [
                ["args": [["abc", "e\"", ""], 2], "expected": [3]],
                ["args": [["ab", "abcd"], 1], "expected": [2, 4]],
            ],
        ]
        for program in one.right {
            let verdict = await verdict(row, program)
            if verdict.reason == "missingToolchain" || verdict.reason == "infrastructure_error" { return }
            #expect(verdict.outcome == .correct, "\(verdict.reason) \(verdict.explanation ?? "") \(program)")
            #expect(verdict.details?["judged"]?.stringValue == "apart")
        }
        for program in one.wrong {
            let verdict = await verdict(row, program)
            #expect(verdict.outcome == .incorrect && verdict.score == 0, "\(verdict.reason) \(program)")
        }
    }

    struct Place: Sendable {
        var language: String
        var arguments: String
        var expected: String
        var program: String
    }

    static let places: [Place] = [
        Place(
            language: "cpp", arguments: "[[1, 2, 3]]", expected: "[3, 2, 1]",
            program:
                "class Solution {\npublic:\n    ListNode* turn(ListNode* h) { ListNode* p = nullptr; while (h) { auto n = h->next; h->next = p; p = h; h = n; } return p; }\n};"
        ),
        Place(
            language: "cpp", arguments: "[[1, 2, null, 3]]", expected: "[1, null, 2, null, 3]",
            program:
                "class Solution {\npublic:\n    TreeNode* turn(TreeNode* t) { if (!t) return t; swap(t->left, t->right); turn(t->left); turn(t->right); return t; }\n};"
        ),
        Place(
            language: "cpp", arguments: "[[1, 2]]", expected: "[2, 1]",
            program: "class Solution {\npublic:\n    void turn(vector<int>& v) { reverse(v.begin(), v.end()); }\n};"),
        Place(
            language: "java", arguments: "[[1, 2, 3]]", expected: "[3, 2, 1]",
            program:
                "class Solution {\n    public ListNode turn(ListNode h) { ListNode p = null; while (h != null) { ListNode n = h.next; h.next = p; p = h; h = n; } return p; }\n}"
        ),
        Place(
            language: "java", arguments: "[[1, 2]]", expected: "[2, 1]",
            program: "class Solution {\n    public void turn(int[] v) { int x = v[0]; v[0] = v[1]; v[1] = x; }\n}"),
        Place(
            language: "go", arguments: "[[1, 2]]", expected: "[2, 1]",
            program: "func turn(v []int) { v[0], v[1] = v[1], v[0] }"),
    ]

    // Lists and trees are written as LeetCode writes them; what a method changes in place is what it gives.
    @Test(arguments: places.indices) func nodesAndPlaces(index: Int) async throws {
        let place = Self.places[index]
        let row: JSONValue = [
            "language": .string(place.language), "format": "functional", "entry_point": "turn",
            "tests": .array([
                [
                    "args": try JSONValue(parsing: place.arguments.utf8),
                    "expected": try JSONValue(parsing: place.expected.utf8),
                ]
            ]),
        ]
        let verdict = await verdict(row, place.program)
        if verdict.reason == "missingToolchain" || verdict.reason == "infrastructure_error" { return }
        #expect(verdict.outcome == .correct, "\(verdict.reason) \(verdict.explanation ?? "")")
    }

    @Test func aLanguageWithoutCallsSaysSo() async {
        let row: JSONValue = [
            "language": "bash", "format": "functional", "entry_point": "f", "tests": [["args": [1], "expected": 1]],
        ]
        let verdict = await verdict(row, "f() { echo 1; }")
        #expect(verdict.outcome == .verifierError)
        #expect(verdict.explanation?.contains("functional tests need python") ?? false)
    }
}
