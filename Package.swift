// swift-tools-version: 6.2
import PackageDescription

/// Frozen networks are far too slow unoptimised, so tests run in release as well (`make test`).
let package = Package(
    name: "fusemix-gen",
    products: [
        .executable(name: "fusemix-gen", targets: ["fusemix-gen"]),
        .library(name: "SoundBridge", targets: ["SoundBridge"]),
        .library(name: "FuseMix", targets: ["FuseMix"]),
        .library(name: "LatentDiffusion", targets: ["LatentDiffusion"]),
        .library(name: "FrozenEncoders", targets: ["FrozenEncoders"]),
        .library(name: "Retrieval", targets: ["Retrieval"]),
        .library(name: "SoundFrontEnd", targets: ["SoundFrontEnd"]),
        .library(name: "PictureFiles", targets: ["PictureFiles"]),
        .library(name: "LatentStore", targets: ["LatentStore"]),
        .library(name: "TensorCore", targets: ["TensorCore"]),
        .library(name: "FilesOnDisk", targets: ["FilesOnDisk"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.0")),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: ["FullFoundation"]),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The command line.
        .executableTarget(
            name: "fusemix-gen",
            dependencies: [
                "BatchRuns", "Evaluation", "FilesOnDisk", "FrozenEncoders", "FuseMix", "LatentDiffusion", "LatentStore",
                "PictureFiles", "PictureServer", "Retrieval", "RunReport", "SoundBridge",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // The house, from the top floor down; a target imports only what stands below it.
        .target(
            name: "PictureServer",
            dependencies: [
                "FilesOnDisk", "FrozenEncoders", "LatentDiffusion", "PictureFiles", "SoundBridge", "SoundFrontEnd",
                "TensorCore",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            resources: [
                .embedInCode("Description/openapi.json"), .embedInCode("Page/page.html"),
                .embedInCode("Page/style.css"),
                .embedInCode("Page/text.js"), .embedInCode("Page/errors.js"), .embedInCode("Page/sound.js"),
                .embedInCode("Page/server.js"), .embedInCode("Page/settings.js"), .embedInCode("Page/gallery.js"),
                .embedInCode("Page/main.js"),
            ]),
        .target(
            name: "RunReport", dependencies: ["BatchRuns", "FilesOnDisk", "SoundBridge", "TensorCore"],
            resources: [
                .embedInCode("Page/page.html"), .embedInCode("Page/style.css"), .embedInCode("Page/items.js"),
                .embedInCode("Page/sheet.js"), .embedInCode("Page/player.js"), .embedInCode("Page/cells.js"),
                .embedInCode("Page/favourites.js"), .embedInCode("Page/details.js"), .embedInCode("Page/main.js"),
            ]),
        .target(
            name: "BatchRuns",
            dependencies: ["FilesOnDisk", "PictureFiles", "SoundBridge", "SoundFrontEnd", "TensorCore"]),
        .target(
            name: "Evaluation",
            dependencies: [
                "COpenBLAS", "FilesOnDisk", "FrozenEncoders", "FuseMix", "LatentStore", "PictureFiles", "Retrieval",
                "SoundBridge", "SoundFrontEnd", "TensorCore",
            ]),
        .target(
            name: "SoundBridge",
            dependencies: [
                "FilesOnDisk", "FrozenEncoders", "FuseMix", "LatentDiffusion", "PictureFiles", "SoundFrontEnd",
                "TensorCore",
            ]),
        .target(name: "LatentDiffusion", dependencies: ["FilesOnDisk", "TensorCore"]),
        .target(name: "LatentStore", dependencies: ["FilesOnDisk", "TensorCore"]),
        .target(name: "Retrieval", dependencies: ["FilesOnDisk", "TensorCore"]),
        .target(
            name: "FuseMix",
            dependencies: ["CKernels", "COpenBLAS", "FilesOnDisk", "LatentStore", "Retrieval", "TensorCore"]),
        .target(
            name: "FrozenEncoders", dependencies: ["FilesOnDisk", "PictureFiles", "SoundFrontEnd", "TensorCore"]),
        .target(name: "SoundFrontEnd", dependencies: ["CFFTW", "CMPG123", "CSndfile", "CSoxr", "FilesOnDisk"]),
        .target(name: "PictureFiles", dependencies: ["CJPEGFile", "CPNGFile", "CWebP", "FilesOnDisk"]),
        .target(name: "TensorCore", dependencies: ["CKernels", "COneDNN", "FilesOnDisk"]),
        .target(name: "FilesOnDisk", dependencies: ["CCrypto"]),

        // C floor: small targets of our own over a library, plain buffers in, status out.
        .target(name: "CKernels", linkerSettings: [.linkedLibrary("gomp")]),
        .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl"), .linkedLibrary("gomp")]),
        .target(name: "COpenBLAS", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CJPEGFile", dependencies: ["CJPEG"]),
        .target(name: "CPNGFile", dependencies: ["CPNG"], linkerSettings: [.linkedLibrary("z")]),
        .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CWebP", pkgConfig: "libwebp", providers: [.apt(["libwebp-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CFFTW", pkgConfig: "fftw3f", providers: [.apt(["libfftw3-dev"])]),
        .systemLibrary(name: "CMPG123", pkgConfig: "libmpg123", providers: [.apt(["libmpg123-dev"])]),
        .systemLibrary(name: "CSndfile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),
        .systemLibrary(name: "CSoxr", pkgConfig: "soxr", providers: [.apt(["libsoxr-dev"])]),

        .target(name: "TestSupport", dependencies: ["COneDNN", "FuseMix", "TensorCore"], path: "Tests/TestSupport"),
        .testTarget(name: "FilesOnDiskTests", dependencies: ["FilesOnDisk", "TestSupport"]),
        .testTarget(
            name: "TensorCoreTests", dependencies: ["FilesOnDisk", "TensorCore", "TestSupport"],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "SoundFrontEndTests", dependencies: ["SoundFrontEnd", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "PictureFilesTests", dependencies: ["FilesOnDisk", "PictureFiles", "TestSupport"],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "FrozenEncodersTests",
            dependencies: [
                "FilesOnDisk", "FrozenEncoders", "PictureFiles", "SoundFrontEnd", "TensorCore", "TestSupport",
            ],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "LatentDiffusionTests",
            dependencies: ["FilesOnDisk", "LatentDiffusion", "TensorCore", "TestSupport"],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "FuseMixTests",
            dependencies: ["CKernels", "FilesOnDisk", "FuseMix", "LatentStore", "TensorCore", "TestSupport"],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "LatentStoreTests", dependencies: ["LatentStore", "TensorCore", "TestSupport"],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "RetrievalTests", dependencies: ["Retrieval", "TensorCore", "TestSupport"],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "EvaluationTests",
            dependencies: [
                "Evaluation", "FilesOnDisk", "FrozenEncoders", "FuseMix", "LatentStore", "Retrieval", "SoundBridge",
                "SoundFrontEnd",
                "TensorCore", "TestSupport",
            ],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "BatchRunsTests",
            dependencies: ["BatchRuns", "FilesOnDisk", "SoundBridge", "TensorCore", "TestSupport"]),
        .testTarget(
            name: "PictureServerTests",
            dependencies: [
                "PictureServer", "SoundBridge", "TestSupport",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        .testTarget(
            name: "RunReportTests",
            dependencies: ["BatchRuns", "LatentDiffusion", "RunReport", "SoundBridge", "TensorCore", "TestSupport"]),
        .testTarget(
            name: "SoundBridgeTests",
            dependencies: [
                "FilesOnDisk", "FrozenEncoders", "FuseMix", "LatentDiffusion", "PictureFiles", "SoundBridge",
                "SoundFrontEnd", "TensorCore", "TestSupport",
            ],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "FrozenEncoders", "FuseMix", "LatentStore", "PictureFiles", "TensorCore", "TestSupport", "fusemix-gen",
            ],
            exclude: ["Snapshots"]),
    ],
    swiftLanguageModes: [.v6]
)

// No libraries for others; `fuzz/` reads their lists and tables too.
if Context.environment["FUSEMIX_GEN_FUZZ"] != nil {
    package.products += ["BatchRuns", "Evaluation", "PictureServer"].map { .library(name: $0, targets: [$0]) }
}
