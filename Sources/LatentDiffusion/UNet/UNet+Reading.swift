import FilesOnDisk
import Foundation
import TensorCore

extension UNet {
    /// Opens the weights in `folder`, of any name and format that diffusers reads. Throws `FileContentError` or
    /// `TensorFileError`, naming the file.
    package static func weights(in folder: URL) throws -> any TensorSource {
        try TensorFile.open(TensorFile.weights(in: folder, stems: ["diffusion_pytorch_model"]))
    }

    /// - Parameter weights: The weights and nothing else, by the names of diffusers.
    /// - Throws: `FileContentError` or `TensorFileError`, naming the file, where they are unfit.
    package init(_ configuration: UNetConfiguration, _ weights: some TensorSource, precision: Precision) throws {
        self = try WeightReader.read(weights) { try Self(configuration, $0, precision) }
    }
}
