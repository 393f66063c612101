import Foundation
import Testing

/// The sounds in `Samples` through the whole path, held against `Samples/accepted-words.tsv`.
@Suite struct SampleTests {
    @Test func samplesAreHeardAsWhatTheyAre() throws {
        let accepted = try acceptedWords()
        let scratch = try Scratch()
        let outcome = try Command.run(Command.samples.path, "-o", scratch.path("p"), "--steps", "1", "--json")
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

    /// Lines of sample and label, the first line naming the columns.
    private func acceptedWords() throws -> [String: Set<String>] {
        let table = try String(contentsOf: Command.samples.appending(path: "accepted-words.tsv"), encoding: .utf8)
        var accepted: [String: Set<String>] = [:]
        for line in table.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: "\t").map(String.init)
            try #require(fields.count == 2)
            accepted[fields[0], default: []].insert(fields[1])
        }
        return accepted
    }
}
