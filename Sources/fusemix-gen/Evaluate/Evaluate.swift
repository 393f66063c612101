import ArgumentParser

/// `fusemix-gen evaluate`: what encoders and adapters are worth, on datasets and latents.
struct Evaluate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measures retrieval, zero-shot classification, frozen features and generated pictures.",
        usage: "fusemix-gen evaluate retrieval|zero-shot|probe|generation [<options>]",
        subcommands: [EvaluateRetrieval.self, EvaluateZeroShot.self, EvaluateProbe.self, EvaluateGeneration.self])
}
