// swift-tools-version: 6.2
// SEAM server: no package dependencies; SQLite and zlib are system modules.

import PackageDescription

/// Settings of every Swift target; each line with its reason.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),  // a warning nobody reads is a defect somebody meets
    .enableUpcomingFeature("ExistentialAny"),  // an existential is visible where it costs
    .enableUpcomingFeature("InternalImportsByDefault"),  // imports do not leak through public API
    .enableUpcomingFeature("MemberImportVisibility"),  // a file names what it uses
    // hot value types cross targets
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

func layer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies,
        swiftSettings: strict)
}

/// The inner loops are optimised in every configuration; `squareRoot()` must not call the C library.
let kernelFlags = ["-O", "-enforce-exclusivity=unchecked", "-Xcc", "-fno-math-errno"]

/// One source, compiled for every processor (KernelsBase) and for x86-64-v3 (KernelsAVX2). Neither is
/// optimised across modules: their code must stay where it was compiled.
func kernels(_ name: String, _ flags: [String], _ defines: [SwiftSetting]) -> Target {
    .target(
        name: name, dependencies: ["CPrefetch"],
        swiftSettings: strict.dropLast() + defines + [.unsafeFlags(kernelFlags + flags)])
}

#if arch(x86_64)
    let wideKernels = [kernels("KernelsAVX2", ["-Xcc", "-march=x86-64-v3"], [.define("FMA")])]
#else
    let wideKernels: [Target] = []
#endif

let package = Package(
    name: "seam-server",
    products: [.executable(name: "seam", targets: ["seam"])],
    targets: [
        // System modules
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // Calls of Linux that Swift's Glibc module does not carry: epoll, eventfd, accept4, sendfile
        .systemLibrary(name: "CLinux"),

        // The processor's prefetch, inline
        .systemLibrary(name: "CPrefetch"),

        // The processor's instructions for SHA-256
        .systemLibrary(name: "CSHA"),

        // openapi.yaml in the executable, by C23 #embed
        .target(name: "CContract"),

        // The viewer's files in the executable, likewise
        .target(name: "CViewer", exclude: ["pages"]),

        // Foundations: know no domain word
        layer("Bytes", ["CSHA", "CZlib"]),
        kernels("KernelsBase", [], []),
        layer(
            "Kernels", ["CPrefetch", "KernelsBase"] + wideKernels.map { .byName(name: $0.name) }),
        layer("Jobs", []),
        layer("HTTP", ["CLinux"]),

        // The domain
        layer("Imaging", ["Kernels"]),
        layer("SEAMCore", ["Imaging", "Kernels"]),
        layer("Ingest", ["Bytes", "Imaging", "Kernels"]),
        layer("Render", ["Bytes", "Imaging"]),
        layer("Simulation", ["Bytes", "Imaging", "Kernels", "SEAMCore"]),
        layer(
            "Evaluation",
            ["Bytes", "Imaging", "Kernels", "Render", "SEAMCore", "Simulation"]),
        layer("Export", ["Bytes", "Imaging", "SEAMCore"]),

        // The service
        layer("Store", ["Bytes", "CSQLite", "Imaging"]),
        layer(
            "Workbench",
            [
                "Bytes", "Export", "Imaging", "Ingest", "Jobs", "Kernels", "Render", "SEAMCore",
                "Store",
            ]),
        layer("API", ["Bytes", "CContract", "CViewer", "HTTP", "Imaging", "Ingest", "Workbench"]),
        layer(
            "Benchmarks",
            [
                "API", "Bytes", "Evaluation", "HTTP", "Imaging", "Ingest", "Kernels", "SEAMCore",
                "Simulation", "Store", "Workbench",
            ]),
        .executableTarget(
            name: "seam",
            dependencies: [
                "API", "Benchmarks", "Bytes", "Evaluation", "HTTP", "Imaging", "Ingest", "Render",
                "Simulation", "Workbench",
            ],
            swiftSettings: strict),

        // Tests: one folder a target
        tests("Bytes", []),
        tests("Kernels", []),
        tests("Jobs", []),
        tests("HTTP", []),
        tests("Imaging", ["Kernels"]),
        tests("SEAMCore", ["Evaluation", "Imaging", "Kernels", "Simulation"]),
        tests("Ingest", ["Bytes", "Imaging"]),
        tests("Render", ["Bytes", "Imaging"]),
        tests("Simulation", ["Bytes", "Imaging", "Ingest"]),
        tests("Evaluation", ["Bytes", "Imaging", "Kernels", "Simulation"]),
        tests("Export", ["Bytes", "Imaging", "SEAMCore"]),
        tests("Store", ["Bytes", "Imaging"]),
        tests("Workbench", ["Bytes", "Imaging", "Ingest", "SEAMCore", "Simulation", "Store"]),
        tests("API", ["Bytes", "HTTP", "Imaging", "Simulation", "Workbench"]),
        tests("Benchmarks", ["Bytes"]),
    ] + wideKernels,
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x
)
