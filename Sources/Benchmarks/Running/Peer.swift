/// A tool people use today, measured beside an item of ours on the same arrays.
struct Peer: Sendable {
    /// What tables call it.
    let name: String
    /// The method of `Tests/Benchmarks/peers/peer.py`.
    let method: String
    /// Whether it is part of the authors' way (`.authors`), of the quickest there is (`.best`), or both.
    let ways: Set<Way>

    /// A whole analysis by peers.
    enum Way: String, Sendable, CaseIterable {
        /// As the authors' scripts do it.
        case authors
        /// The quickest peer of every stage.
        case best
    }

    init(_ name: String, _ method: String, _ ways: Set<Way> = []) {
        self.name = name
        self.method = method
        self.ways = ways
    }

    /// The peers of an item.
    static func of(_ item: BenchItem) -> [Peer] {
        if item.family == "matmul", let shape = item.name.split(separator: "/").last {
            return [Peer("numpy (OpenBLAS)", "matmul:\(shape)")]
        }
        return table[item.name] ?? []
    }

    private static let table: [String: [Peer]] = [
        "vector/exp": [Peer("numpy", "vector:exp")],
        "vector/log": [Peer("numpy", "vector:log")],
        "philox/uniform": [Peer("numpy Philox", "random:uniform")],
        "philox/gaussian": [Peer("numpy Philox", "random:gaussian")],
        "eigen/full-1000": [Peer("numpy eigh (LAPACK)", "eigen")],
        "import/read": [
            Peer("pandas from the zip", "read:pandas"), Peer("polars from the zip", "read:polars"),
        ],
        "import/warm": [
            Peer("pandas from the zip, not stored", "read:pandas", [.authors]),
            Peer("polars from the zip, not stored", "read:polars", [.best]),
        ],
        "view/pca50": [Peer("umap-learn, warm", "view:umap", [.authors, .best])],
        "cut/published-20": [Peer("numpy + PyMaxflow loop", "cut:loop", [.authors, .best])],
        "cut/mdl": [Peer("numpy + PyMaxflow loop", "cut:loop")],
        "id/published": [
            Peer("torch CPU, batch 64, best threads", "id:torch", [.authors, .best])
        ],
        "id/fast": [Peer("torch CPU, 200 epochs of batch 64", "id:torch")],
        "id/fast-36": [Peer("torch CPU, 200 epochs of batch 64", "id:torch")],
        "cluster/simlr": [
            Peer("Python SIMLR on C x P", "cluster:simlr", [.authors]),
            Peer("Python SIMLR after PCA to 100", "cluster:simlr-pca", [.best]),
        ],
        "diff/emd": [
            Peer("scipy, loop over half of the pairs (scaled)", "diff:scipy", [.authors]),
            Peer("numpy, CDF on a grid", "diff:grid", [.best]),
        ],
        "image/png": [
            Peer("matplotlib imsave", "png:imsave"), Peer("Pillow", "png:pillow"),
        ],
    ]
}

/// Where peers are and how they are run.
public struct PeerSetup: Sendable {
    /// The Python of their virtual environment.
    public var python: String
    /// The folder of `peer.py`.
    public var folder: String
    /// Epochs of the network if not the 200 of the published schedule.
    public var epochs: Int?

    /// A setup.
    public init(python: String, folder: String, epochs: Int?) {
        self.python = python
        self.folder = folder
        self.epochs = epochs
    }

    /// Environment that fixes how many threads the libraries use.
    static func environment(threads: Int) -> [String: String] {
        let names = [
            "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS",
            "POLARS_MAX_THREADS",
        ]
        return Dictionary(uniqueKeysWithValues: names.map { ($0, String(threads)) })
    }
}
