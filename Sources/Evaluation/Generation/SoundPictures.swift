import TensorCore

/// Pictures and the sounds that they were made of, in one space.
struct SoundPictures: Sendable {
    /// Indices of the generated pictures that were made of a sound.
    let pictures: [Int]
    /// Of each of these the row of its sound.
    let soundOfPicture: [Int]
    /// `[pictures, channels]`, rows of length 1.
    let pictureVectors: Tensor
    /// `[sounds, channels]`, rows of length 1; each sound once.
    let soundVectors: Tensor

    /// Mean over the pictures of the share of the other sounds that are less similar to the picture than its own is;
    /// nil when there is one sound only.
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
