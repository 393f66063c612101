import Synchronization

/// An amount of something that requests share, such as bytes in memory; what is not there is refused at once.
final class Budget: Sendable {
    let total: Int
    private let taken = Mutex(0)

    init(_ total: Int) { self.total = total }

    /// The part that is in use.
    var used: Int { taken.withLock { $0 } }

    /// Takes an amount; returns whether it was there.
    func take(_ amount: Int) -> Bool {
        taken.withLock { taken in
            guard taken + amount <= total else { return false }
            taken += amount
            return true
        }
    }

    func giveBack(_ amount: Int) { taken.withLock { $0 -= amount } }
}
