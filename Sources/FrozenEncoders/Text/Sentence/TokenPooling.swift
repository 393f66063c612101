import FilesOnDisk
import Foundation
import TensorCore

/// One vector of a text's token states: the config of a `Pooling` of sentence-transformers.
struct TokenPooling: Sendable {
    enum Part: String, CaseIterable, Sendable {
        case firstToken = "cls"
        case maximum = "max"
        case mean
    }

    private let kinds: [Part]

    /// Width of the vector over that of the states.
    var parts: Int { kinds.count }

    static let mean = TokenPooling(kinds: [.mean])

    private init(kinds: [Part]) { self.kinds = kinds }

    /// Reads a `config.json`. Throws `FileContentError`.
    init(contentsOf url: URL, width: Int) throws {
        let config = try Config(contentsOf: url)
        guard config.width ?? width == width else {
            throw FileContentError.field(
                file: url.path(percentEncoded: false), field: "word_embedding_dimension",
                expected: "the \(width) of the model, not \(config.width ?? 0)")
        }
        kinds = config.kinds
    }

    private struct Config: CheckedJSON {
        let width: Int?
        /// What is done, in the order of sentence-transformers.
        let kinds: [Part]
        /// What is asked for beyond that.
        private let unknown: String?

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            width =
                try fields.decodeIfPresent(Int.self, forKey: Key(stringValue: "word_embedding_dimension"))
                ?? fields.decodeIfPresent(Int.self, forKey: Key(stringValue: "embedding_dimension"))
            // Newer files name the kind; older ones have a flag for each.
            let mode = Key(stringValue: "pooling_mode")
            if let name = try? fields.decode(String.self, forKey: mode) {
                (kinds, unknown) = Part(rawValue: name).map { ([$0], nil) } ?? ([], name)
                return
            }
            let flags = fields.allKeys.filter { $0.stringValue.hasPrefix("pooling_mode_") }
            let chosen = try flags.filter { try fields.decode(Bool.self, forKey: $0) }.map(\.stringValue)
            let known: [(String, Part)] = [
                ("pooling_mode_cls_token", .firstToken), ("pooling_mode_max_tokens", .maximum),
                ("pooling_mode_mean_tokens", .mean),
            ]
            kinds = known.filter { chosen.contains($0.0) }.map(\.1)
            unknown = chosen.sorted().first { name in !known.contains { $0.0 == name } }
        }

        func validate(_ check: FieldCheck) throws {
            try check.require(
                unknown == nil, "pooling_mode",
                "that of the first token, the maximum or the mean, not “\((unknown ?? "").onOneLine)”")
            try check.require(!kinds.isEmpty, "pooling_mode_mean_tokens", "true, or another pooling chosen")
        }
    }

    /// `[tokens, width]` → `[parts · width]`.
    func callAsFunction(_ states: Tensor) -> Tensor {
        let width = states.channels
        return Tensor(shape: [parts * width]) { pooled in
            states.withFloats { states in
                for (index, kind) in kinds.enumerated() {
                    for channel in 0..<width {
                        let values = stride(from: channel, to: states.count, by: width)
                        pooled[index * width + channel] =
                            switch kind {
                            case .firstToken: states[channel]
                            case .maximum: values.reduce(-.infinity) { max($0, states[$1]) }
                            case .mean: values.reduce(0) { $0 + states[$1] } / Float(states.count / width)
                            }
                    }
                }
            }
        }
    }
}
