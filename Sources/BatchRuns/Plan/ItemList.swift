import FilesOnDisk
import Foundation
import SoundBridge

/// A file that lists the items of a run: JSON Lines, an object an item.
///
/// ```json
/// {"input": "dog.wav", "prompt": "at night", "seed": 7}
/// {"prompt": "a red apple", "output": "fruit/apple.png", "steps": 50}
/// ```
///
/// `input` is a sound, its path relative to the list's folder, as is that of an `initImage`. `output` is the picture's
/// path below the run's folder; it may be left out where there is a sound to be called after. All else are settings as
/// `--json` names them, over those of the run. A `seed` is used as it is; without one an item has a seed of its own, as
/// in a folder.
public struct ItemList: Sendable {
    struct Item: Sendable {
        let input: String?
        let relativePath: String
        /// The picture's path below the output without `.png`; nil to be called after the sound.
        let stem: String?
        let settings: GenerationSettings
    }

    let items: [Item]

    /// - Parameters:
    ///   - name: the file's path; `-` for what came from standard input, whose paths are relative to the working folder.
    ///   - settings: the run's.
    /// - Throws: `ItemListError`.
    public init(_ data: Data, name: String, over settings: GenerationSettings) throws {
        guard String(validating: data, as: UTF8.self) != nil else {
            throw ItemListError(file: name, problem: "it is not UTF-8 text")
        }
        let reader = ItemListReader(name: name, settings: settings)
        // Nothing else ends a line: JSON may have U+2028 and its like within a text.
        items = try data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
            .filter { !String(decoding: $0.element, as: UTF8.self).allSatisfy(\.isWhitespace) }
            .map { index, line in
                do {
                    return try reader.item(line)
                } catch let problem as ItemListReader.Problem {
                    throw ItemListError(file: name, line: index + 1, problem: problem.sentence)
                }
            }
        guard !items.isEmpty else { throw ItemListError(file: name, problem: "it lists nothing") }
    }
}
