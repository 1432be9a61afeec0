import Benchmarks
import Foundation

/// The virtual environment of the Python peers, made when it is wanted.
struct PeerEnvironment {
    private let folder: String
    private let venv: String
    private let epochs: Int?

    init(_ arguments: Arguments) throws(CommandFailure) {
        folder = arguments.text("--peers") ?? "Tests/Benchmarks/peers"
        venv = arguments.text("--venv") ?? ".build/peers-venv"
        epochs = try arguments.integer("--peer-epochs")
        if let epochs, !(1...100_000).contains(epochs) {
            throw .usage("--peer-epochs: expected 1 to 100000, found \(epochs)")
        }
        guard FileManager.default.isReadableFile(atPath: folder + "/peer.py") else {
            throw .usage("--peers: expected a folder with peer.py, found \(folder)")
        }
    }

    /// Runs `make-venv.sh`, which does nothing where the environment is as its requirements say.
    func setup() throws(CommandFailure) -> PeerSetup {
        let maker = Process()
        maker.executableURL = URL(fileURLWithPath: folder + "/make-venv.sh")
        maker.arguments = [venv]
        maker.standardOutput = FileHandle.standardError
        do {
            try maker.run()
        } catch {
            throw .failed("\(folder)/make-venv.sh cannot be started: \(error)")
        }
        maker.waitUntilExit()
        guard maker.terminationStatus == 0 else {
            throw .failed("the virtual environment \(venv) could not be made")
        }
        let python = URL(fileURLWithPath: venv).path + "/bin/python"
        return PeerSetup(python: python, folder: folder, epochs: epochs)
    }
}
