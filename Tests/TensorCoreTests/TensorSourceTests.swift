import FilesOnDisk
import Foundation
import TestSupport
import Testing

@testable import TensorCore

@Suite struct TensorSourceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ name: String, _ tensors: [String]) throws {
        try SafetensorsFile.write(
            tensors.map { ($0, Tensor([Float($0.utf8.count), 1, 2, 3, 4, 5], shape: [3, 2])) }, to: folder.url(name))
    }

    private func index(_ json: String) throws -> URL { try folder.write("model.safetensors.index.json", json) }

    @Test func shardsAreOneSource() throws {
        try write("model-1.safetensors", ["a", "bb"])
        try write("model-2.safetensors", ["ccc", "left over"])
        let url = try index(
            #"{"metadata": {}, "weight_map": {"a": "model-1.safetensors", "bb": "model-1.safetensors", "ccc": "model-2.safetensors"}}"#
        )
        let source = try TensorFile.open(url)
        #expect(source.names == ["a", "bb", "ccc"] && source.layout(of: "bb")?.shape == [3, 2])
        #expect(try source.tensor("ccc", shape: [3, 2]).floats[0] == 3)
        #expect(throws: TensorFileError.missing(path: source.path, tensor: "d")) { try source.tensor("d") }
    }

    @Test(arguments: [
        ("{}", "weight_map"), (#"{"weight_map": {}}"#, "weight_map"), (#"{"weight_map": {"a": 3}}"#, "weight_map"),
        (#"{"weight_map": {"a": "../model-1.safetensors"}}"#, "names of files beside it, not “../model-1"),
        (#"{"weight_map": {"a": "/etc/passwd"}}"#, "names of files beside it"),
        (#"{"weight_map": {"a": ".."}}"#, "names of files beside it"),
        (#"{"weight_map": {"a": ""}}"#, "names of files beside it"),
        (#"{"weight_map": {"a": "model.safetensors.index.json"}}"#, "names of files beside it"),
        (#"{"weight_map": {"a": "model-7.safetensors"}}"#, "“model-7.safetensors”, which is not beside it"),
        (#"{"weight_map": {"z": "model-1.safetensors"}}"#, "“z” in “model-1.safetensors”, which does not hold it"),
    ])
    func unfitIndexesAreNamed(json: String, words: String) throws {
        try write("model-1.safetensors", ["a"])
        let url = try index(json)
        let error = #expect(throws: FileContentError.self) { try TensorFile.open(url) }
        guard let error else { return }
        #expect("\(error)".contains(words) && isSentence(error, naming: url), "\(error)")
    }

    @Test func namesAreMapped() throws {
        try write("model.safetensors", ["packed", "matrix", "other"])
        let file = try TensorFile.open(folder.url("model.safetensors"))
        let mapped = MappedTensors(file) { name, shape in
            switch name {
            case "packed":
                [
                    ("first", .init(name, rows: 0..<1)), ("rest", .init(name, rows: 1..<3)),
                    ("beyond", .init(name, rows: 2..<4)),
                ]
            case "matrix": [("turned", .init(name, isTransposed: true))]
            default: []
            }
        }
        #expect(Set(mapped.names) == ["first", "rest", "beyond", "turned"])
        #expect(try mapped.tensor("rest", shape: [2, 2]).floats == [2, 3, 4, 5])
        #expect(try mapped.tensor("turned", shape: [2, 3]).floats == [6, 2, 4, 1, 3, 5])
        #expect(mapped.layout(of: "beyond") == nil && mapped.layout(of: "first")?.shape == [1, 2])
        #expect(throws: TensorFileError.self) { try mapped.tensor("beyond") }
        #expect(throws: TensorFileError.self) { try mapped.tensor("packed") }
    }

    @Test func pointwiseConvolutionsBecomeMatrices() throws {
        let weights: [(String, Tensor)] = [
            ("point", Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3, 1, 1])), ("matrix", Tensor(zeros: [2, 3])),
        ]
        try SafetensorsFile.write(weights, to: folder.url("model.safetensors"))
        let mapped = MappedTensors(try TensorFile.open(folder.url("model.safetensors"))) { name, _ in
            [(name, .init(name, isPointwise: true))]
        }
        #expect(mapped.layout(of: "point")?.shape == [2, 3])
        #expect(try mapped.tensor("point", shape: [2, 3]).floats == [1, 2, 3, 4, 5, 6])
        #expect(try mapped.tensor("matrix", shape: [2, 3]).count == 6)
    }

    @Test func severalFilesAreOneSource() throws {
        try write("one.safetensors", ["a"])
        try write("two.safetensors", ["bb"])
        let joined = JoinedTensors(try ["one", "two"].map { try TensorFile.open(folder.url("\($0).safetensors")) })
        #expect(joined.names == ["a", "bb"] && joined.layout(of: "bb")?.shape == [3, 2])
        #expect(try joined.tensor("bb").floats[0] == 2)
        #expect(throws: TensorFileError.missing(path: joined.path, tensor: "c")) { try joined.tensor("c") }
    }

    @Test func theFormatIsToldFromTheBytes() throws {
        #expect(
            throws: TensorFileError.refused(
                path: folder.path("m.gguf"),
                reason: "it is a GGUF file; safetensors and PyTorch files and NumPy archives are read")
        ) { try TensorFile.open(folder.write("m.gguf", Data("GGUF".utf8) + Data(count: 60))) }
        #expect(throws: TensorFileError.self) { try TensorFile.open(folder.write("m.bin", "text, and long enough")) }
    }

    @Test func weightsAreFoundByTheirNames() throws {
        func found(_ files: [String]) throws -> String {
            let place = try TemporaryFolder()
            for file in files { try place.write(file, "x") }
            return try TensorFile.weights(in: place.url, stems: ["model", "pytorch_model"]).lastPathComponent
        }
        #expect(try found(["model.fp16.safetensors", "pytorch_model.bin"]) == "model.fp16.safetensors")
        #expect(try found(["model.fp16.safetensors", "model.safetensors"]) == "model.safetensors")
        #expect(try found(["pytorch_model.bin", "config.json", "model.npz"]) == "pytorch_model.bin")
        #expect(try found(["model.npz", "config.json"]) == "model.npz")
        #expect(
            try found(["model-1-of-2.safetensors", "model.safetensors.index.json"]) == "model.safetensors.index.json")
        #expect(
            try found(["model.safetensors.index.fp16.json", "pytorch_model.bin"]) == "model.safetensors.index.fp16.json"
        )
        #expect(throws: FileContentError.self) { try found(["config.json"]) }
    }
}
