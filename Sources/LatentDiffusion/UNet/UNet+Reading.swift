import FilesOnDisk
import Foundation
import TensorCore

extension UNet {
    /// Reads `config.json` and the weights in `folder`, of any name and format that diffusers reads. Throws
    /// `FileContentError` or `TensorFileError`, naming the file, where they are unfit.
    public init(contentsOf folder: URL, precision: Precision) throws {
        let configuration = try UNetConfiguration(contentsOf: folder.appending(path: "config.json"))
        let weights = try TensorFile.weights(in: folder, stems: ["diffusion_pytorch_model"])
        try self.init(configuration, TensorFile.open(weights), precision: precision)
    }

    /// - Parameter weights: The weights and nothing else, by the names of diffusers.
    package init(_ configuration: UNetConfiguration, _ weights: some TensorSource, precision: Precision) throws {
        self = try WeightReader.read(weights) { try Self(configuration, $0, precision) }
    }
}
