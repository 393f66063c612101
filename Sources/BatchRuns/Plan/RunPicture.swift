/// One picture to make. As JSON: `{"output":"pictures/dog.png","seed":7}`.
public struct RunPicture: Sendable, Equatable, Codable {
    /// Seed of the picture. As the seed of a single input, it makes the same picture again.
    public let seed: UInt64
    public let destination: RunDestination

    init(seed: UInt64, destination: RunDestination) {
        (self.seed, self.destination) = (seed, destination)
    }

    private enum CodingKeys: String, CodingKey {
        case seed
        case destination = "output"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        seed = try values.decode(UInt64.self, forKey: .seed)
        destination = RunDestination(name: try values.decode(String.self, forKey: .destination))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(seed, forKey: .seed)
        try values.encode(destination.name, forKey: .destination)
    }
}

/// The destination of a picture.
public enum RunDestination: Sendable, Equatable {
    /// A path that begins with the output as it was given.
    case file(String)
    case standardOutput

    /// The picture's name in records.
    public var name: String {
        switch self {
        case .file(let path): path
        case .standardOutput: "-"
        }
    }

    /// Makes the destination that has this name.
    init(name: String) {
        self = name == "-" ? .standardOutput : .file(name)
    }
}
