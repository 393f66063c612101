import FilesOnDisk
import Foundation
import TestSupport
import Testing

@testable import TensorCore

/// Comparisons with what PyTorch saved; see Training/fixtures/torch_fixtures.py.
@Suite struct TorchFileTests {
    static func fixture(_ name: String) -> URL { Bundle.module.bundleURL.appending(path: "Fixtures/\(name)") }

    @Test(arguments: ["kinds.bin", "protocol4.pt"])
    func holdsWhatPyTorchSaved(name: String) throws {
        let expected = try SafetensorsFile(contentsOf: Self.fixture("expected.safetensors"))
        let file = try TorchFile(contentsOf: Self.fixture(name))
        #expect(Set(file.names) == Set(expected.names) && file.names.count == expected.names.count)
        for name in expected.names {
            let (tensor, reference) = (try file.tensor(name), try expected.tensor(name))
            #expect(tensor.shape == reference.shape && tensor.dtype == reference.dtype, "\(name)")
            #expect(file.layout(of: name)?.shape == reference.shape && file.layout(of: name)?.dtype == reference.dtype)
            #expect(tensor.withBytes { Array($0) } == reference.withBytes { Array($0) }, "\(name)")
        }
        #expect(throws: TensorFileError.missing(path: file.path, tensor: "none")) { try file.tensor("none") }
    }

    @Test func aCheckpointIsItsWeights() throws {
        let file = try TensorFile.open(Self.fixture("checkpoint.ckpt"))
        #expect(file.names == ["first.weight", "second.bias", "second.depth.scale"])
        #expect(try file.tensor("first.weight", shape: [2, 2]).floats == [1, 0, 0, 1])
        #expect(try file.tensor("second.bias").floats == [0, 1, 2])
    }

    @Test(arguments: [("legacy.bin", "before 1.6"), ("module.pt", "torch.nn.modules.linear.Linear")])
    func refusesByName(name: String, words: String) throws {
        let url = Self.fixture(name)
        let error = #expect(throws: TensorFileError.self) { try TensorFile.open(url) }
        guard case .refused = error else {
            Issue.record("\(error as Any)")
            return
        }
        #expect("\(error!)".contains(words) && isSentence(error!, naming: url), "\(error!)")
    }

    /// Every beginning of a file, and every file with some bytes changed, opens or ends in a sentence.
    @Test(arguments: ["kinds.bin", "checkpoint.ckpt", "protocol4.pt"])
    func damagedFilesAreErrors(name: String) throws {
        let whole = try Data(contentsOf: Self.fixture(name)), folder = try TemporaryFolder()
        var random = SplitMix(state: 5)
        for length in stride(from: 4, to: whole.count, by: 7) {
            let url = try folder.write("cut", whole.prefix(length))
            let error = #expect(throws: TensorFileError.self) { try TorchFile(contentsOf: url) }
            #expect(error.map { isSentence($0, naming: url) } ?? false, "\(error as Any)")
        }
        for _ in 0..<1500 {
            var damaged = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let url = try folder.write("damaged", damaged)
            do {
                let file = try TorchFile(contentsOf: url)
                for name in file.names { _ = try file.tensor(name).floats }
            } catch {
                #expect(isSentence(error, naming: url), "\(error)")
            }
        }
    }
}

/// Whether the error is one sentence on one line that contains the file.
func isSentence(_ error: any Error, naming url: URL) -> Bool {
    let (text, file) = ("\(error)", url.path(percentEncoded: false))
    let rest = text.replacingOccurrences(of: file, with: "")
    return rest != text && rest.hasSuffix(".") && !rest.contains("\n") && !rest.contains(". ")
}
