import ArgumentParser
import FilesOnDisk
import LatentDiffusion
import SoundBridge

/// Options for the start of a picture, besides the noise of its seed.
struct StartOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A PNG, JPEG or WebP to start from instead of pure noise; brought to the size of the picture within white margins.
            """, valueName: "picture"))
    var initImage: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            How far the picture may leave --init-image, 0 (it stays) to 1 (nothing of it is left); the last \
            steps x strength of the steps are taken. (default: \(InitialPicture.defaultStrength))
            """, valueName: "share"))
    var strength: Double?

    @Option(
        name: [.customLong("variation-seed"), .customLong("variation")], parsing: .unconditional,
        help: ArgumentHelp(
            "A second seed, 0 to 2^63-1: the noise lies on the arc from that of --seed to its own.", valueName: "n"))
    var variationSeed: UInt64?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            How far along that arc, 0 (the noise of --seed) to 1 (that of --variation-seed). \
            (default: \(NoiseVariation.defaultStrength))
            """, valueName: "share"))
    var variationStrength: Double?

    func validate() throws {
        try checkOption(strength, 0...1, "--strength")
        try checkOption(variationStrength, 0...1, "--variation-strength")
        try checkSeed(variationSeed, "--variation-seed")
    }

    /// Overrides the settings of `--params-from`, in which an initial picture is known by name only.
    /// Throws `UsageError`.
    func apply(to settings: inout GenerationSettings) throws {
        try applyPicture(to: &settings)
        if let variationSeed {
            settings.variation = NoiseVariation(
                seed: variationSeed,
                strength: variationStrength ?? settings.variation?.strength ?? NoiseVariation.defaultStrength)
        } else if let variationStrength {
            guard let variation = settings.variation else {
                throw UsageError("--variation-strength needs a --variation-seed.")
            }
            settings.variation = NoiseVariation(seed: variation.seed, strength: variationStrength)
        }
    }

    private func applyPicture(to settings: inout GenerationSettings) throws {
        guard let initImage else {
            if let carried = settings.initImage {
                throw UsageError(
                    "Those settings start from the picture “\(carried.path.printable)”: --init-image must give it again."
                )
            }
            guard strength == nil else { throw UsageError("--strength needs an --init-image.") }
            return
        }
        settings.initImage = try UsageError.rethrowing((any Error).self) {
            try InitialPicture(
                contentsOf: initImage,
                strength: strength ?? settings.initImage?.strength ?? InitialPicture.defaultStrength)
        }
    }
}
