import Foundation
import PictureFiles
import TestSupport
import Testing

/// The sounds in `Samples` through the whole pipeline, compared with `Samples/accepted-words.tsv`.
@Suite struct SampleTests {
    @Test func samplesAreHeardAsWhatTheyAre() throws {
        let accepted = try acceptedWords()
        let scratch = try TemporaryFolder()
        let outcome = try Command.run(Checkout.samples.path, "-o", scratch.path("p"), "--steps", "1", "--json")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        var missed: [String] = []
        for object in outcome.objects {
            let input = try #require(object["input"] as? String)
            let name = URL(filePath: input).deletingPathExtension().lastPathComponent
            let heard = (object["heard"] as? [[String: Any]] ?? []).prefix(3).compactMap { $0["label"] as? String }
            if accepted[name, default: []].isDisjoint(with: heard) { missed.append("\(name): \(heard)") }
        }
        #expect(outcome.objects.count == accepted.count)
        #expect(missed.isEmpty)
    }

    /// The pictures beside the samples are those of the committed weights; processors and precisions differ a little.
    @Test func samplesLieBesideTheirPictures() throws {
        let scratch = try TemporaryFolder()
        let sounds = try FileManager.default.contentsOfDirectory(at: Checkout.samples, includingPropertiesForKeys: nil)
            .filter { ["ogg", "flac"].contains($0.pathExtension) }
        #expect(sounds.count >= 10)
        for sound in sounds {
            let made = scratch.url("\(sound.deletingPathExtension().lastPathComponent).png")
            let committed = sound.deletingPathExtension().appendingPathExtension("png")
            // Among candidates that are nearly alike another processor may choose another.
            let record = try Command.run("inspect", committed.path, "--json").objects.first
            let seed = try #require(record?["seed"] as? UInt64)
            _ = try Command.run(sound.path, "-o", made.path, "--seed", "\(seed)")
            let pixels = try (Picture(contentsOf: made).pixels, Picture(contentsOf: committed).pixels)
            let difference = zip(pixels.0, pixels.1).reduce(0.0) { $0 + abs(Double($1.0) - Double($1.1)) }
            #expect(difference / Double(pixels.0.count) < 4, "\(sound.lastPathComponent)")
        }
    }

    /// Returns the lines of sample and label, after a first line with the column names.
    private func acceptedWords() throws -> [String: Set<String>] {
        let table = try String(contentsOf: Checkout.samples.appending(path: "accepted-words.tsv"), encoding: .utf8)
        var accepted: [String: Set<String>] = [:]
        for line in table.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: "\t").map(String.init)
            try #require(fields.count == 2)
            accepted[fields[0], default: []].insert(fields[1])
        }
        return accepted
    }
}
