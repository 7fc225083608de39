import AssayCommand
import MyVerifiers
import Verifiers

var verifiers = VerifierRegistry.standard
PalindromeVerifier.register(in: &verifiers)
await Assay.main(verifiers: verifiers)
