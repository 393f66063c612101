import FilesOnDisk
import LatentDiffusion
import TensorCore

/// The sum that LoRAs add to the weights of a Stable Diffusion model: `W + scale · alpha / rank · up · down`.
struct LoRAMerge: Sendable {
    private let deltas: [StableDiffusionPart: [String: [MergedTensors.Delta]]]

    /// Finds the weight that each change belongs to; no weights are read.
    ///
    /// - Parameters:
    ///   - model: What errors call the model.
    ///   - weights: Returns a part's weights by the names of diffusers.
    /// - Throws: `FileContentError` where a change has no place in the model or not its shape, and a scale is not in
    ///   `LoRA.scales`; what `LoRAFile` and `weights` throw.
    init(
        _ loras: [LoRA], into model: String, _ parts: [StableDiffusionPart], _ unet: UNetConfiguration,
        weights: (StableDiffusionPart) throws -> any TensorSource
    ) throws {
        var deltas: [StableDiffusionPart: [String: [MergedTensors.Delta]]] = [:]
        var targets: [StableDiffusionPart: Targets] = [:]
        for part in parts where !loras.isEmpty {
            targets[part] = Targets(try weights(part), part == .unet ? unet : nil)
        }
        for lora in loras {
            let path = lora.file.path(percentEncoded: false)
            guard LoRA.scales.contains(lora.scale) else {
                throw FileContentError.unsuitable(
                    file: path, found: "the scale \(lora.scale)", expected: "one from -10 to 10")
            }
            let file = try LoRAFile(contentsOf: lora.file)
            var (foreign, unfit): ([String], [String]) = ([], [])
            for layer in file.layers {
                guard let target = targets[layer.name.part]?[layer.name.flat] else {
                    foreign.append(layer.down)
                    continue
                }
                guard layer.fits(target.shape, file.tensors) else {
                    unfit.append(layer.down)
                    continue
                }
                guard lora.scale != 0 else { continue }
                deltas[layer.name.part, default: [:]][target.name, default: []].append(
                    .init(file.tensors, down: layer.down, up: layer.up, scale: lora.scale * layer.factor))
            }
            for (names, what) in [(foreign, "without a place in it"), (unfit, "of shapes that do not fit its weights")]
            where !names.isEmpty {
                throw FileContentError.unsuitable(
                    file: path, found: names.listed("layer", what), expected: "a LoRA for a model such as \(model)")
            }
        }
        self.deltas = deltas
    }

    /// A part's weights, which `init` was given too, with what is added to them.
    func merged(_ weights: any TensorSource, _ part: StableDiffusionPart) -> any TensorSource {
        deltas[part].map { MergedTensors(weights, adding: $0) } ?? weights
    }
}

/// The weights of a part that LoRAs can change, by their flat names.
private struct Targets {
    private let weights: [String: (name: String, shape: [Int])]
    private let unet: UNetConfiguration?

    /// - Parameter unet: What the U-Net is, if the part is that, for names of the original layout.
    init(_ source: any TensorSource, _ unet: UNetConfiguration?) {
        let ending = ".weight"
        var weights: [String: (name: String, shape: [Int])] = [:]
        for name in source.names where name.hasSuffix(ending) {
            guard let shape = source.layout(of: name)?.shape, shape.count > 1, !shape.contains(0) else {
                continue
            }
            weights[Self.flat(name.dropLast(ending.count))] = (name, shape)
        }
        self.weights = weights
        self.unet = unet
    }

    subscript(flat: String) -> (name: String, shape: [Int])? {
        weights[flat] ?? unet.flatMap { UNetNames.layer(flat: flat, $0) }.flatMap { weights[Self.flat($0)] }
    }

    private static func flat(_ name: some StringProtocol) -> String { String(name).replacing(".", with: "_") }
}

extension LoRAFile.Layer {
    /// Whether the change has the shape of the weight; a 1×1 convolution is as good as a linear layer.
    fileprivate func fits(_ shape: [Int], _ tensors: any TensorSource) -> Bool {
        guard let down = tensors.layout(of: down)?.shape, let up = tensors.layout(of: up)?.shape else { return false }
        func matrix(_ shape: [Int]) -> [Int] { shape.count == 4 && shape[2...] == [1, 1] ? shape.dropLast(2) : shape }
        return matrix(down) == [rank] + matrix(shape).dropFirst() && matrix(up) == [shape[0], rank]
    }
}
