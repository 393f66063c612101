/// The requested size of a pair of adapters, before any latents are known.
public struct AdapterShape: Sendable, Equatable {
    /// Channels of the residual stream; nil for the number of the latents' channels.
    public var width: Int?
    /// Ratio of a block's hidden channels to the width.
    public var expansion: Int
    public var blocks: Int
    /// Share of hidden channels dropped in training.
    public var dropout: Double
    /// Channels of the shared space; that of y where y is the anchor.
    public var outputSize: Int
    /// Whether only x is trained, into the unchanged space of y.
    public var isAnchored = false

    public init(width: Int?, expansion: Int, blocks: Int, dropout: Double, outputSize: Int) {
        (self.width, self.expansion, self.blocks, self.dropout) = (width, expansion, blocks, dropout)
        self.outputSize = outputSize
    }

    /// The configuration of the adapters for latents of these encoders and widths.
    ///
    /// - Parameter base: The class scores among the latents of x that weigh its base.
    package func configuration(
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
