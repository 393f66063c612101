/// The version of the program and of everything that it writes into pictures.
public enum Version {
    public static let current = "0.1.0"
}
