import TensorCore

/// Pictures and the sounds that they were made from, in one space.
struct SoundPictures: Sendable {
    /// Indices of the generated pictures that were made from a sound.
    let pictures: [Int]
    /// Row of each picture's sound.
    let soundOfPicture: [Int]
    /// `[pictures, channels]`, rows of length 1.
    let pictureVectors: Tensor
    /// `[sounds, channels]`, rows of length 1; each sound once.
    let soundVectors: Tensor

    /// For each picture, the share of other sounds that are less similar to it than its own, averaged; nil when there
    /// is only one sound.
    var audioImageSimilarity: Double? {
        guard soundVectors.shape[0] >= 2 else { return nil }
        let shares = soundOfPicture.enumerated().map { picture, sound in
            var scores = PoolShare.scores(of: pictureVectors.item(picture), with: soundVectors)
            let own = scores.remove(at: sound)
            return PoolShare.below(own, scores)
        }
        return shares.reduce(0, +) / Double(shares.count)
    }
}
