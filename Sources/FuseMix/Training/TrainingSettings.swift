/// Everything that decides what a training computes, the data and the form of the adapters aside. Numbers are the
/// paper's (arXiv 2312.10144).
public struct TrainingSettings: Sendable, Equatable, Codable {
    /// What a mixed pair is made of.
    public enum Mixing: String, Sendable, Codable, CaseIterable {
        /// One pair from each half of twice the batch: the paper's, so that an epoch has half as many mixed pairs as
        /// there are pairs.
        case halves
        /// The batch and a permutation of itself, so that an epoch has as many mixed pairs as there are pairs.
        case permutation
        /// Nothing: pairs as they are.
        case none
    }

    public enum Loss: String, Sendable, Codable, CaseIterable {
        case infonce, sigmoid
        /// For an anchored y alone.
        case cosine
    }

    /// Which pairs of a batch are positives of each other beside each with itself.
    public enum Positives: String, Sendable, Codable, CaseIterable {
        case pair, group, x, y
    }

    /// What the best checkpoint is chosen by.
    public enum Selection: String, Sendable, Codable, CaseIterable {
        /// R@1, the mean of both directions.
        case recall
        /// The mean of R@1, R@5 and R@10 of both directions: less noisy where few pairs are held out.
        case meanRecall = "mean-recall"
        /// The share of x whose nearest y, among all but those of test, is of their group.
        case classAccuracy = "class-accuracy"

        /// The figure's name for people.
        public var title: String {
            switch self {
            case .recall: "R@1"
            case .meanRecall: "mean R@1/5/10"
            case .classAccuracy: "class accuracy"
            }
        }
    }

    /// Mixed pairs a step; nil fits the data: `largestBatch` or half the pairs, whichever is less.
    public var batch: Int?
    public var largestBatch = 20_480
    public var epochs = 500
    /// Fewer epochs where these steps are reached before; nil for no such limit.
    public var stepLimit: Int?
    public var learningRate = 1e-3
    public var learningRateFloor = 1e-6
    public var warmupStart = 1e-6
    /// nil fits the data: 100 or 5 % of the steps, whichever is less.
    public var warmupSteps: Int?
    public var beta1 = 0.9
    public var beta2 = 0.999
    public var epsilon = 1e-8
    public var weightDecay = 0.1
    /// Decay a step of the running average of the parameters; 0 for none.
    public var averageDecay = 0.0
    /// Where the learnt temperature starts, and between which bounds it stays.
    public var temperature = 0.07
    public var temperatureRange = [0.001, 0.5]
    public var mixing = Mixing.halves
    /// α of Beta(α, α).
    public var mixingAlpha = 1.0
    /// A weight of its own for each mixed pair instead of one for the batch.
    public var mixesEachPair = false
    /// Each mixed pair is joined by one that is not.
    public var addsUnmixed = false
    /// Standard deviation of the noise added to latents that are trained on, over their root mean square.
    public var latentNoise = 0.0
    public var loss = Loss.infonce
    public var positives = Positives.pair
    /// Weight of the STRUCTURE regulariser; 0 for none.
    public var structureWeight = 0.0
    /// Weight of the mean squared length of what a tower adds to its base; 0 for none.
    public var correctionPenalty = 0.0
    /// Whether the latents of trained sides go in with mean 0 and about deviation 1 in every channel.
    public var standardizes = false
    public var selection = Selection.recall
    /// Epochs between validations.
    public var validationInterval = 1
    /// Validations without a better one after which training ends; nil for none.
    public var patience: Int?
    public var seed: UInt64 = 42

    public init() {}
}
