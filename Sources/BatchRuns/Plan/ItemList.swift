import FilesOnDisk
import Foundation
import SoundBridge

/// A file that lists the items of a run: JSON Lines, one object for each item.
///
/// ```json
/// {"input": "dog.wav", "prompt": "at night", "seed": 7}
/// {"prompt": "a red apple", "output": "fruit/apple.png", "steps": 50}
/// ```
///
/// `input` is a sound, its path relative to the list's folder, as is that of an `initImage`. `output` is the picture's
/// path below the run's folder; it may be left out where a sound gives the name. All other keys are settings as
/// `--json` names them, which override those of the run. A `seed` is used as it is, alone unless the item has
/// `candidates`; without one an item gets its own seed, as in a folder.
public struct ItemList: Sendable {
    struct Item: Sendable, Equatable {
        let input: String?
        let relativePath: String
        /// The picture's path below the output without `.png`; nil to name it after the sound.
        let stem: String?
        let settings: GenerationSettings
    }

    let items: [Item]

    /// - Parameters:
    ///   - name: the file's path; `-` for standard input, whose paths are relative to the working folder.
    ///   - settings: the run's settings.
    /// - Throws: `ItemListError`.
    public init(_ data: Data, name: String, over settings: GenerationSettings) throws {
        guard let text = TextFile.text(of: data) else {
            throw ItemListError(file: name, problem: "line \(TextFile.firstBrokenLine(of: data)) is not UTF-8 text")
        }
        let reader = ItemListReader(name: name, settings: settings)
        items = try TextFile.lines(of: text).enumerated()
            .filter { !$0.element.allSatisfy(\.isWhitespace) }
            .map { index, line in
                do {
                    return try reader.item(Data(line.utf8))
                } catch let problem as ItemListReader.Problem {
                    throw ItemListError(file: name, line: index + 1, problem: problem.sentence)
                }
            }
        guard !items.isEmpty else { throw ItemListError(file: name, problem: "it lists nothing") }
    }
}

/// Reasons why a list of items cannot be used, in one sentence.
public struct ItemListError: DescribedError, Equatable {
    public let file: String
    /// Line number from 1; nil where the whole file is at fault.
    public let line: Int?
    /// The fault: the end of a sentence.
    public let problem: String

    init(file: String, line: Int? = nil, problem: String) {
        (self.file, self.line, self.problem) = (file, line, problem)
    }

    public var exitStatus: Int32 { 2 }

    public var description: String {
        let place = line.map { ", line \($0)" } ?? ""
        return "\(file == "-" ? "The list on standard input" : file)\(place) cannot be used: \(problem)."
    }
}
