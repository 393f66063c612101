import FilesOnDisk
import Foundation
import PictureFiles
import TensorCore

/// An image encoder made of a vision transformer: CLIP (Radford et al., arXiv 2103.00020), SigLIP (Zhai et al., arXiv
/// 2303.15343), DINOv2 (Oquab et al., arXiv 2304.07193). Its vectors are those that transformers calls pooled, projected
/// where the model projects, not normalised.
public struct VisionEncoder: ImageEncoder {
    private enum Head: Sendable {
        case classToken
        case projection(Linear)
        case attention(AttentionPooling)
    }

    /// The family of `model_type`.
    enum Family {
        case clip, sigLIP, dinov2
    }

    public let embeddingLength: Int
    let preparation: PicturePreparation
    private let tower: VisionTransformer
    private let head: Head

    /// Reads `config.json`, `preprocessor_config.json` and the weights in `folder`, of any name, format and layout that
    /// transformers reads. Throws `FileContentError` or `TensorFileError`, naming the file, where they are unfit.
    init(contentsOf folder: URL, _ family: Family, precision: Precision) throws {
        let preparationFile = folder.appending(path: "preprocessor_config.json")
        let preparation = try PicturePreparation(contentsOf: preparationFile)
        let file = folder.appending(path: "config.json")
        let model: VisionModel =
            switch family {
            case .clip: try CLIPVisionFile(contentsOf: file).model
            case .sigLIP: try SigLIPFile(contentsOf: file).model
            case .dinov2: try DINOv2File(contentsOf: file).model
            }
        guard VisionTransformer.fit(preparation.side, model.form) else {
            throw FileContentError.unsuitable(
                file: preparationFile.path(percentEncoded: false),
                found: "pictures of \(preparation.side) pixels a side",
                expected: model.form.interpolation == nil
                    ? "the \(model.form.imageSize) of the model" : "at least a patch of \(model.form.patch)")
        }
        let hidden = model.form.layer.hidden
        let weights = MappedTensors(
            try TensorFile.open(TensorFile.weights(in: folder)), prefixes: model.prefixes)
        (tower, head) = try WeightReader.read(weights, dispensable: model.dispensable) { weights in
            let tower = try VisionTransformer(model.form, model.names, side: preparation.side, weights, precision)
            let head: Head =
                switch model.pooling {
                case .classToken: .classToken
                case .projection(let size):
                    .projection(
                        try weights.linear("visual_projection", hidden, size, hasBias: false, precision))
                case .attention(let name):
                    .attention(try AttentionPooling(name, model.form.layer, weights, precision))
                }
            return (tower, head)
        }
        embeddingLength = if case .projection(let size) = model.pooling { size } else { hidden }
        self.preparation = preparation
    }

    public func encode(_ picture: Picture) -> Tensor { embed(preparation.input(of: picture)).item(0) }

    /// `[1, side, side, 3]` → `[1, embeddingLength]`.
    func embed(_ input: Tensor) -> Tensor {
        let tokens = tower(input)
        return switch head {
        case .classToken: tokens.item(0).items(0..<1)
        case .projection(let projection): projection(tokens.item(0).items(0..<1))
        case .attention(let pooling): pooling(tokens)
        }
    }
}

/// The fields of a vision transformer's `config.json`.
struct VisionModel {
    enum Pooling {
        case classToken
        /// To that many numbers.
        case projection(Int)
        /// By the head of that name.
        case attention(String)
    }

    let form: VisionTransformer.Form
    let names: VisionTransformer.Names
    let pooling: Pooling
    /// Tensors of published files that the tower does not need.
    let dispensable: Set<String>
    /// Prefixes of names that the tower reads otherwise, or not at all.
    let prefixes: [(prefix: String, replacement: String?)]
}
