import TensorCore

extension TinyAutoencoder {
    /// The size of the networks, and what happens to latents around them.
    public struct Configuration: Sendable, Equatable {
        /// One half of the autoencoder: a convolution in, levels of residual blocks, a convolution out.
        public struct Network: Sendable, Equatable {
            /// Width of every level.
            public var width: Int
            /// Residual blocks of each level, in the order of the layers.
            public var blocks: [Int]
            /// Levels whose blocks first add a normalised part of their own pixels' channels, as those of TAEF2.
            public var pooledLevels: Set<Int> = []
        }

        public var channels = 3
        public var latentChannels: Int
        /// Nil for a decoder alone.
        public var encoder: Network?
        public var decoder: Network
        /// Latents are `(encoded − shift) · factor`.
        public var factor: Float = 1
        public var shift: Float = 0

        /// Ratio of a picture's width to its latents'.
        public var scale: Int { 1 << (decoder.blocks.count - 1) }
    }
}

extension TinyAutoencoder.Configuration {
    /// The configuration that the names and shapes of the weights imply, by the names of `TinyAutoencoderNames`. Throws
    /// `TensorFileError.missing`.
    init(shapesOf weights: some TensorSource) throws {
        let input = try Self.shape("decoder.layers.0.weight", weights)
        let encoder =
            try weights.names.contains { $0.hasPrefix("encoder.") } ? Network("encoder", shapesOf: weights) : nil
        let decoder = try Network("decoder", shapesOf: weights)
        self.init(
            channels: try Self.shape("decoder.layers.\(decoder.lastLayer).weight", weights)[0],
            latentChannels: input[1], encoder: encoder, decoder: decoder)
        guard encoder.map({ $0.blocks.count == decoder.blocks.count }) ?? true else {
            throw TensorFileError.refused(
                path: weights.path,
                reason: "its encoder has \(encoder?.blocks.count ?? 0) levels and its decoder \(decoder.blocks.count)")
        }
    }

    fileprivate static func shape(_ name: String, _ weights: some TensorSource) throws -> [Int] {
        guard let shape = weights.layout(of: name)?.shape, shape.count == 4, shape.allSatisfy({ $0 > 0 }) else {
            throw TensorFileError.missing(path: weights.path, tensor: name)
        }
        return shape
    }
}

extension TinyAutoencoder.Configuration.Network {
    /// - Parameter name: “encoder” or “decoder”.
    fileprivate init(_ name: String, shapesOf weights: some TensorSource) throws {
        let start = "\(name).layers."
        var convolutions: Set<Int> = [], blocks: Set<Int> = [], pooled: Set<Int> = []
        for tensor in weights.names where tensor.hasPrefix(start) {
            let parts = tensor.dropFirst(start.count).split(separator: ".")
            guard let place = parts.first.flatMap({ Int($0) }) else { continue }
            switch parts.dropFirst().first {
            case "weight": convolutions.insert(place)
            case "conv": blocks.insert(place)
            case "pool": pooled.insert(place)
            default: break
            }
        }
        let places = convolutions.sorted()
        let levels = zip(places, places.dropFirst()).map { first, next in first + 1..<next }
        guard (1...8).contains(levels.count) else {
            throw TensorFileError.missing(path: weights.path, tensor: start + "1.conv.0.weight")
        }
        self.init(
            width: try TinyAutoencoder.Configuration.shape("\(start)\(places[0]).weight", weights)[0],
            blocks: levels.map { blocks.intersection($0).count },
            pooledLevels: Set(levels.indices.filter { !pooled.isDisjoint(with: levels[$0]) }))
    }

    /// Number of the last layer of a decoder: a convolution and ReLU, then each level's blocks, enlargement and convolution,
    /// without the enlargement at the end.
    var lastLayer: Int { 2 + blocks.reduce(0, +) + 2 * (blocks.count - 1) }
}
