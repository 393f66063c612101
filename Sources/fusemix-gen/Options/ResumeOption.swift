import ArgumentParser

struct ResumeOption: ParsableArguments {
    @Flag(help: "Go on with an interrupted run of the same settings; what it has made stays.")
    var resume = false
}
