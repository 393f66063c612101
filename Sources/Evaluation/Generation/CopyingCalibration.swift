import Retrieval

/// Calibration of the rule for copies, by its results on real pictures that nobody copied.
public struct CopyingCalibration: Sendable, Codable, Equatable {
    /// Real pictures that the model was not trained on.
    public let pictures: Int
    /// Share of them that the rule calls copies.
    public let shareOfReal: Double
    /// Distance to the nearest training picture that 5 % of them fall below.
    public let threshold: Double
    /// Share of the generated pictures below that distance; 0.05 is expected for pictures drawn independently.
    public let share: Double

    /// Calibrates the rule; nil without real pictures.
    ///
    /// - Parameters:
    ///   - generated: Distances of generated pictures to the nearest training picture.
    ///   - real: The same distances for real pictures.
    ///   - threshold: The rule's threshold.
    init?(generated: [Double], real: [Double], threshold: Double) {
        guard !real.isEmpty else { return nil }
        pictures = real.count
        shareOfReal = Self.share(of: real, below: threshold)
        self.threshold = Bootstrap.quantile(Copying.percentile, of: real.sorted())
        share = Self.share(of: generated, below: self.threshold)
    }

    static func share(of distances: [Double], below threshold: Double) -> Double {
        Double(distances.count { $0 < threshold }) / Double(distances.count)
    }

    enum CodingKeys: String, CodingKey {
        case pictures, threshold, share
        case shareOfReal = "share_of_real"
    }
}
