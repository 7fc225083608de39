// swift-tools-version: 6.1
import PackageDescription

// An `assay` of your own: every command of assay, and your verifiers beside the built-in ones.
let package = Package(
    name: "my-assay",
    dependencies: [
        // In your own repository: .package(url: "https://…/assay", branch: "main")
        .package(name: "assay", path: "../..")
    ],
    targets: [
        .target(
            name: "MyVerifiers", dependencies: [.product(name: "AssayKit", package: "assay")]),
        .executableTarget(
            name: "my-assay",
            dependencies: [
                "MyVerifiers", .product(name: "AssayCommand", package: "assay"),
                .product(name: "AssayKit", package: "assay"),
            ]),
        .testTarget(
            name: "MyVerifiersTests",
            dependencies: ["MyVerifiers", .product(name: "AssayKit", package: "assay")]),
    ]
)
