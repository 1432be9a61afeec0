extension Store {
    /// Looks at everything there is: the database, every reference, the checksum of every image and
    /// artifact, and the files of unfinished uploads.
    ///
    /// Reads it all, in small steps but for the database's own structure; beside a server it holds
    /// nobody up. What a server changes meanwhile is no fault. Works on every schema version.
    public func check() -> StoreReport {
        var report = StoreReport()
        StructureCheck(pool: pool).run(&report)
        ImageCheck(pool: pool).run(&report)
        ArtifactCheck(pool: pool).run(&report)
        if databasePath == directory + "/" + DataFolder.database {
            UploadCheck(
                pool: pool, folder: resumableDirectory, spool: spoolDirectory, isServed: isServed
            ).run(&report)
        }
        return report
    }

    /// The faults that `check` finds; empty if all is well.
    public func checkIntegrity() throws(StoreError) -> [String] { check().faults }
}
