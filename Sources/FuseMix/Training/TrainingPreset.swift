/// Adapters and settings to start from.
public enum TrainingPreset: String, Sendable, CaseIterable {
    /// Adapters and batches small enough for thousands of pairs and a processor without a GPU.
    case small
    /// Every number of the paper's method (arXiv 2312.10144).
    case paper

    public var adapters: AdapterShape {
        switch self {
        case .small: AdapterShape(width: 384, expansion: 2, blocks: 2, dropout: 0.3, outputSize: 384)
        case .paper: AdapterShape(width: nil, expansion: 4, blocks: 4, dropout: 0.6, outputSize: 512)
        }
    }

    public var settings: TrainingSettings {
        var settings = TrainingSettings()
        if self == .small {
            (settings.largestBatch, settings.stepLimit) = (1024, 600)
            settings.patience = 50
        }
        return settings
    }
}
