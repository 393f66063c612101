import FilesOnDisk
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import SoundBridge

@ComputeActor
struct ModelCheckTests {
    private let scratch: TemporaryFolder
    private let folder: URL

    nonisolated init() throws {
        scratch = try TemporaryFolder()
        folder = try StandIn("sd1").write(to: scratch)
    }

    private func check() throws -> ModelCheck { try ModelCheck(DiffusersFolder(contentsOf: folder), at: folder) }

    @Test(arguments: [
        ("sd1", "Stable Diffusion 1.x, folder of diffusers, F32 safetensors", "epsilon"),
        ("sdxl", "Stable Diffusion XL, folder of diffusers, F32 safetensors", "epsilon"),
        ("sd2-v", "Stable Diffusion", "v_prediction"),
    ]) func saysWhatAModelIs(name: String, kind: String, prediction: String) throws {
        let folder = name == "sd1" ? folder : try StandIn(name).write(to: scratch)
        let model = try DiffusersFolder(contentsOf: folder)
        let check = try ModelCheck(model, at: folder)
        #expect(check.kind.hasPrefix(kind), "\(check.kind)")
        #expect(check.prediction?.rawValue == prediction && check.name == name && check.faults.isEmpty)
        #expect(check.steps == model.defaults.steps && check.bytes > 100_000)
    }

    @Test func measuresEveryPrecision() throws {
        var check = try check()
        var begun: [Precision] = []
        check.measure(try DiffusersFolder(contentsOf: folder)) { begun.append($0) }
        #expect(check.faults.isEmpty && check.measurements.map(\.precision) == begun)
        #expect(begun.last == .float32 && begun.count == (Precision.hasBFloat16 ? 2 : 1))
        for measured in check.measurements {
            #expect(
                measured.seconds > 0 && measured.secondsNow >= measured.seconds && measured.secondsNow.isFinite
                    && measured.bytes ?? 1 > 0)
            #expect(measured.side > 0)
        }
        #expect(throws: Never.self) { try JSONEncoder().encode(check) }
    }

    @Test func partsThatAreMissingOrDamagedAreFaults() throws {
        try FileManager.default.removeItem(at: folder.appending(path: "tokenizer"))
        let weights = folder.appending(path: "vae/diffusion_pytorch_model.safetensors")
        try Data(contentsOf: weights).prefix(5000).write(to: weights)
        var check = try check()
        check.measure(try DiffusersFolder(contentsOf: folder))
        #expect(check.measurements.isEmpty && check.faults.count == 2, "\(check.faults)")
        #expect(check.faults[0].contains("vocab.json") && check.faults[1].contains("vae"))
    }

    @Test func licencesAreFoundWhereTheyStand() throws {
        #expect(try check().licences.isEmpty)
        try scratch.write(
            "sd1/README.md", "---\nlanguage: en\nlicense: other\nlicense_name: openrail++\n---\nlicense: none\n")
        try scratch.write("sd1/LICENSE.md", "\n  CreativeML Open RAIL-M\n\ntext")
        #expect(
            try check().licences == [
                Licence(file: "LICENSE.md", words: "CreativeML Open RAIL-M"),
                Licence(file: "README.md", words: "openrail++"),
            ])
        for text in ["license: mit", "---\n\n---\nlicense: mit", "---\nlicense:\n---\n", ""] {
            try scratch.write("sd1/README.md", text)
            #expect(try check().licences.count == 1, "\(text)")
        }
        try scratch.write("sd1/LICENSE.md", Data([0xff, 0xfe, 0]))
        #expect(try check().licences.isEmpty)
    }
}
