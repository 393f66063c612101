import Foundation
import TestSupport
import Testing

/// Failures of the command: each gives one sentence on standard error that names the file, the right exit code, and no
/// output.
@Suite(.serialized) struct FailureTests {
    let scratch: TemporaryFolder
    let dog = Checkout.samples.appending(path: "dog-bark.ogg").path

    init() throws { scratch = try TemporaryFolder() }

    /// Runs the command in a folder of its own, where no file may be left.
    private func expectFailure(
        _ arguments: [String], exitCode: Int32, naming name: String, models: URL? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let place = try TemporaryFolder()
        let environment = models.map { ["FUSEMIX_MODELS": $0.path] } ?? [:]
        let outcome = try Command.start(arguments, environment: environment, in: place.url).finish()
        #expect(outcome.exitCode == exitCode, "\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
        #expect(try place.names.isEmpty, sourceLocation: sourceLocation)
        // On a busy machine lines of progress stand before it.
        let lines = outcome.errors.split(separator: "\n")
        let sentences = lines.filter { $0.hasPrefix("fusemix-gen: ") }
        #expect(sentences.count == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(
            sentences.last == lines.last && outcome.errors.hasSuffix(".\n"), "\(outcome.errors)",
            sourceLocation: sourceLocation)
        #expect(outcome.errors.contains(name), "\(outcome.errors)", sourceLocation: sourceLocation)
    }

    @Test func inputs() throws {
        try expectFailure(["absent.wav", "-o", "a.png"], exitCode: 1, naming: "absent.wav")
        try scratch.makeFolder("quiet")
        try expectFailure([scratch.path("quiet"), "-o", "pictures"], exitCode: 2, naming: "quiet")

        let picture = Checkout.root.appending(path: "Tests/PictureFilesTests/Fixtures/gray-8.png")
        try scratch.copy(picture, to: "picture.wav")
        try expectFailure([scratch.path("picture.wav"), "-o", "a.png"], exitCode: 1, naming: "picture.wav")

        let flac = try Data(contentsOf: Checkout.samples.appending(path: "crow.flac"))
        try scratch.write("half.flac", flac.prefix(flac.count / 2))
        try expectFailure([scratch.path("half.flac"), "-o", "a.png", "--strict"], exitCode: 1, naming: "half.flac")

        try scratch.write("empty.wav", "")
        try expectFailure([scratch.path("empty.wav"), "-o", "a.png"], exitCode: 1, naming: "empty.wav")
        try expectFailure(["bad\u{1B}[31m.wav", "-o", "a.png"], exitCode: 1, naming: #"bad\u{1B}[31m.wav"#)
    }

    @Test func outputs() throws {
        try expectFailure([dog, "-o", "absent/a.png"], exitCode: 1, naming: "absent/a.png")
        try expectFailure([dog, "-o", "/proc/a.png"], exitCode: 1, naming: "/proc/a.png")
        try expectFailure([dog, "-o", "a.jpg"], exitCode: 2, naming: "a.jpg")
    }

    @Test func settingsOfAPicture() throws {
        try expectFailure([dog, "-o", "a.png", "--steps", "0"], exitCode: 2, naming: "--steps")
        try expectFailure([dog, "-o", "a.png", "--seed", "x"], exitCode: 2, naming: "--seed")
        _ = try Command.run(dog, "-o", scratch.path("plain.png"), "--steps", "1", "--no-metadata")
        let plain = scratch.path("plain.png")
        try expectFailure([dog, "-o", "a.png", "--params-from", plain], exitCode: 2, naming: "plain.png")
        try expectFailure(["-o", "a.png", "--params-from", "absent.png"], exitCode: 2, naming: "absent.png")
        try expectFailure([dog, "-o", "-", "--json"], exitCode: 2, naming: "--json")
    }

    @Test func tensors() throws {
        let models = try copyOfTheModel()
        let weights = models.appending(path: "components/decoder/model.safetensors")
        let whole = try Data(contentsOf: weights)
        let name = "final_projection.weight"

        try edited(whole) { $0[name] = nil }.write(to: weights)
        try expectFailure([dog, "-o", "a.png"], exitCode: 3, naming: name, models: models)

        try edited(whole) { header in
            guard var entry = header[name] as? [String: Any], let shape = entry["shape"] as? [Int] else { return }
            entry["shape"] = Array(shape.reversed())
            header[name] = entry
        }.write(to: weights)
        try expectFailure([dog, "-o", "a.png"], exitCode: 3, naming: name, models: models)

        try whole.prefix(whole.count - 1000).write(to: weights)
        try expectFailure([dog, "-o", "a.png"], exitCode: 3, naming: "decoder/model.safetensors", models: models)

        let hostile = withUnsafeBytes(of: (UInt64(1) << 63).littleEndian) { Data($0) } + whole.dropFirst(8)
        try hostile.write(to: weights)
        try expectFailure([dog, "-o", "a.png"], exitCode: 3, naming: "decoder/model.safetensors", models: models)

        try FileManager.default.removeItem(at: weights)
        try expectFailure([dog, "-o", "a.png"], exitCode: 3, naming: "decoder/model.safetensors", models: models)
    }

    /// Each part is valid, but they do not fit each other.
    @Test func widths() throws {
        let models = try copyOfTheModel()
        let words = models.appending(path: "components/audioset-words/embeddings.safetensors")
        let narrow = try edited(Data(contentsOf: words)) {
            $0["embeddings"] = ["dtype": "F16", "shape": [521, 200], "data_offsets": [0, 521 * 200 * 2]]
        }
        try narrow.write(to: words)
        try expectFailure([dog, "-o", "a.png"], exitCode: 3, naming: "audioset-words", models: models)
    }

    @Test func bundles() throws {
        let models = try copyOfTheModel()
        let bundle = models.appending(path: "default/bundle.json")
        let manifest = try String(contentsOf: bundle, encoding: .utf8)
        let escaping = manifest.replacingOccurrences(of: "components/decoder", with: "../../etc")
        try Data(escaping.utf8).write(to: bundle)
        try expectFailure([dog, "-o", "a.png"], exitCode: 3, naming: "bundle.json", models: models)
        try Data("{".utf8).write(to: bundle)
        try expectFailure([dog, "-o", "a.png"], exitCode: 3, naming: "bundle.json", models: models)
        try expectFailure([dog, "-o", "a.png", "--model", "absent"], exitCode: 3, naming: "absent")
    }

    /// Copies the model except for the text encoder, which a sound alone does not need.
    private func copyOfTheModel() throws -> URL {
        for folder in [
            "default", "components/two-ears", "components/yamnet", "components/efficientat-mn04",
            "components/audioset-words", "components/sound-condition", "components/decoder", "components/autoencoder",
        ] {
            try scratch.copy(Checkout.models.appending(path: folder), to: "Models/" + folder)
        }
        return scratch.url("Models")
    }

    /// Returns a safetensors file with another header over the same data.
    private func edited(_ file: Data, _ edit: (inout [String: Any]) -> Void) throws -> Data {
        let length = Int(file.prefix(8).withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) })
        let json = try JSONSerialization.jsonObject(with: file.dropFirst(8).prefix(length))
        var header = try #require(json as? [String: Any])
        edit(&header)
        let bytes = try JSONSerialization.data(withJSONObject: header)
        return withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { Data($0) } + bytes + file.dropFirst(8 + length)
    }
}
