// Render: see ARCHITECTURE.md.
