import TensorCore

/// The layouts that tiny autoencoders are published in, mapped to that of diffusers' `AutoencoderTiny`:
/// `encoder.layers.N…`, `decoder.layers.N…`.
///
/// The original files number the layers of one sequence (`1.weight`, `3.conv.0.weight`). Their decoder begins with the
/// clamping of latents, which has a number and no weights.
enum TinyAutoencoderNames {
    /// What the tensors of a file are.
    enum Part {
        case encoder
        case decoder
        case whole
    }

    /// Nil where a file holds something else.
    static func part(of source: any TensorSource) -> Part? {
        let places = source.names.compactMap(Place.init)
        guard places.count == source.names.count, places.contains(where: { $0.rest == "conv.0.weight" }) else {
            return nil
        }
        switch Set(places.map(\.half)) {
        case ["encoder", "decoder"]: return .whole
        case ["encoder"]: return .encoder
        case ["decoder"]: return .decoder
        case [nil]: return places.contains { $0.number == 0 } ? .encoder : .decoder
        default: return nil
        }
    }

    /// The tensors of that part in diffusers' layout; names that do not belong to it stay as they are.
    static func diffusers(_ source: any TensorSource, part: Part) -> MappedTensors {
        let only = part == .encoder ? "encoder" : part == .decoder ? "decoder" : nil
        let places = source.names.compactMap(Place.init)
        let firstOfDecoder = places.filter { $0.half ?? only == "decoder" }.map(\.number).min() ?? 0
        return MappedTensors(source) { name, _ in
            guard let place = Place(name), let half = place.half ?? only else { return [(name, .init(name))] }
            let number = place.number - (half == "decoder" ? firstOfDecoder : 0)
            return [("\(half).layers.\(number).\(place.rest)", .init(name))]
        }
    }

    /// A name taken apart.
    private struct Place {
        /// “encoder” or “decoder”; nil where the name does not say.
        let half: String?
        let number: Int
        let rest: String

        init?(_ name: String) {
            var parts = name.split(separator: ".", omittingEmptySubsequences: false)[...]
            half = ["encoder", "decoder"].first { parts.first == $0[...] || parts.first == "taesd_\($0)" }
            if half != nil { parts = parts.dropFirst() }
            if parts.first == "layers" { parts = parts.dropFirst() }
            guard let number = parts.first.flatMap({ Int($0) }), number >= 0, parts.count > 1 else { return nil }
            self.number = number
            rest = parts.dropFirst().joined(separator: ".")
        }
    }
}
