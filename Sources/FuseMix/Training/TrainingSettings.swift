/// All settings of a training, apart from the data and the form of the adapters. Defaults are the paper's (arXiv
/// 2312.10144).
public struct TrainingSettings: Sendable, Equatable, Codable {
    /// The ingredients of a mixed pair.
    public enum Mixing: String, Sendable, Codable, CaseIterable {
        /// One pair from each half of twice the batch: the paper's, so that an epoch has half as many mixed pairs as
        /// there are pairs.
        case halves
        /// The batch and a permutation of itself, so that an epoch has as many mixed pairs as there are pairs.
        case permutation
        /// No mixing: pairs as they are.
        case none
    }

    public enum Loss: String, Sendable, Codable, CaseIterable {
        case infonce, sigmoid
        /// The cosine loss, for an anchored y only.
        case cosine
    }

    /// The positives of a pair in a batch beside itself.
    public enum Positives: String, Sendable, Codable, CaseIterable {
        case pair, group, x, y
    }

    /// The score that the best checkpoint is chosen by.
    public enum Selection: String, Sendable, Codable, CaseIterable {
        /// R@1, the mean of both directions.
        case recall
        /// The mean of R@1, R@5 and R@10 of both directions: less noisy where few pairs are held out.
        case meanRecall = "mean-recall"
        /// The share of x whose nearest y, among all but those of test, is of their group.
        case classAccuracy = "class-accuracy"
        /// The mean cosine of the pairs, for an adapter onto an anchor.
        case similarity

        /// The score's name for people.
        public var title: String {
            switch self {
            case .recall: "R@1"
            case .meanRecall: "mean R@1/5/10"
            case .classAccuracy: "class accuracy"
            case .similarity: "mean cosine"
            }
        }
    }

    /// Mixed pairs per step; nil fits the data: `largestBatch` or half the pairs, whichever is less.
    public var batch: Int?
    public var largestBatch = 20_480
    public var epochs = 500
    /// Limit on the steps, which may end training before all epochs; nil for none.
    public var stepLimit: Int?
    public var learningRate = 1e-3
    public var learningRateFloor = 1e-6
    public var warmupStart = 1e-6
    /// Warm-up steps; nil fits the data: 100 or 5 % of the steps, whichever is less.
    public var warmupSteps: Int?
    public var beta1 = 0.9
    public var beta2 = 0.999
    public var epsilon = 1e-8
    public var weightDecay = 0.1
    /// Decay per step of the running average of the parameters; 0 for none.
    public var averageDecay = 0.0
    /// Starting value and bounds of the learnt temperature.
    public var temperature = 0.07
    public var temperatureRange = [0.001, 0.5]
    public var mixing = Mixing.halves
    /// The α of Beta(α, α).
    public var mixingAlpha = 1.0
    /// Whether each mixed pair has a weight of its own instead of one for the batch.
    public var mixesEachPair = false
    /// Whether each mixed pair is joined by an unmixed one.
    public var addsUnmixed = false
    /// Standard deviation of the noise added to training latents, relative to their root mean square.
    public var latentNoise = 0.0
    public var loss = Loss.infonce
    public var positives = Positives.pair
    /// Weight of the STRUCTURE regulariser; 0 for none.
    public var structureWeight = 0.0
    /// Weight of the mean squared length of a tower's correction to its base; 0 for none.
    public var correctionPenalty = 0.0
    /// Whether the latents of trained sides are standardized to mean 0 and deviation about 1 in every channel.
    public var standardizes = false
    public var selection = Selection.recall
    /// Epochs between validations.
    public var validationInterval = 1
    /// Number of validations without improvement after which training ends; nil for none.
    public var patience: Int?
    public var seed: UInt64 = 42

    public init() {}
}
