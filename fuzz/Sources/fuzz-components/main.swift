import Fuzzing

@testable import FilesOnDisk
@testable import FrozenEncoders
@testable import FuseMix
@testable import LatentDiffusion
@testable import SoundBridge
@testable import TensorCore

let folder = InputFolder()
/// Weights of zero, as far as they are small.
func weights() -> WeightReader {
    WeightReader { name, shape in
        let count = shape.map(Double.init).reduce(1, *)
        guard count <= 256 else { throw TensorFileError.missing(path: "weights", tensor: name) }
        return Tensor([Float](repeating: 0, count: Int(count)), shape: shape)
    }
}

/// The `config.json` of every component, a `bundle.json` and a `SHA256SUMS`.
fuzz { bytes in
    let file = folder.file("config.json", bytes)
    _ = try? ModelBundle(contentsOf: folder.file("bundle.json", bytes).deletingLastPathComponent())
    _ = try? Checksums(verifying: folder.file("SHA256SUMS", bytes).deletingLastPathComponent())
    _ = try? FrozenEncoder(contentsOf: folder.url)
    _ = try? FrozenEncoder(contentsOf: folder.url, modality: .text)
    _ = try? YAMNetConfig(contentsOf: file).logMel()
    _ = try? AdapterPair(contentsOf: folder.url)
    _ = try? TokenForm(contentsOf: file).numbers
    _ = try? NoiseScheduleConfiguration(schedulerFile: file).schedule.path(steps: 3, sampler: .euler, scheduler: nil)
    if let configuration = try? UNetConfiguration(contentsOf: file) {
        _ = try? UNet(configuration, weights(), .float32)
    }
    if let configuration = try? DiffusionTransformer.Configuration(contentsOf: file) {
        _ = configuration.noise.schedule
        _ = try? DiffusionTransformer(configuration, weights(), .float32)
    }
    if let configuration = try? ConvolutionalAutoencoder.Configuration(contentsOf: file) {
        _ = try? ConvolutionalAutoencoder(configuration, weights(), .float32)
    }
}
