import FilesOnDisk
import Foundation

/// The settings on texts in sentence-transformers' files beside a network.
struct SentenceSettings {
    /// The most tokens of a text; nil where no file says.
    let maximumTokens: Int?
    let lowercases: Bool
    /// Texts to go before others, by name.
    let prompts: [String: String]
    /// The one that goes before every text; empty for none.
    let defaultPrompt: String

    /// Reads `sentence_bert_config.json` and `config_sentence_transformers.json`, either of which may be missing. Throws
    /// `FileContentError`.
    init(contentsOf folder: URL) throws {
        let limits = try Limits.optional(folder.appending(path: "sentence_bert_config.json"))
        (maximumTokens, lowercases) = (limits?.maximumTokens, limits?.lowercases ?? false)
        let stored = try Prompts.optional(folder.appending(path: "config_sentence_transformers.json"))
        let prompts = stored?.prompts ?? [:]
        (self.prompts, defaultPrompt) = (prompts, stored?.defaultName.flatMap { prompts[$0] } ?? "")
    }

    private struct Limits: CheckedJSON {
        let maximumTokens: Int?
        let lowercases: Bool?

        private enum CodingKeys: String, CodingKey {
            case maximumTokens = "max_seq_length"
            case lowercases = "do_lower_case"
        }

        func validate(_ check: FieldCheck) throws {
            try check.require(maximumTokens ?? 3, in: 3...65_536, "max_seq_length")
        }
    }

    private struct Prompts: CheckedJSON {
        let prompts: [String: String]?
        let defaultName: String?

        private enum CodingKeys: String, CodingKey {
            case prompts
            case defaultName = "default_prompt_name"
        }

        func validate(_ check: FieldCheck) throws {
            try check.require(
                defaultName.map { prompts?[$0] != nil } ?? true, "default_prompt_name",
                "one of its prompts, not “\((defaultName ?? "").onOneLine)”")
        }
    }
}

extension CheckedJSON {
    /// Reads a file that may be missing. Throws `FileContentError`.
    static func optional(_ url: URL) throws -> Self? {
        FileManager.default.fileExists(atPath: url.path(percentEncoded: false)) ? try Self(contentsOf: url) : nil
    }
}
