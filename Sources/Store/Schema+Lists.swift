extension Schema {
    /// Indices for lists, newest first, of long queues and of one owner's or one sample's datasets;
    /// an index ends in the row number, which is the order.
    static let lists = """
        CREATE INDEX jobs_by_state_and_row ON jobs (state);
        CREATE INDEX datasets_by_owner ON datasets (owner);
        CREATE INDEX datasets_by_sample ON datasets (sample);
        """
}
