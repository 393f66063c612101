/// The size of a pair of adapters as it is asked for before any latents are known.
public struct AdapterShape: Sendable, Equatable {
    /// Channels of the residual stream; nil for as many as the latents have.
    public var width: Int?
    /// Hidden channels of a block over the width.
    public var expansion: Int
    public var blocks: Int
    /// Share of hidden channels that training drops.
    public var dropout: Double
    /// Channels of the shared space; that of y where y is the anchor.
    public var outputSize: Int
    /// Whether x alone is trained, into the space of y as it is.
    public var isAnchored = false

    public init(width: Int?, expansion: Int, blocks: Int, dropout: Double, outputSize: Int) {
        (self.width, self.expansion, self.blocks, self.dropout) = (width, expansion, blocks, dropout)
        self.outputSize = outputSize
    }

    /// The adapters for latents of these encoders and widths.
    ///
    /// - Parameter base: The class scores among the latents of x that weigh its base.
    func configuration(
        x: (encoder: String, size: Int), y: (encoder: String, size: Int), base: ScoreBase.Form?
    ) -> AdapterConfiguration {
        func tower(_ size: Int, base: ScoreBase.Form? = nil) -> TowerConfiguration {
            let form = AdapterForm(width: width ?? size, expansion: expansion, blocks: blocks, dropout: dropout)
            return TowerConfiguration(inputSize: size, kind: .fusemix(form), base: base)
        }
        return AdapterConfiguration(
            xEncoder: x.encoder, yEncoder: y.encoder, outputSize: isAnchored ? y.size : outputSize,
            x: tower(x.size, base: base),
            y: isAnchored ? TowerConfiguration(inputSize: y.size, kind: .identity) : tower(y.size))
    }
}
