import Bytes
import Jobs
import Kernels
import Store

extension Workbench {
    /// Writes what the workbench knows of itself: queue, jobs, memory, store, disk.
    ///
    /// Reads a few counts from the store; a store that cannot be read leaves its metrics out.
    public func writeMetrics(to text: inout MetricsText) {
        writeBuild(&text)
        writeQueue(&text)
        metrics.write(to: &text)
        writeStore(&text)
        writeProcess(&text)
    }

    private func writeBuild(_ text: inout MetricsText) {
        text.begin("seam_build_info", .gauge, "1, with the version and the instruction set in use.")
        text.add(
            "seam_build_info",
            [("version", Software.version), ("instruction_set", Self.instructionSet)], 1)
    }

    private func writeQueue(_ text: inout MetricsText) {
        let load = pool.load
        text.single(
            "seam_queue_ready", .gauge, "Jobs whose inputs are done and that wait for a worker.",
            load.waiting)
        text.single("seam_workers", .gauge, "Jobs that may run at the same time.", load.workers)
        text.single(
            "seam_workers_busy", .gauge, "Jobs that run now.", load.running)
        text.single(
            "seam_jobs_abandoned", .gauge,
            "Jobs that did not end when told to and still hold a thread and memory.",
            load.abandoned)
        text.single(
            "seam_jobs_memory_budget_bytes", .gauge, "Memory that jobs may take together.",
            load.memoryBudget)
        text.single(
            "seam_jobs_memory_reserved_bytes", .gauge,
            "Memory that the running jobs have said they need.", load.memoryInUse)
        text.single(
            "seam_jobs_cores_budget", .gauge, "Cores that jobs may take together.", load.coreBudget)
        text.single(
            "seam_jobs_cores_reserved", .gauge, "Cores that the running jobs take.", load.coresInUse
        )
        guard let queue = try? store.queueFigures() else { return }
        text.single(
            "seam_queue_oldest_seconds", .gauge,
            "Age of the job that has been in the queue longest; 0 for an empty queue.",
            queue.oldest.flatMap(Timestamp.age) ?? 0)
        text.single(
            "seam_queue_owners", .gauge, "Owners with jobs in the queue.", queue.byOwner.count)
    }

    private func writeStore(_ text: inout MetricsText) {
        if let counts = try? store.counts() {
            text.begin("seam_jobs", .gauge, "Jobs in the store by state.")
            for (state, count) in zip(JobState.allCases, counts.jobs) {
                text.add("seam_jobs", [("state", state.rawValue)], count)
            }
            text.single("seam_datasets", .gauge, "Datasets in the store.", counts.datasets)
            text.single(
                "seam_datasets_upload_bytes", .gauge, "Bytes of the uploads that became datasets.",
                counts.uploadedBytes)
            text.begin(
                "seam_store_bytes", .gauge, "Bytes of the database file: used, and free for reuse.")
            text.add("seam_store_bytes", [("part", "used")], counts.usedBytes)
            text.add("seam_store_bytes", [("part", "free")], counts.freeBytes)
            text.single(
                "seam_store_wal_bytes", .gauge, "Bytes of the write-ahead log.", counts.logBytes)
        }
        if let uploads = try? store.uploadFigures() {
            text.single("seam_uploads", .gauge, "Unfinished resumable uploads.", uploads.count)
            text.single(
                "seam_uploads_bytes", .gauge, "Bytes received of unfinished resumable uploads.",
                uploads.bytes)
        }
        if let disk = DiskSpace(of: store.directory) {
            text.single(
                "seam_disk_free_bytes", .gauge, "Free bytes of the disk that holds the store.",
                disk.free)
            text.single(
                "seam_disk_bytes", .gauge, "Bytes of the disk that holds the store.", disk.total)
        }
        text.single(
            "seam_ready", .gauge, "1 while /readyz says ready, else 0.",
            (try? checkReady()) == nil ? 0 : 1)
    }

    private func writeProcess(_ text: inout MetricsText) {
        let now = ProcessFigures.now()
        text.single("process_resident_memory_bytes", .gauge, "Memory in use.", now.residentBytes)
        text.single(
            "process_virtual_memory_bytes", .gauge, "Address space in use.", now.virtualBytes)
        text.single("process_cpu_seconds_total", .counter, "Processor time used.", now.cpuSeconds)
        text.single("process_threads", .gauge, "Threads.", now.threads)
        text.single("process_open_fds", .gauge, "Open descriptors.", now.descriptors)
        text.single("process_max_fds", .gauge, "Most open descriptors.", now.descriptorLimit)
        text.single(
            "process_start_time_seconds", .gauge, "When the process began, seconds since 1970.",
            now.startedAt)
    }
}
