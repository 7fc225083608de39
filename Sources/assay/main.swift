import AssayCommand
import CBuild
import Verifiers

await Assay.main(verifiers: .standard, commit: String(cString: assay_commit()))
