import FilesOnDisk
import Foundation
import LatentDiffusion
import TensorCore

/// The findings on a text-to-image model: its kind, faults, licence, and the cost of a picture on this machine.
public struct ModelCheck: Sendable, Encodable {
    public let name: String
    /// Such as “Stable Diffusion 1.x, folder of diffusers, F16 safetensors”.
    public let kind: String
    /// Size of all files that pictures depend on.
    public let bytes: Int
    public let prediction: DiscreteDiffusion.Prediction?
    public let sampler: SamplerKind
    public let steps: Int
    public let guidanceScale: Float
    public let licences: [Licence]
    /// A sentence for each part that is missing or damaged.
    public private(set) var faults: [String] = []
    public private(set) var measurements: [ModelMeasurement] = []

    /// Looks at the model's files; no weights are read. Throws `FileContentError`, `TensorFileError` for files that cannot be
    /// opened.
    ///
    /// - Parameters:
    ///   - model: The model.
    ///   - place: Its folder or file.
    public init(_ model: any TextToImageModel, at place: URL) throws {
        name = model.name
        let weights = try model.weightFiles
        kind = "\(model.family.rawValue), \(model.form), \(try Self.format(of: weights))"
        bytes = ((try? model.files) ?? weights).reduce(0) { $0 + Self.size(of: $1) }
        prediction = (model.schedule as? DiscreteDiffusion)?.prediction
        (sampler, steps) = (model.defaults.sampler, model.defaults.steps)
        guidanceScale = model.defaults.guidanceScale
        licences = Licence.found(of: model, at: place)
    }

    /// Reads all weights in each precision that the processor has, and measures. A part that cannot be read is a fault.
    ///
    /// - Parameters:
    ///   - model: The model that was looked at.
    ///   - threads: Threads that networks compute with.
    ///   - onBegin: Called before each precision.
    @ComputeActor
    public mutating func measure(
        _ model: any TextToImageModel, threads: Int = 1, onBegin: (Precision) -> Void = { _ in }
    ) {
        faults = Self.faults(of: model)
        guard faults.isEmpty else { return }
        for precision in Precision.hasBFloat16 ? [Precision.bfloat16, .float32] : [.float32] {
            onBegin(precision)
            do { measurements.append(try ModelMeasurement(model, precision, threads: threads)) } catch {
                faults.append("\(error)")
                return
            }
        }
    }

    /// Returns the errors of the parts when each is read, in the precision that needs the least memory.
    @ComputeActor
    private static func faults(of model: any TextToImageModel) -> [String] {
        let parts: [(Precision) throws -> Void] = [
            { _ = try model.textEncoder($0) }, { _ = try model.denoiser($0) }, { _ = try model.autoencoder($0) },
        ]
        return parts.compactMap { part in
            do {
                try part(.automatic)
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    /// The type of most weights, and of the file.
    private static func format(of files: [URL]) throws -> String {
        let sources = try files.map(TensorFile.open)
        var counts: [DType: Int] = [:]
        for source in sources {
            for case let layout? in source.names.map(source.layout) {
                counts[layout.dtype, default: 0] += layout.shape.reduce(1, *)
            }
        }
        let type = counts.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }?.key.rawValue ?? "no"
        let shards = files.count > 1 ? " in \(files.count) shards" : ""
        return "\(type) \(sources.first is SafetensorsFile ? "safetensors" : "PyTorch")\(shards)"
    }

    private static func size(of file: URL) -> Int {
        let path = file.resolvingSymlinksInPath().path(percentEncoded: false)
        return (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }
}
