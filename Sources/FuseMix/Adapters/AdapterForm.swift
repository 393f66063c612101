/// The size of a FuseMix adapter (Vouitsis et al., arXiv 2312.10144, section 4): residual blocks
/// x + Linear(Dropout(GELU(Linear(LayerNorm(x))))), then LayerNorm, Linear and L2 normalisation.
public struct AdapterForm: Sendable, Equatable {
    /// Channels of the residual stream. Where it is not the input's size, a linear projection stands in front.
    public let width: Int
    /// Hidden channels of a block over `width`.
    public let expansion: Int
    public let blocks: Int
    /// Share of hidden channels that training drops; an adapter in use drops none.
    public let dropout: Double

    public init(width: Int, expansion: Int, blocks: Int, dropout: Double) {
        (self.width, self.expansion, self.blocks, self.dropout) = (width, expansion, blocks, dropout)
    }

    /// Hidden channels of a block.
    var hidden: Int { width * expansion }

    /// What the layer normalisations add to a variance: PyTorch's default.
    static let epsilon: Float = 1e-5
}
