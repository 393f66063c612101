import ArgumentParser
import Evaluation
import Foundation
import FrozenEncoders
import LatentStore
import SoundBridge
import TensorCore

/// `fusemix-gen search`: by sound, picture or words, over what was embedded before.
struct Search: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Finds what is nearest to a sound, a picture or words among embedded items.",
        usage: """
            fusemix-gen search <file> --in <latents> ... [-k <count>] [<options>]
            fusemix-gen search --text <words> --in <latents> ... [-k <count>] [<options>]
            """,
        discussion: """
            Every item is looked at; scores are cosines, -1 to 1. Items of the query's own kind are compared as their \
            encoder has them, words and pictures by the model's image_text adapters, words and sounds by its audio_text \
            adapters. Sounds and pictures meet by way of words: the model's bridge takes the sound to the sentence \
            space, the image_text adapters take it on from there; sounds that are searched so must be embedded with \
            --features both.

              fusemix-gen search dog.wav --in pictures.safetensors -k 5
              fusemix-gen search --text "rain on a roof" --in sounds.safetensors --json

            Exit codes: 0 done; 1 a file is unfit; 2 wrong usage; 3 a model cannot be loaded.
            """)

    @Argument(
        help: ArgumentHelp(
            "The query: a picture when it is named .png, .jpg or .jpeg, else a sound.", valueName: "file"))
    var query: String?

    @Option(help: ArgumentHelp("Words as the query.", valueName: "words"))
    var text: String?

    @Option(
        name: .customLong("in"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "Latents to search, .safetensors or .npy, of one encoder when there are several.", valueName: "latents"))
    var sets: [String]

    @Option(
        name: .customShort("k"), parsing: .unconditional,
        help: ArgumentHelp("How many to print, 1 to 100000.", valueName: "count"))
    var count = 5

    @Option(
        help: ArgumentHelp(
            "Adapters to compare by, in place of the model's: a component's name or folder.", valueName: "name|folder"))
    var adapters: String?

    @OptionGroup(title: "Machine") var machine: MachineOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (query == nil) != (text == nil) else {
            throw ValidationError("Either a file or --text is expected as the query.")
        }
        guard !(text?.allSatisfy(\.isWhitespace) ?? false) else { throw ValidationError("--text holds no words.") }
        try checkOption(count, 1...100_000, "-k")
    }

    func run() async throws {
        let report = try await find(Components(bridge: machine.bridge()))
        try Console.result(json ? jsonLine(report) : report.table)
    }

    @ComputeActor
    private func find(_ components: Components) throws -> SearchReport {
        let (result, duration) = try seconds {
            let index = try LatentIndex(
                sets.map { (name: $0, latents: try LatentSet(contentsOf: URL(filePath: $0))) })
            let modality = query.map(Modality.init(ofFileNamed:)) ?? .text
            let route = try self.route(from: modality, to: index, components)
            let vector = try self.vector(route)
            return (index, route.space, try index.nearest(to: vector, count: count, through: route.space.second))
        }
        return SearchReport(
            query: query ?? text ?? "", space: result.1.description, modality: result.0.kind.modality?.rawValue,
            searched: result.0.count, hits: result.2, precision: components.bridge.precision, seconds: duration)
    }

    /// The space, and the encoder of the query. Throws `ModelError`, `SpaceError`.
    @ComputeActor
    private func route(
        from modality: Modality, to index: LatentIndex, _ components: Components
    ) throws -> (space: SharedSpace, encoder: NamedEncoder, width: Int?) {
        if let adapters {
            let chosen = try components.adapters(adapters)
            let sides = try chosen.sides(for: index.kind)
            let space = SharedSpace(first: sides.other, second: sides.own, description: chosen.name)
            let encoder = try components.encoder(sides.otherEncoder)
            try encoder.check(modality)
            return (space, encoder, try space.first.inputSize())
        }
        let indexed = try index.modality()
        let space = try SharedSpace(modality, indexed, in: components.bridge)
        guard modality == indexed else {
            return (space, try NamedEncoder(of: modality, in: components.bridge), try space.first.inputSize())
        }
        let encoder =
            try index.kind.encoder.map(components.encoder) ?? NamedEncoder(of: modality, in: components.bridge)
        try encoder.check(modality)
        return (space, encoder, index.kind.channels)
    }

    /// The query in the space, `[1, channels]`.
    @ComputeActor
    private func vector(_ route: (space: SharedSpace, encoder: NamedEncoder, width: Int?)) throws -> Tensor {
        let latents =
            try query.map { try route.encoder.latents(of: [URL(filePath: $0)], width: route.width) }
            ?? route.encoder.latents(of: [text ?? ""])
        let kind = LatentKind(
            encoder: route.encoder.name, modality: route.encoder.modality, channels: latents.channels)
        return try route.space.first(latents, of: kind)
    }
}
