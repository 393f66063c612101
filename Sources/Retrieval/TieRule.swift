/// Rule for a wrong candidate with the same score as a right one.
public enum TieRule: String, Sendable, Codable, CaseIterable {
    /// It comes before the right one: a tie counts against the query, and vectors that are all alike earn nothing.
    case pessimistic
    /// It comes after the right one: a tie counts for the query.
    case optimistic

    /// The rule in words, for reports.
    public var sentence: String {
        let order =
            switch self {
            case .pessimistic:
                "against the query: a wrong candidate with the same score as a right one is ranked before it"
            case .optimistic: "for the query: a wrong candidate with the same score as a right one is ranked after it"
            }
        return "A tie counts \(order). Scores are compared in double precision."
    }
}
