// swift-tools-version: 6.0
import PackageDescription

/// Apart from the main package, so that users never build it.
let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "fusemix-gen", path: "..")],
    targets: [
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                .product(name: "FrozenEncoders", package: "fusemix-gen"),
                .product(name: "LatentDiffusion", package: "fusemix-gen"),
            ]),
        .executableTarget(
            name: "audio-benchmark",
            dependencies: [
                .product(name: "FrozenEncoders", package: "fusemix-gen"),
                .product(name: "SoundFrontEnd", package: "fusemix-gen"),
                .product(name: "TensorCore", package: "fusemix-gen"),
            ]),
        .executableTarget(
            name: "batch-benchmark", dependencies: [.product(name: "SoundBridge", package: "fusemix-gen")]),
        .executableTarget(
            name: "training-benchmark", dependencies: [.product(name: "FuseMix", package: "fusemix-gen")]),
    ],
    swiftLanguageModes: [.v6]
)
