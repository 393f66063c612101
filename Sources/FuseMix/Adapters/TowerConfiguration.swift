import FilesOnDisk

/// The computation of one side of an adapter pair: `x` and `y` in the `config.json` of a component.
///
/// Whatever the kind, the output's rows have length 1.
public struct TowerConfiguration: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// The latents themselves, so that their space is the shared one.
        case identity
        /// One linear map with a bias.
        case linear
        case fusemix(AdapterForm)
    }

    /// Channels of the input latents.
    public let inputSize: Int
    public let kind: Kind
    /// The base that the tower's output corrects before it is brought to length 1.
    public let base: ScoreBase.Form?

    public init(inputSize: Int, kind: Kind, base: ScoreBase.Form? = nil) {
        (self.inputSize, self.kind, self.base) = (inputSize, kind, base)
    }

    /// Name of the base's tensor, which is not trained.
    static let baseWeight = "base.weight"

    /// Names and shapes of the tower's tensors, in the order of writing.
    func tensors(outputSize: Int) -> [(name: String, shape: [Int])] {
        func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> [(String, [Int])] {
            [("\(name).weight", [outputs, inputs]), ("\(name).bias", [outputs])]
        }
        func norm(_ name: String, _ size: Int) -> [(String, [Int])] {
            [("\(name).weight", [size]), ("\(name).bias", [size])]
        }
        let frozen = base.map { [(Self.baseWeight, [outputSize, $0.count])] } ?? []
        switch kind {
        case .identity: return []
        case .linear: return frozen + linear("output_projection", inputSize, outputSize)
        case .fusemix(let form):
            let projection = form.width == inputSize ? [] : linear("input_projection", inputSize, form.width)
            let blocks = (0..<form.blocks).flatMap { block in
                norm("blocks.\(block).norm", form.width) + linear("blocks.\(block).up", form.width, form.hidden)
                    + linear("blocks.\(block).down", form.hidden, form.width)
            }
            return frozen + projection + blocks + norm("norm", form.width)
                + linear("output_projection", form.width, outputSize)
        }
    }

    /// Checks all sizes before any is used. Throws `FileContentError.field`.
    func validate(_ check: FieldCheck, side: String, outputSize: Int) throws {
        let sizes = 1...65_536
        try check.require(inputSize, in: sizes, "\(side).input_size")
        if let base {
            try check.require(kind != .identity, "\(side).base", "absent for an identity")
            try check.require(base.start, in: 0...inputSize - 1, "\(side).base.start")
            try check.require(base.count, in: 1...inputSize - base.start, "\(side).base.count")
            try check.require(base.power, in: 0.01...100, "\(side).base.power")
            if let gain = base.gain { try check.require(gain, in: ScoreBase.gains, "\(side).base.gain") }
        }
        switch kind {
        case .identity:
            try check.require(
                inputSize == outputSize, "\(side).input_size", "output_size (\(outputSize)) for an identity")
        case .linear: break
        case .fusemix(let form):
            try check.require(form.width, in: sizes, "\(side).width")
            try check.require(form.expansion, in: 1...64, "\(side).expansion")
            try check.require(form.blocks, in: 1...64, "\(side).blocks")
            try check.require(form.dropout, in: 0...0.99, "\(side).dropout")
        }
    }
}

extension TowerConfiguration: Codable {
    private enum CodingKeys: String, CodingKey {
        case kind, width, expansion, blocks, dropout, base
        case inputSize = "input_size"
    }

    private enum Name: String, Codable {
        case identity, linear, fusemix
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        inputSize = try fields.decode(Int.self, forKey: .inputSize)
        base = try fields.decodeIfPresent(ScoreBase.Form.self, forKey: .base)
        switch try fields.decode(Name.self, forKey: .kind) {
        case .identity: kind = .identity
        case .linear: kind = .linear
        case .fusemix:
            kind = .fusemix(
                AdapterForm(
                    width: try fields.decode(Int.self, forKey: .width),
                    expansion: try fields.decode(Int.self, forKey: .expansion),
                    blocks: try fields.decode(Int.self, forKey: .blocks),
                    dropout: try fields.decode(Double.self, forKey: .dropout)))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(inputSize, forKey: .inputSize)
        try fields.encodeIfPresent(base, forKey: .base)
        switch kind {
        case .identity: try fields.encode(Name.identity, forKey: .kind)
        case .linear: try fields.encode(Name.linear, forKey: .kind)
        case .fusemix(let form):
            try fields.encode(Name.fusemix, forKey: .kind)
            try fields.encode(form.width, forKey: .width)
            try fields.encode(form.expansion, forKey: .expansion)
            try fields.encode(form.blocks, forKey: .blocks)
            try fields.encode(form.dropout, forKey: .dropout)
        }
    }
}
