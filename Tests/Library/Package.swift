// swift-tools-version: 6.2
import PackageDescription

/// A package that depends on ours as any other would, so it can only use the public interface; `run` builds a copy of it
/// outside the checkout, with the README's snippet as `draw`.
let package = Package(
    name: "LibraryTests",
    dependencies: [.package(name: "fusemix-gen", path: Context.environment["FUSEMIX_GEN"] ?? "../..")],
    targets: [
        .executableTarget(
            name: "draw", dependencies: [.product(name: "SoundBridge", package: "fusemix-gen")],
            swiftSettings: [.treatAllWarnings(as: .error)]),
        .testTarget(
            name: "LibraryTests",
            dependencies: [
                "FrozenEncoders", "LatentDiffusion", "PictureFiles", "SoundBridge", "SoundFrontEnd", "TensorCore",
            ].map { .product(name: $0, package: "fusemix-gen") }),
    ],
    swiftLanguageModes: [.v6]
)
