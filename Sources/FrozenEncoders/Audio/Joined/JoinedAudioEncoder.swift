import FilesOnDisk
import Foundation
import SoundFrontEnd
import TensorCore

/// Several audio encoders that hear as one: their embeddings side by side, and the geometric means of what the taggers among
/// them score the classes that they have in common.
///
/// Loaded from a folder with `config.json`, which names components beside it, and `labels.txt`, the classes.
public struct JoinedAudioEncoder: AudioEncoder {
    public let labels: [String]?
    /// The greatest of the encoders' rates.
    public let sampleRate: Int
    public let embeddingLength: Int
    private let encoders: [any WindowedAudioEncoder]
    /// For each encoder, where the classes stand among its own.
    private let places: [[Int]]

    /// Loads a component and those that it names. Throws `FileContentError` or `TensorFileError`, naming the file, where one
    /// is unfit.
    public init(contentsOf folder: URL, precision: Precision = .float32) throws {
        let configURL = folder.appending(path: "config.json")
        let names = try Configuration(contentsOf: configURL).encoders
        let encoders = try names.map { name in
            let folder = folder.deletingLastPathComponent().appending(path: name)
            // Components that are made of each other would have no end.
            let type = try FrozenEncoder.ModelType(contentsOf: folder.appending(path: "config.json"))
            guard type.name != .joinedAudio,
                case .audio(let encoder) = try FrozenEncoder(contentsOf: folder, precision: precision),
                let windowed = encoder as? any WindowedAudioEncoder, encoder.labels != nil
            else {
                throw FileContentError.field(
                    file: configURL.path(percentEncoded: false), field: "encoders",
                    expected: "made of names of taggers that hear by windows, and “\(name.onOneLine)” is none")
            }
            return windowed
        }
        let labelsURL = folder.appending(path: "labels.txt")
        let labels = try TextFile.lines(at: labelsURL)
        places = try encoders.map { encoder in
            let known = Dictionary(zip(encoder.labels ?? [], 0...), uniquingKeysWith: { first, _ in first })
            return try labels.map { label in
                guard let place = known[label] else {
                    throw FileContentError.unsuitable(
                        file: labelsURL.path(percentEncoded: false), found: "the class “\(label.onOneLine)”",
                        expected: "those that all of its encoders have")
                }
                return place
            }
        }
        (self.labels, self.encoders) = (labels, encoders)
        sampleRate = encoders.map(\.sampleRate).max() ?? 0
        embeddingLength = encoders.reduce(0) { $0 + $1.embeddingLength }
    }

    private struct Configuration: CheckedJSON {
        let modelType: String
        let encoders: [String]

        private enum CodingKeys: String, CodingKey {
            case modelType = "model_type"
            case encoders
        }

        func validate(_ check: FieldCheck) throws {
            try check.require(modelType, is: "joined-audio", "model_type")
            let isName = { (name: String) in !name.isEmpty && !name.hasPrefix(".") && !name.contains("/") }
            try check.require(
                (1...8).contains(encoders.count) && encoders.allSatisfy(isName), "encoders",
                "1 to 8 names of components beside it")
        }
    }

    /// The encoders take turns, so that none is far ahead and what it has read has to be kept for the others.
    public func listen(to waveform: Waveform, pooling: WindowPooling) throws -> EncodedSound {
        guard waveform.sampleRate == sampleRate else {
            throw EncoderError.sampleRate(found: waveform.sampleRate, expected: sampleRate)
        }
        let shared = SharedWaveform(waveform, listeners: encoders.count)
        let listeners = try encoders.enumerated().map { index, encoder in
            try WindowListener(encoder, shared.waveform(for: index, sampleRate: encoder.sampleRate), pooling)
        }
        var atWork = Array(listeners.indices)
        while let behind = atWork.min(by: { listeners[$0].seconds < listeners[$1].seconds }) {
            if try !listeners[behind].step() {
                atWork.removeAll { $0 == behind }
                shared.leave(behind)
            }
        }
        return joined(try listeners.map { try $0.result() })
    }

    private func joined(_ sounds: [EncodedSound]) -> EncodedSound {
        let scores = (labels ?? []).indices.map { label in
            let logarithms = zip(sounds, places).map { sound, places in log((sound.scores ?? [])[places[label]]) }
            return exp(logarithms.reduce(0, +) / Float(sounds.count))
        }
        return EncodedSound(
            embedding: sounds.flatMap(\.embedding), scores: scores, windowCount: sounds[0].windowCount)
    }
}

/// One waveform for several listeners; what one has read is kept until the others have read it too.
private final class SharedWaveform {
    private let source: Waveform
    private var kept: [[[Float]]]
    private var hasLeft: [Bool]

    init(_ source: Waveform, listeners: Int) {
        self.source = source
        kept = Array(repeating: [], count: listeners)
        hasLeft = Array(repeating: false, count: listeners)
    }

    /// Throws `SignalError` for a rate that it cannot be resampled to.
    func waveform(for listener: Int, sampleRate: Int) throws -> Waveform {
        try Waveform(sampleRate: source.sampleRate, resampledTo: sampleRate) { try self.next(for: listener) }
    }

    func leave(_ listener: Int) { (kept[listener], hasLeft[listener]) = ([], true) }

    private func next(for listener: Int) throws -> [Float]? {
        if !kept[listener].isEmpty { return kept[listener].removeFirst() }
        guard let block = try source.nextBlock() else { return nil }
        for other in kept.indices where other != listener && !hasLeft[other] { kept[other].append(block) }
        return block
    }
}
