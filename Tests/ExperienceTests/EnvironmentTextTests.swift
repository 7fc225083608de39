import Experience
import Foundation
import Testing

/// Texts of configurations with environment variables in them. The variables are of this suite alone.
@Suite struct EnvironmentTextTests {
    init() {
        setenv("ASSAY_TEST_KEY", "sesame\n", 1)
        setenv("ASSAY_TEST_TWO_LINES", "a\nb", 1)
    }

    @Test func variablesStandForTheirValues() throws {
        #expect(try EnvironmentText.filled("a ${ASSAY_TEST_KEY}, ${ASSAY_TEST_KEY}!", key: "k") == "a sesame, sesame!")
        #expect(try EnvironmentText.filled("${ open", key: "k") == "${ open")
    }

    @Test(arguments: [
        ("${ASSAY_TEST_ABSENT}", "ASSAY_TEST_ABSENT is not set"),
        ("x${ASSAY_TEST_TWO_LINES}", "holds control characters"),
    ])
    func whatCannotBeTakenIsSaid(text: String, message: String) {
        #expect { try EnvironmentText.filled(text, key: "k") } throws: { "\($0)".contains(message) }
    }

    @Test func aReferenceIsVariablesAlone() {
        #expect(EnvironmentText.isReference("${A}"))
        for text in ["$A", "${A", "a${A}", "${A}b", "${A}${B}", ""] {
            #expect(!EnvironmentText.isReference(text), "\(text)")
        }
    }
}
