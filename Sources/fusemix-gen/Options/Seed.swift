import ArgumentParser
import SoundBridge

/// `--seed N` or `--seed random`.
enum Seed: Equatable {
    case fixed(UInt64)
    case random

    /// Throws `ValidationError` for anything else.
    @Sendable init(_ argument: String) throws {
        if argument == "random" {
            self = .random
        } else if let number = UInt64(argument), GenerationSettings.seedRange.contains(number) {
            self = .fixed(number)
        } else {
            throw ValidationError("random or a whole number from 0 to 2^63-1 is expected")
        }
    }
}
