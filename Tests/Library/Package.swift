// swift-tools-version: 6.0
import PackageDescription

/// A package that depends on ours as any other would, so it can only use the public interface.
let package = Package(
    name: "LibraryTests",
    dependencies: [.package(name: "fusemix-gen", path: "../..")],
    targets: [
        .testTarget(
            name: "LibraryTests",
            dependencies: [
                "FrozenEncoders", "LatentDiffusion", "PictureFiles", "SoundBridge", "SoundFrontEnd", "TensorCore",
            ].map { .product(name: $0, package: "fusemix-gen") })
    ],
    swiftLanguageModes: [.v6]
)
