import Experience
import MyVerifiers
import Testing
import Verifiers

@Test(arguments: [("A man, a plan, a canal: Panama", true), ("assay", false), ("ab", false), ("", false)])
func palindromes(text: String, isOne: Bool) async {
    let item = VerificationItem(problem: Problem(id: "1"), completion: Completion(text: text))
    #expect(await (PalindromeVerifier().verify(item).outcome == .correct) == isOne)
}
