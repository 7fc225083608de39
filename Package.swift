// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

// Which commit this is, for `assay --version`; the Makefile says it. An ordinary `swift build` does not know.
let commit = (Context.environment["ASSAY_COMMIT"] ?? "").filter { $0.isLetter || $0.isNumber || $0 == "." }

// Arrows: Numbers <- JSON <- Experience <- {Datasets, ToolCalls, Workers, Optim} <- {Rollout, Verifiers} ; Verifiers <- Environments <- AssayCommand ; Optim <- Reports <- Serve <- AssayCommand <- assay.
let package = Package(
    name: "assay",
    products: [
        .executable(name: "assay", targets: ["assay"]),
        .library(name: "AssayCommand", targets: ["AssayCommand"]),
        .library(
            name: "AssayKit",
            targets: [
                "Numbers", "JSON", "Experience", "Datasets", "ToolCalls", "Workers", "Rollout", "Verifiers",
                "Environments", "Optim",
                "Reports",
                "Serve",
            ]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "Numbers", swiftSettings: settings),
        .target(name: "JSON", dependencies: ["Numbers"], swiftSettings: settings),
        .target(
            name: "Experience",
            dependencies: ["JSON", "Numbers", .product(name: "GRDB", package: "GRDB.swift")], swiftSettings: settings),
        .target(
            name: "Datasets",
            dependencies: [
                "CSpawn", "CZlib", "Experience", "JSON", "Numbers",
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            swiftSettings: settings),
        .target(name: "Workers", dependencies: ["CSpawn", "Experience", "JSON"], swiftSettings: settings),
        .target(name: "ToolCalls", dependencies: ["Experience", "JSON", "Numbers"], swiftSettings: settings),
        .target(
            name: "Rollout",
            dependencies: ["CCurl", "CZlib", "Datasets", "Experience", "JSON", "Numbers", "Optim", "ToolCalls"],
            swiftSettings: settings),
        .target(name: "CBuild", cSettings: [.define("ASSAY_COMMIT", to: "\"\(commit)\"")]),
        .target(name: "CSandbox"),
        .target(name: "CSignals"),
        .target(name: "CSpawn"),
        .target(
            name: "Verifiers",
            dependencies: [
                "CSandbox", "CSpawn", "CZlib", "Datasets", "Experience", "JSON", "Numbers", "Workers",
                .product(name: "BigInt", package: "BigInt"),
            ],
            // The second is a link to the Python package's own.
            resources: [
                .embedInCode("Plugins/Python/runner.py"), .embedInCode("Plugins/Python/verifier.py"),
            ],
            swiftSettings: settings),
        .target(
            name: "Environments",
            dependencies: [
                "Datasets", "Experience", "JSON", "Numbers", "Verifiers", "Workers",
                .product(name: "BigInt", package: "BigInt"), .product(name: "GRDB", package: "GRDB.swift"),
            ], swiftSettings: settings),
        .target(name: "CKernels"),
        .target(
            name: "Optim",
            dependencies: ["CKernels", "Experience", "JSON", "Numbers"],
            swiftSettings: settings),
        .target(
            name: "Reports",
            dependencies: ["Experience", "JSON", "Numbers", "Optim"],
            swiftSettings: settings),
        .target(
            name: "Serve",
            dependencies: [
                "Datasets", "Experience", "JSON", "Numbers", "Optim", "Reports", "Rollout", "Verifiers",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),
        .target(
            name: "AssayCommand",
            dependencies: [
                "CSignals", "CSpawn", "Datasets", "Environments", "Experience", "JSON", "Numbers", "Optim", "Reports",
                "Rollout",
                "Serve", "Verifiers",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
            ], swiftSettings: settings),
        .executableTarget(
            name: "assay", dependencies: ["AssayCommand", "CBuild", "Verifiers"], swiftSettings: settings),
        .executableTarget(
            name: "MathBenchmark", dependencies: ["JSON", "Verifiers"], path: "Benchmarks/Math",
            exclude: ["side_by_side.py"], swiftSettings: settings),
        .executableTarget(
            name: "RolloutBenchmark", dependencies: ["Experience", "Rollout"], path: "Benchmarks/Rollout",
            exclude: ["busy.py", "side_by_side.py"], swiftSettings: settings),
        .executableTarget(
            name: "ToolCallsBenchmark", dependencies: ["Datasets", "Experience", "JSON", "ToolCalls"],
            path: "Benchmarks/ToolCalls", swiftSettings: settings),
        .executableTarget(
            name: "CodeBenchmark", dependencies: ["Experience", "JSON", "Verifiers"], path: "Benchmarks/Code/Sources",
            swiftSettings: settings),
        .executableTarget(
            name: "OptimBenchmark", dependencies: ["Experience", "JSON", "Optim"], path: "Benchmarks/Optim",
            exclude: ["pack.c", "side_by_side.py"], swiftSettings: settings),
        .executableTarget(
            name: "PluginsBenchmark", dependencies: ["Experience", "JSON", "Verifiers"], path: "Benchmarks/Plugins",
            swiftSettings: settings),
        .executableTarget(
            name: "EnvironmentsBenchmark", dependencies: ["Environments", "Experience", "JSON"],
            path: "Benchmarks/Environments", swiftSettings: settings),
        .target(name: "TestServers", dependencies: ["JSON"], path: "Tests/TestServers", swiftSettings: settings),
        .executableTarget(
            name: "AssayFuzz",
            dependencies: [
                "AssayCommand", "Datasets", "Experience", "JSON", "Optim", "Reports", "Rollout", "Serve", "ToolCalls",
                "TestServers", "Verifiers",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Fuzz/Assay", exclude: ["corpus", "worker.py"], swiftSettings: settings),
        .testTarget(name: "NumbersTests", dependencies: ["Numbers"], swiftSettings: settings),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: settings),
        .testTarget(
            name: "ExperienceTests",
            dependencies: ["Experience", "JSON", .product(name: "GRDB", package: "GRDB.swift")], exclude: ["Fixtures"],
            swiftSettings: settings),
        .testTarget(
            name: "DatasetsTests", dependencies: ["CZlib", "Datasets", "Experience", "JSON"], swiftSettings: settings),
        .testTarget(name: "WorkersTests", dependencies: ["JSON", "Workers"], swiftSettings: settings),
        .testTarget(
            name: "ToolCallsTests", dependencies: ["Experience", "JSON", "ToolCalls"], swiftSettings: settings),
        .testTarget(
            name: "RolloutTests", dependencies: ["CZlib", "Rollout", "Experience", "JSON", "TestServers"],
            swiftSettings: settings),
        .testTarget(
            name: "VerifiersTests",
            dependencies: [
                "Datasets", "Verifiers", "Experience", "JSON", "TestServers",
                .product(name: "BigInt", package: "BigInt"), .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "EnvironmentsTests", dependencies: ["Environments", "Experience", "JSON", "Verifiers"],
            swiftSettings: settings),
        .testTarget(
            name: "OptimTests",
            dependencies: ["Optim", "Experience", "JSON", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: settings),
        .testTarget(
            name: "ReportsTests", dependencies: ["Reports", "Experience", "JSON", "Optim"], exclude: ["checks"],
            swiftSettings: settings),
        .testTarget(
            name: "ServeTests",
            // Episodes/TemplateServer.swift is a link to that of RolloutTests.
            dependencies: [
                "Serve", "Experience", "JSON", "Reports", "Rollout", "TestServers", "Verifiers",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            exclude: ["checks", "Fixtures"], swiftSettings: settings),
        .testTarget(
            name: "AssayCommandTests",
            dependencies: [
                "AssayCommand", "Datasets", "Experience", "JSON", "Rollout", "Serve", "TestServers", "assay",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            exclude: ["Golden"],
            swiftSettings: settings),
    ]
)
