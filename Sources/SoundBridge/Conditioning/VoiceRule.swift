import FilesOnDisk
import Foundation

/// Which classes are talk: they count for nothing where something else is heard, for a voice close to the microphone is scored
/// so highly that whatever it talks about is drowned.
public struct VoiceRule: Sendable {
    /// The score from which another class is heard.
    public static let heard: Float = 0.02

    /// Labels of talk.
    private let talk: Set<String>
    /// Labels of what a talker does between the words, such as sighs, which make no talk give way.
    private let beside: Set<String>

    /// - Parameters:
    ///   - talk: Labels that give way; none for no rule.
    ///   - beside: Labels that neither give way nor make others do.
    public init(talk: Set<String> = [], beside: Set<String> = []) { (self.talk, self.beside) = (talk, beside) }

    /// Reads a table of labels, each with a tab and “yields” or “beside”; without a file there is no rule. Throws
    /// `FileContentError`, naming the file.
    init(contentsOf table: URL, of labels: [String]) throws {
        guard FileManager.default.fileExists(atPath: table.path(percentEncoded: false)) else {
            self.init()
            return
        }
        let rows = try RemarkedLabels(at: table, of: labels, remarks: ["yields", "beside"]).rows
        func marked(_ remark: String) -> Set<String> { Set(rows.filter { $0.remark == remark }.map(\.label)) }
        self.init(talk: marked("yields"), beside: marked("beside"))
    }

    /// Returns the scores, those of talk 0 where another specific class has `heard`.
    func applied(to scores: [Float], of labels: [String], isSpecific: [Bool]) -> [Float] {
        guard !talk.isEmpty else { return scores }
        let isTalk = labels.map(talk.contains)
        let isAnythingElse = labels.indices.contains {
            isSpecific[$0] && !isTalk[$0] && !beside.contains(labels[$0]) && scores[$0] >= Self.heard
        }
        return isAnythingElse ? zip(scores, isTalk).map { $1 ? 0 : $0 } : scores
    }
}
