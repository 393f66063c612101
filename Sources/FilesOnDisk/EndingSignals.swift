import Foundation

/// The signals that ask a process to end: SIGINT, SIGTERM and SIGHUP.
package enum EndingSignals {
    /// Installs the handler for these signals; it may do only what a signal handler may. A signal that the process was
    /// started to ignore, as under nohup, stays ignored.
    package static func handle(by handler: @convention(c) (Int32) -> Void) {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            let before = signal(number, handler)
            let isIgnored = unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
            if isIgnored { signal(number, SIG_IGN) }
        }
    }
}
