/// The tables and how they came to be.
enum Schema {
    /// "SEAM" in ASCII: says in the file's header whose database it is.
    static let applicationID = 0x5345_414D

    /// What each version added, the first from an empty file; all steps that a file lacks are one
    /// transaction.
    ///
    /// A step that has been released is never changed: a later one follows it, and a store of the
    /// version before goes to `Tests/Fixtures` (`Tests/Service/make_store_fixture.py`).
    static let migrations: [String] = [first, access, operations + "\n" + lists]

    /// The version this program writes.
    static var current: Int { migrations.count }

    private static let first = """
        CREATE TABLE datasets (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            owner TEXT NOT NULL,
            name TEXT NOT NULL,
            sample TEXT,
            sample_group TEXT,
            polarity TEXT,
            notes TEXT,
            visibility TEXT NOT NULL CHECK (visibility IN ('lab', 'private')),
            width INTEGER NOT NULL CHECK (width >= 1),
            height INTEGER NOT NULL CHECK (height >= 1),
            layers INTEGER NOT NULL CHECK (layers >= 1),
            pixel_size_um REAL CHECK (pixel_size_um > 0),
            ion_count INTEGER NOT NULL,
            mz_min REAL,
            mz_max REAL,
            total_counts REAL NOT NULL,
            bytes INTEGER NOT NULL,
            sha256 TEXT NOT NULL,
            source TEXT NOT NULL,
            warnings TEXT NOT NULL,
            options_key TEXT NOT NULL,
            created_at TEXT NOT NULL,
            version INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX datasets_by_upload ON datasets (owner, sha256, options_key)
            WHERE sha256 <> '';
        CREATE INDEX datasets_by_name ON datasets (name);

        CREATE TABLE ions (
            dataset INTEGER NOT NULL REFERENCES datasets (row) ON DELETE CASCADE,
            ion INTEGER NOT NULL,
            mz REAL CHECK (mz > 0),
            label TEXT,
            mz_digits INTEGER NOT NULL,
            total_counts REAL NOT NULL,
            mean REAL NOT NULL,
            max REAL NOT NULL,
            nonzero_fraction REAL NOT NULL,
            PRIMARY KEY (dataset, ion),
            CHECK (mz IS NOT NULL OR label IS NOT NULL)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE images (
            row INTEGER PRIMARY KEY,
            dataset INTEGER NOT NULL REFERENCES datasets (row) ON DELETE CASCADE,
            ion INTEGER NOT NULL,
            type TEXT NOT NULL,
            size INTEGER NOT NULL,
            coding INTEGER NOT NULL,
            checksum INTEGER NOT NULL,
            data BLOB NOT NULL,
            UNIQUE (dataset, ion)
        ) STRICT;

        CREATE TABLE regions (
            dataset INTEGER NOT NULL REFERENCES datasets (row) ON DELETE CASCADE,
            name TEXT NOT NULL,
            geojson TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            version INTEGER NOT NULL,
            PRIMARY KEY (dataset, name)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE jobs (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            dataset INTEGER REFERENCES datasets (row) ON DELETE CASCADE,
            owner TEXT NOT NULL,
            kind TEXT NOT NULL,
            parameters TEXT NOT NULL,
            key TEXT NOT NULL,
            priority INTEGER NOT NULL,
            state TEXT NOT NULL
                CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
            place INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            interruptions INTEGER NOT NULL,
            run INTEGER NOT NULL,
            not_before TEXT,
            error TEXT,
            warnings TEXT NOT NULL,
            provenance TEXT,
            annotations TEXT,
            submitted_at TEXT NOT NULL,
            started_at TEXT,
            finished_at TEXT,
            version INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX jobs_by_dataset ON jobs (dataset);
        CREATE INDEX jobs_by_kind ON jobs (kind);
        CREATE INDEX jobs_by_state ON jobs (state, place);
        CREATE UNIQUE INDEX jobs_by_place ON jobs (place);
        CREATE UNIQUE INDEX jobs_by_key ON jobs (key)
            WHERE key <> '' AND state IN ('queued', 'running', 'succeeded');

        CREATE TABLE job_inputs (
            job INTEGER NOT NULL REFERENCES jobs (row) ON DELETE CASCADE,
            role TEXT NOT NULL,
            input INTEGER NOT NULL REFERENCES jobs (row),
            PRIMARY KEY (job, role)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX job_inputs_by_input ON job_inputs (input);

        CREATE TABLE idempotency (
            owner TEXT NOT NULL,
            key TEXT NOT NULL,
            request_hash TEXT NOT NULL,
            job INTEGER NOT NULL REFERENCES jobs (row) ON DELETE CASCADE,
            created_at TEXT NOT NULL,
            PRIMARY KEY (owner, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idempotency_by_job ON idempotency (job);

        CREATE TABLE artifacts (
            row INTEGER PRIMARY KEY,
            job INTEGER NOT NULL REFERENCES jobs (row) ON DELETE CASCADE,
            name TEXT NOT NULL,
            media_type TEXT NOT NULL,
            size INTEGER NOT NULL,
            sha256 TEXT NOT NULL,
            rendering INTEGER NOT NULL CHECK (rendering IN (0, 1)),
            created_at TEXT NOT NULL,
            UNIQUE (job, name)
        ) STRICT;

        CREATE TABLE artifact_parts (
            row INTEGER PRIMARY KEY,
            artifact INTEGER NOT NULL REFERENCES artifacts (row) ON DELETE CASCADE,
            part INTEGER NOT NULL,
            size INTEGER NOT NULL,
            coding INTEGER NOT NULL,
            checksum INTEGER NOT NULL,
            data BLOB NOT NULL,
            UNIQUE (artifact, part)
        ) STRICT;
        """
}
