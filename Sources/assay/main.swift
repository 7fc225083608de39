import AssayCommand
import Verifiers

await Assay.main(verifiers: .standard)
