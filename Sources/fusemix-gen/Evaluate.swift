import ArgumentParser

/// `fusemix-gen evaluate`: what encoders and adapters are worth, on datasets and latents.
struct Evaluate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measures retrieval and zero-shot classification.",
        usage: "fusemix-gen evaluate retrieval|zero-shot [<options>]",
        subcommands: [EvaluateRetrieval.self, EvaluateZeroShot.self])
}
