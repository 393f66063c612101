import Foundation
import TensorCore

/// A training on disk that can be resumed as if it had never stopped: `state.json` names its file of numbers. The
/// numbers are written first under a name of their own, so that the folder is consistent at any moment.
public struct TrainingCheckpoint: Sendable {
    public let folder: URL

    public init(folder: URL) {
        self.folder = folder
    }

    /// Whether there is a checkpoint to resume from.
    public var exists: Bool { FileManager.default.fileExists(atPath: stateFile.path(percentEncoded: false)) }

    /// Prepares a training that starts or resumes: an earlier checkpoint goes on, or goes. Throws `TrainingError`.
    package func prepare(resumes: Bool, overwrites: Bool) throws {
        if resumes, !exists { throw TrainingError.noCheckpoint(folder: folder.relativePath) }
        if !resumes, exists {
            guard overwrites else { throw TrainingError.checkpointExists(folder: folder.relativePath) }
            remove()
        }
    }

    /// Removes the folder and everything in it.
    public func remove() {
        try? FileManager.default.removeItem(at: folder)
    }

    private var stateFile: URL { folder.appending(path: "state.json") }

    /// The identity of a training; a checkpoint resumes only its own.
    struct Kind: Codable {
        let adapters: AdapterConfiguration
        let settings: TrainingSettings
        /// Fingerprint of the pairs and latents.
        let data: String
    }

    private struct Contents: Codable {
        let kind: Kind
        let state: TrainingState
        /// Name of the file of numbers.
        let numbers: String
    }

    /// Writes the checkpoint. Throws `TrainingError.unwritable` or `TensorFileError.unwritable`; the folder's former
    /// checkpoint then stays.
    func write(
        _ parameters: TrainingParameters, best: FloatBuffer?, state: TrainingState, of kind: Kind
    ) throws {
        let name = "step-\(state.step).safetensors"
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let buffers = Self.buffers(parameters, best: best)
            try SafetensorsFile.write(
                buffers.map { (name: $0.name, dtype: .float32, shape: [$0.buffer.count]) },
                to: folder.appending(path: name)
            ) { index, append in
                try append(
                    UnsafeRawBufferPointer(start: buffers[index].buffer.start, count: buffers[index].buffer.count * 4))
            }
            let contents = Contents(kind: kind, state: state, numbers: name)
            try JSONEncoder.plain.encode(contents).write(to: stateFile, options: .atomic)
            removeNumbers(except: name)
        } catch let error as TensorFileError {
            throw error
        } catch {
            throw TrainingError.unwritable(
                file: stateFile.path(percentEncoded: false), reason: error.localizedDescription)
        }
    }

    /// Fills the parameters with the checkpoint's numbers; `best` is made when it holds one. Throws `TrainingError`
    /// when there is none, or when it is damaged or of another training.
    func read(
        into parameters: TrainingParameters, of kind: Kind
    ) throws -> (state: TrainingState, best: FloatBuffer?) {
        let path = folder.path(percentEncoded: false)
        guard exists else { throw TrainingError.noCheckpoint(folder: path) }
        let contents: Contents
        do {
            contents = try JSONDecoder().decode(Contents.self, from: Data(contentsOf: stateFile))
        } catch {
            throw TrainingError.badCheckpoint(
                file: stateFile.path(percentEncoded: false), reason: "it is not the JSON of a checkpoint")
        }
        if let difference = contents.kind.difference(from: kind) {
            throw TrainingError.otherTraining(folder: path, what: difference)
        }
        guard !contents.numbers.contains("/"), contents.state.step >= 0 else {
            throw TrainingError.badCheckpoint(
                file: stateFile.path(percentEncoded: false), reason: "its fields are out of range")
        }
        let file = try SafetensorsFile(contentsOf: folder.appending(path: contents.numbers))
        let best = contents.state.bestStep == nil ? nil : FloatBuffer(count: parameters.layout.count)
        for (name, buffer) in Self.buffers(parameters, best: best) {
            try file.tensor(name, shape: [buffer.count]).float32().withFloats {
                if let start = $0.baseAddress { buffer.start.update(from: start, count: buffer.count) }
            }
        }
        return (contents.state, best)
    }

    private static func buffers(
        _ parameters: TrainingParameters, best: FloatBuffer?
    ) -> [(name: String, buffer: FloatBuffer)] {
        let always = [
            ("values", parameters.values), ("first_moments", parameters.firstMoments),
            ("second_moments", parameters.secondMoments),
        ]
        let average = parameters.average.map { [("average", $0)] } ?? []
        return always + average + (best.map { [("best", $0)] } ?? [])
    }

    private func removeNumbers(except name: String) {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
        for file in files where file.hasPrefix("step-") && file != name {
            try? FileManager.default.removeItem(at: folder.appending(path: file))
        }
    }
}

extension JSONEncoder {
    /// An encoder that gives the same bytes for the same value.
    static var plain: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

extension TrainingCheckpoint.Kind {
    /// The first difference from another training, in words; nil for the same one.
    fileprivate func difference(from other: Self) -> String? {
        if adapters != other.adapters { return "form of the adapters" }
        return settings.difference(from: other.settings) ?? (data == other.data ? nil : "set of pairs or latents")
    }
}

extension TrainingSettings {
    /// The first field in which two settings differ, by its name in a checkpoint.
    fileprivate func difference(from other: TrainingSettings) -> String? {
        guard self != other else { return nil }
        let (mine, theirs) = (fields, other.fields)
        return Set(mine.keys).union(theirs.keys).sorted().first { mine[$0] != theirs[$0] } ?? "setting"
    }

    private var fields: [String: NSObject] {
        let object = (try? JSONEncoder().encode(self)).flatMap { try? JSONSerialization.jsonObject(with: $0) }
        return object as? [String: NSObject] ?? [:]
    }
}

/// The progress of a training, without its parameters.
struct TrainingState: Sendable, Equatable, Codable {
    /// Number of steps done.
    var step = 0
    /// Step of the best validation so far, with its score.
    var bestStep: Int?
    var bestScore: ValidationScore?
    /// Number of validations since.
    var validationsSinceBest = 0
}
