import ArgumentParser
import SoundBridge

/// `--seed N` or `--seed random`.
enum Seed: ExpressibleByArgument, Equatable {
    case fixed(UInt64)
    case random

    init?(argument: String) {
        if argument == "random" {
            self = .random
        } else if let number = UInt64(argument), GenerationSettings.seedRange.contains(number) {
            self = .fixed(number)
        } else {
            return nil
        }
    }

    var defaultValueDescription: String {
        switch self {
        case .fixed(let number): "\(number)"
        case .random: "random"
        }
    }
}
