import FilesOnDisk
import Foundation
import TestSupport
import Testing

@testable import TensorCore

/// Archives and pickles made to do harm, each refused in one sentence.
@Suite struct HostileTorchFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A pickle of protocol 2 with one tensor “w” of float32, whose numbers can be made wrong.
    private static func pickle(
        file: String = "0", numel: Int = 4, offset: Int = 0, shape: [Int] = [2, 2], strides: [Int] = [2, 1],
        storage: String = "FloatStorage"
    ) -> Data {
        let tuple = { (numbers: [Int]) in Data("(".utf8) + numbers.map(long).reduce(Data(), +) + Data("t".utf8) }
        var data = Data([0x80, 2]) + Data("}".utf8) + text("w")
        data += global("torch._utils", "_rebuild_tensor_v2") + Data("((".utf8) + text("storage")
        data += global("torch", storage) + text(file) + text("cpu") + long(numel) + Data("tQ".utf8)
        data += long(offset) + tuple(shape) + tuple(strides) + Data([0x89]) + Data("}tRs.".utf8)
        return data
    }

    private static func text(_ text: String) -> Data { Data("X".utf8) + number(text.utf8.count, 4) + Data(text.utf8) }
    private static func long(_ value: Int) -> Data { Data([0x8A, 8]) + number(value, 8) }
    private static func global(_ module: String, _ name: String) -> Data { Data("c\(module)\n\(name)\n".utf8) }
    private static let floats = [Float](arrayLiteral: 1, 2, 3, 4).withUnsafeBytes { Data($0) }

    private static func archive(_ pickle: Data, _ data: Data = floats) -> StoredZip {
        StoredZip([("model/data.pkl", pickle), ("model/byteorder", Data("little".utf8)), ("model/data/0", data)])
    }

    private func expectRefusal(_ bytes: Data, _ words: String, _ comment: Comment? = nil) throws {
        let url = try folder.write("model.bin", bytes)
        let error = #expect(throws: TensorFileError.self, comment) { try TorchFile(contentsOf: url) }
        guard let error else { return }
        #expect("\(error)".contains(words) && isSentence(error, naming: url), "\(error)")
    }

    @Test(arguments: [false, true]) func readsAPlainOne(isLarge: Bool) throws {
        var archive = Self.archive(Self.pickle())
        archive.isLarge = isLarge
        let file = try TorchFile(contentsOf: folder.write("model.bin", archive.data))
        #expect(try file.tensor("w", shape: [2, 2]).floats == [1, 2, 3, 4])
        let turned = Self.archive(Self.pickle(offset: 1, shape: [2, 2], strides: [1, 1])).data
        #expect(try TorchFile(contentsOf: folder.write("turned", turned)).tensor("w").floats == [2, 3, 3, 4])
    }

    @Test(arguments: [
        ("os", "system"), ("builtins", "eval"), ("posix", "system"), ("torch", "load"), ("torch.hub", "load"),
    ])
    func neverCallsAFunction(module: String, name: String) throws {
        let command = Data([0x80, 2]) + Self.global(module, name) + Self.text("touch /tmp/harm") + Data([0x85])
        try expectRefusal(Self.archive(command + Data("R.".utf8)).data, "would run \(module).\(name), but only tensors")
        let stacked =
            Self.text(module) + Self.text(name) + Data([0x93])
            + Data("N\u{85}R.".unicodeScalars.map { UInt8($0.value) })
        try expectRefusal(Self.archive(stacked).data, "would run \(module).\(name)")
    }

    @Test func whatPyTorchLightningLeavesIsPassedOver() throws {
        var pickle = Data("}(".utf8) + Self.text("callbacks") + Data("}".utf8)
        pickle += Self.global("pytorch_lightning.callbacks.model_checkpoint", "ModelCheckpoint") + Data("}s".utf8)
        pickle += Self.text("state_dict") + Self.pickle().dropFirst(2).dropLast() + Data("u.".utf8)
        let file = try TorchFile(contentsOf: folder.write("model.ckpt", Self.archive(pickle).data))
        #expect(file.names == ["w"])
    }

    @Test(arguments: [
        (numel: 4, offset: 1, shape: [2, 2], strides: [2, 1]), (numel: 5, offset: 0, shape: [2, 2], strides: [2, 1]),
        (numel: 3, offset: 0, shape: [2, 2], strides: [2, 1]), (numel: 4, offset: -1, shape: [2, 2], strides: [2, 1]),
        (numel: 4, offset: 0, shape: [-2, -2], strides: [2, 1]),
        (numel: 4, offset: 0, shape: [2, 2], strides: [-2, 1]),
        (numel: 4, offset: 0, shape: [2, 2], strides: [Int.max, 1]),
        (numel: 4, offset: Int.max, shape: [2, 2], strides: [2, 1]),
        (numel: Int.max, offset: 0, shape: [2, 2], strides: [2, 1]),
        (numel: 4, offset: 0, shape: [1 << 40], strides: [0]),
        (numel: 4, offset: 0, shape: [1 << 62, 4], strides: [2, 1]),
    ])
    func tensorsOutsideTheirStorage(_ wrong: (numel: Int, offset: Int, shape: [Int], strides: [Int])) throws {
        let pickle = Self.pickle(numel: wrong.numel, offset: wrong.offset, shape: wrong.shape, strides: wrong.strides)
        try expectRefusal(Self.archive(pickle).data, "does not fit its storage")
    }

    @Test func picklesOutOfOrder() throws {
        try expectRefusal(Self.archive(Self.pickle(file: "../0")).data, "data of tensor “w” is missing")
        try expectRefusal(Self.archive(Self.pickle(storage: "QInt8Storage")).data, "torch.QInt8Storage")
        for pickle in [
            "", ".", "R.", "N", "NR.", "(NR.", "}s.", "}Ns.", "}NNNu.", "h\u{7}.", "Q.", "NQ.", "t.", "cos", "b.", "i",
            "P1\n.",
        ] {
            try expectRefusal(Self.archive(Data(pickle.utf8)).data, "is not a valid PyTorch file", "\(pickle)")
        }
    }

    /// Deep and manifold structures end in a sentence, soon and without a crash.
    @Test func picklesThatWouldFillTheMemory() throws {
        let deepTuple = Data("N".utf8) + Data(repeating: 0x85, count: 100_000) + Data(".".utf8)
        try expectRefusal(Self.archive(deepTuple).data, "deep")
        try expectRefusal(Self.archive(Data(repeating: UInt8(ascii: "N"), count: 1 << 20)).data, "too much")
        try expectRefusal(Self.archive(Data(repeating: UInt8(ascii: "}"), count: 1 << 20)).data, "too much")
        let key = Self.text("k")
        let chain = (0..<100_000).reduce(into: Data("}".utf8)) { data, _ in data += key + Data("}".utf8) }
        let closed = chain + Data(repeating: UInt8(ascii: "s"), count: 100_000) + Data(".".utf8)
        try expectRefusal(Self.archive(closed).data, "deep")
        // Each dictionary holds the one before it ten times.
        var manifold = Data("}q\0".utf8)
        for level in 1...12 {
            manifold += Data("}(".utf8)
            for item in 0..<10 { manifold += Self.text("\(item)") + Data("h".utf8) + Data([UInt8(level - 1)]) }
            manifold += Data("uq".utf8) + Data([UInt8(level)])
        }
        try expectRefusal(Self.archive(manifold + Data(".".utf8)).data, "too much")
        // A dictionary that holds itself.
        try expectRefusal(Self.archive(Data("}q\0".utf8) + key + Data("h\0s.".utf8)).data, "deep")
    }

    @Test func archivesThatLie() throws {
        func changed(_ index: Int, _ change: (inout StoredZip.Entry) -> Void) -> Data {
            var archive = Self.archive(Self.pickle())
            change(&archive.entries[index])
            return archive.data
        }
        try expectRefusal(changed(2) { $0.method = 8 }, "compressed or encrypted")
        try expectRefusal(changed(2) { $0.flags = 1 }, "compressed or encrypted")
        try expectRefusal(changed(2) { $0.claimedSize = 1 << 20 }, "reaches beyond its end")
        try expectRefusal(changed(2) { $0.claimedPlace = 3 }, "not where its list says")
        try expectRefusal(changed(2) { $0.claimedPlace = 1 << 30 }, "not where its list says")
        try expectRefusal(changed(1) { $0.bytes = Data("big".utf8) }, "little-endian")
        try expectRefusal(changed(1) { $0.name = "model/data/0" }, "two files")
        try expectRefusal(changed(1) { $0.name = "other/data.pkl" }, "2 files data.pkl")
        try expectRefusal(changed(0) { $0.name = "model/data.txt" }, "0 files data.pkl")
        for (isLarge, count) in [(false, 0), (false, 9), (true, 0), (true, 9), (true, Int.max), (true, -1)] {
            var archive = Self.archive(Self.pickle())
            (archive.isLarge, archive.claimedCount) = (isLarge, count)
            try expectRefusal(archive.data, "is not a valid PyTorch file", "\(count) files")
        }
        var large = Self.archive(Self.pickle())
        large.isLarge = true
        for size in [Int.max, -1] {
            large.entries[2].claimedSize = size
            try expectRefusal(large.data, "is not a valid PyTorch file")
        }
    }
}
