/// Positions of the lines of a `RunJournal` that count, by picture and sound.
///
/// A picture that is done stands for its file, whatever other lines said of it. A line about a picture that was skipped
/// or failed counts for its own sound alone, and what another sound left there stays known.
struct JournalIndex: Sendable {
    private struct Line {
        let input: [UInt8]
        let place: Range<Int>
        let isDone: Bool
    }

    /// Keys are the bytes of the pictures' paths: strings that differ only in the form of an accent are different files.
    private var lines: [[UInt8]: [Line]] = [:]

    /// Takes up a line of the journal.
    mutating func add(_ entry: ManifestEntry, at place: Range<Int>) {
        guard let output = entry.output else { return }
        let line = Line(input: Self.key(entry.input), place: place, isDone: entry.outcome.status == .done)
        if line.isDone {
            lines[Array(output.utf8)] = [line]
        } else {
            lines[Array(output.utf8), default: []].removeAll { $0.input == line.input }
            lines[Array(output.utf8), default: []].append(line)
        }
    }

    /// The line about the picture that this sound makes.
    func place(of output: String, from input: String?) -> Range<Int>? {
        lines[Array(output.utf8)]?.first { $0.input == Self.key(input) }?.place
    }

    /// The line about the picture that is there, of whatever sound.
    func placeOfDone(_ output: String) -> Range<Int>? {
        lines[Array(output.utf8)]?.first(where: \.isDone)?.place
    }

    /// The lines that count, in the order of the journal.
    var places: [Range<Int>] { lines.values.joined().map(\.place).sorted { $0.lowerBound < $1.lowerBound } }

    private static func key(_ input: String?) -> [UInt8] { Array((input ?? "").utf8) }
}
