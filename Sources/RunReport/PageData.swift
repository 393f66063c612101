import BatchRuns
import FilesOnDisk
import Foundation

/// The data that the page's script reads. Labels and settings that items share are stored once.
struct PageData: Encodable {
    struct Settings: Encodable {
        /// Pairs of a name and a value.
        let made: [[String]]
        let options: String
        let words: String?
    }

    struct Item: Encodable {
        let name: String
        let status: ManifestEntry.Status
        let output: String?
        let isOfWordsAlone: Bool?
        let error: String?
        let warnings: [String]?
        /// To a tenth.
        let secondsHeard: Double?
        let picture: String?
        let sound: String?
        /// The seed as a string, for it may exceed JavaScript's whole numbers.
        let seed: String?
        /// Index into `settings`.
        let settings: Int?
        let command: String?
        /// Pairs of an index into `labels` and a score.
        let heard: [Double]?
        let audioScores: [Double]?
    }

    private(set) var labels: [String] = []
    private(set) var settings: [Settings] = []
    private(set) var items: [Item] = []

    init(_ items: [ReportItem]) {
        var labelIndices: [String: Int] = [:]
        var settingsIndices: [ReportSettings: Int] = [:]
        self.items = items.map { item in
            Item(
                name: item.name, status: item.status, output: item.output,
                isOfWordsAlone: item.isOfWordsAlone ? true : nil, error: item.error,
                warnings: item.warnings.isEmpty ? nil : item.warnings,
                secondsHeard: item.secondsHeard.map { ($0 * 10).rounded() / 10 }, picture: item.picture?.text,
                sound: item.sound?.text, seed: item.seed.map(String.init),
                settings: item.settings.map { index(of: $0, in: &settingsIndices) }, command: item.command,
                heard: flat(item.heard, &labelIndices), audioScores: flat(item.audioScores, &labelIndices))
        }
    }

    private enum CodingKeys: CodingKey {
        case labels, settings, items
    }

    /// Returns JSON that is safe inside a script element of HTML: the only way out of one begins with `<`, which JSON
    /// can write in another form (HTML, 4.12.1.3).
    func json() throws -> String {
        String(decoding: try JSONEncoder.ofLines.encode(self), as: UTF8.self).replacing("<", with: #"\u003c"#)
    }

    private mutating func index(of shared: ReportSettings, in indices: inout [ReportSettings: Int]) -> Int {
        if let index = indices[shared] { return index }
        settings.append(
            Settings(
                made: shared.lines.map { [$0.name, $0.value] }, options: shared.options, words: shared.words))
        indices[shared] = settings.count - 1
        return settings.count - 1
    }

    /// Returns pairs with scores to four decimals, where a page shows two. Nil for none.
    private mutating func flat(_ scores: [ReportItem.Score], _ indices: inout [String: Int]) -> [Double]? {
        guard !scores.isEmpty else { return nil }
        return scores.flatMap { score -> [Double] in
            let index = indices[score.label] ?? labels.count
            if index == labels.count {
                labels.append(score.label)
                indices[score.label] = index
            }
            return [Double(index), (Double(score.score) * 10_000).rounded() / 10_000]
        }
    }
}
