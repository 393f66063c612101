import ArgumentParser

/// How a command that ends with one result says it.
struct ReportOptions: ParsableArguments {
    @Flag(help: "Print the result as one JSON object on standard output.")
    var json = false

    @Flag(help: "Print nothing but errors and the result.")
    var quiet = false
}
