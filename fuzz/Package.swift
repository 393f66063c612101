// swift-tools-version: 6.0
import PackageDescription

/// Apart from the main package, so that users never build it. `fuzz/run` builds it, with the coverage that libFuzzer needs.
/// A checkout whose own folder is called `fuzz` cannot: the package manager tells packages apart by that name.
let package = Package(
    name: "fuzz",
    dependencies: [.package(name: "fusemix-gen", path: "..")],
    targets: [
        // libFuzzer is in C++.
        .target(name: "CLibFuzzer", linkerSettings: [.linkedLibrary("stdc++")]),
        .target(name: "Fuzzing", dependencies: ["CLibFuzzer"]),
        fuzzer("audio", of: ["SoundFrontEnd"]),
        fuzzer("png", of: ["PictureFiles"]),
        fuzzer("jpeg", of: ["PictureFiles"]),
        fuzzer("webp", of: ["PictureFiles"]),
        fuzzer("settings", of: ["SoundBridge"]),
        fuzzer("safetensors", of: ["LatentStore", "TensorCore"]),
        fuzzer("torch", of: ["TensorCore"]),
        fuzzer("npz", of: ["TensorCore"]),
        fuzzer("npy", of: ["LatentStore"]),
        fuzzer("tokenizer", of: ["FrozenEncoders"]),
        fuzzer("pieces", of: ["FrozenEncoders"]),
        fuzzer("text", of: ["FrozenEncoders"]),
        fuzzer("lists", of: ["BatchRuns", "SoundBridge"]),
        fuzzer("tables", of: ["Evaluation", "FuseMix"]),
        fuzzer("bodies", of: ["PictureServer"]),
        fuzzer("components", of: ["FilesOnDisk", "FrozenEncoders", "FuseMix", "LatentDiffusion", "SoundBridge"]),
    ],
    swiftLanguageModes: [.v6]
)

/// The program of one reader, which stands in those products of the main package.
func fuzzer(_ reader: String, of products: [String]) -> Target {
    .executableTarget(
        name: "fuzz-\(reader)",
        dependencies: ["Fuzzing"] + products.map { .product(name: $0, package: "fusemix-gen") })
}
