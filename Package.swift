// swift-tools-version: 6.2
import PackageDescription

// Every module of ours, what it may import, and what it takes from outside. `Tests/ArchitectureTests` compares each `import`
// line with the table in ARCHITECTURE.md, so an arrow that points up fails the build before it becomes a habit.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// One of our libraries, with its sources in `Sources/<name>`.
func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource]? = nil
) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict)
}

/// The tests of one module, in `Tests/<name>Tests`.
func tests(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.init(stringLiteral: name)] + dependencies, resources: resources, swiftSettings: strict)
}

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOWebSocket", package: "swift-nio"),
    .product(name: "NIOFoundationCompat", package: "swift-nio"),
]
let sockets: [Target.Dependency] = [.product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio")]
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let http: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let tls: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let lifecycleTestKit: Target.Dependency = .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let tracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let collections: Target.Dependency = .product(name: "Collections", package: "swift-collections")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "troupe",
    products: [
        .executable(name: "troupe", targets: ["App"]),
        .library(name: "Discord", targets: ["Discord"]),
        .library(name: "DiscordEmulator", targets: ["DiscordEmulator"]),
        .library(name: "Jobs", targets: ["Jobs"]),
        .library(name: "Neural", targets: ["Neural"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        // Ring 0: no I/O to speak of, no knowledge of one another.
        module("Support"),
        module("DiscordModels", ["Support"]),
        module("Inference"),
        .systemLibrary(name: "CVips", pkgConfig: "vips", providers: [.apt(["libvips-dev"])]),
        .target(name: "CVipsShim", dependencies: ["CVips"]),
        module("Pictures", ["CVipsShim"]),
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),
        module("Neural", ["CKernels"]),
        module("PocketModels", resources: [.copy("Weights")]),
        module("ChatExport", ["Support", "CZlib", collections]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        // The floor: one database.
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        module("Storage", ["Support", crypto, "CPostgres", grdb, sqlite, log, collections]),

        // The doorway: what every server of ours does when it starts and when it ends.
        module("Listening", [hummingbirdCore] + sockets),

        // Ring 1: never import one another.
        module("Discord", ["DiscordModels", "Support", "CZlib", "CZstd", http, tls, crypto, log, metrics, lifecycle, collections] + nio),
        module("Jobs", ["Storage", "Support", log, metrics, tracing, lifecycle, collections, tls] + sockets),
        module("Credits", ["Storage", "Support", crypto, log, lifecycle]),
        module("Memory", ["Inference", "Storage", "Support", crypto, log, lifecycle]),

        .executableTarget(
            name: "JobsBench", dependencies: ["Jobs", "Storage", "Support"], path: "Benchmarks/JobsBench", swiftSettings: strict),
        .executableTarget(
            name: "CreditsBench", dependencies: ["Credits", "Storage", "Support", "PostgresTestServer"], path: "Benchmarks/CreditsBench",
            swiftSettings: strict),

        // Ring 2: never import one another.
        module("ModelProviders", ["Inference", "Neural", "PocketModels", "Pictures", "Support", crypto, http, log] + nio),
        module(
            "Features",
            ["Discord", "DiscordModels", "Jobs", "Credits", "Memory", "Inference", "Pictures", "Support", crypto, log, metrics, lifecycle]),
        module(
            "Console",
            ["Jobs", "Credits", "Memory", "Inference", "Listening", "Support", hummingbird, crypto, log, metrics, lifecycle] + nio,
            resources: [.copy("Resources/openapi.json"), .copy("Resources/assets")]),
        module("Serving", ["Inference", "Listening", "Support", hummingbird, crypto, log, lifecycle] + nio),
        module(
            "DiscordEmulator",
            [
                "DiscordModels", "Listening", "Support", "CZlib", "CZstd", hummingbird, httpTypes, http, crypto, log, lifecycle,
                collections, yams,
            ] + nio,
            exclude: ["README.md", "Clients"], resources: [.copy("Web")]),

        // Ring 3: the composition root.
        .executableTarget(
            name: "App",
            dependencies: [
                "Support", "DiscordModels", "Inference", "Pictures", "Neural", "PocketModels", "Storage", "Discord", "Jobs",
                "Credits", "Memory", "ChatExport", "ModelProviders", "Features", "Console", "Serving", "DiscordEmulator", arguments, yams,
                log, lifecycle,
                signals,
                crypto, hummingbird, http, metrics, tracing, collections,
            ] + nio,
            swiftSettings: strict),

        // Measured by Benchmarks/discord_load.py.
        .executableTarget(
            name: "DiscordBench", dependencies: ["Discord", "DiscordModels", "Support", http, log, lifecycle],
            path: "Benchmarks/DiscordBench", swiftSettings: strict),
        // Measured by Benchmarks/painter_vs_pytorch.sh.
        .executableTarget(name: "PainterBench", dependencies: ["Neural"], path: "Benchmarks/PainterBench", swiftSettings: strict),
        // Measured by Benchmarks/grid.sh.
        .executableTarget(name: "GridBench", dependencies: ["Pictures"], path: "Benchmarks/GridBench", swiftSettings: strict),
        // Measured by Benchmarks/flamingo_vs_pytorch.sh.
        .executableTarget(name: "FlamingoBench", dependencies: ["Neural"], path: "Benchmarks/FlamingoBench", swiftSettings: strict),
        // Measured by Benchmarks/writer_vs_llamacpp.sh.
        .executableTarget(name: "WriterBench", dependencies: ["Neural"], path: "Benchmarks/WriterBench", swiftSettings: strict),
        // Measured by Benchmarks/clones_vs_peft.sh.
        .executableTarget(name: "ClonesBench", dependencies: ["Neural"], path: "Benchmarks/ClonesBench", swiftSettings: strict),

        // A PostgreSQL of the tests' own, and a fresh database on it or in a file for each test.
        .target(
            name: "PostgresTestServer", dependencies: ["Storage", "Support", "CPostgres"], path: "Tests/PostgresTestServer",
            swiftSettings: strict),

        // Chance that a seed repeats, for tests.
        .target(name: "RepeatableChance", path: "Tests/RepeatableChance", swiftSettings: strict),

        tests("Support"),
        tests("Listening", [sockets[0], nioEmbedded]),
        tests("DiscordModels"),
        tests("Pictures", ["RepeatableChance"]),
        tests("Neural", resources: [.copy("Fixtures")]),
        tests("PocketModels", ["Neural"]),
        tests("ChatExport", ["Support", "CZlib"]),
        tests("Storage", ["Support", "PostgresTestServer", grdb]),
        tests(
            "Discord",
            ["DiscordModels", "Support", "DiscordEmulator", "RepeatableChance", "CZlib", "CZstd", crypto, lifecycle, log, nioEmbedded, tls]
                + nio),
        tests("Jobs", ["RepeatableChance", "Storage", "Support", "PostgresTestServer", grdb, log, lifecycle, lifecycleTestKit]),
        tests("Credits", ["RepeatableChance", "Storage", "Support", "PostgresTestServer", grdb, log]),
        tests("Memory", ["Inference", "RepeatableChance", "Storage", "Support", "PostgresTestServer", log]),
        tests(
            "Console",
            ["Jobs", "Credits", "Memory", "Storage", "Support", "PostgresTestServer", http, log, metrics, crypto, lifecycle] + nio),
        tests("Serving", ["Inference", "Support", http, log, lifecycle, nio[0]]),
        tests("ModelProviders", ["Inference", "Support", "Pictures", http, log] + nio),
        tests("DiscordEmulator", ["DiscordModels", "RepeatableChance", "Support", "CZlib", "CZstd", http, log, crypto] + nio),
        tests(
            "Features",
            [
                "Discord", "DiscordModels", "DiscordEmulator", "Jobs", "Credits", "Memory", "Storage", "Inference", "ModelProviders",
                "Pictures", "RepeatableChance", "Support", log,
                lifecycle, http,
            ]),
        tests(
            "App",
            [
                "Console", "Credits", "Discord", "DiscordEmulator", "DiscordModels", "Features", "Inference", "Jobs", "Memory",
                "PostgresTestServer", "Storage",
                "Support", http, log, tracing,
            ]),
        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// `TROUPE_ROOMS=Credits,Jobs swift test` builds and tests only these rooms and what they stand on: minutes less while one works there.
if let rooms = Context.environment["TROUPE_ROOMS"], !rooms.isEmpty, rooms != "all" {
    var wanted = Set(rooms.split(separator: ",").flatMap { [String($0), "\($0)Tests"] })
    var before = 0
    while before != wanted.count {
        before = wanted.count
        for target in package.targets where wanted.contains(target.name) {
            for case .byNameItem(let name, _) in target.dependencies { wanted.insert(name) }
        }
    }
    package.targets.removeAll { !wanted.contains($0.name) }
    package.products.removeAll { !wanted.contains($0.name) && $0.name != "troupe" || $0.name == "troupe" && !wanted.contains("App") }
}
