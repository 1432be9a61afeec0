// The files of the viewer in the executable; written by .ci/viewer-files.py.
#include "viewer.h"

static const unsigned char file_agreement_js[] = {
#embed "pages/agreement.js"
};

static const unsigned char file_api_reference_js[] = {
#embed "pages/api-reference.js"
};

static const unsigned char file_api_js[] = {
#embed "pages/api.js"
};

static const unsigned char file_app_js[] = {
#embed "pages/app.js"
};

static const unsigned char file_axis_js[] = {
#embed "pages/axis.js"
};

static const unsigned char file_cell_card_js[] = {
#embed "pages/cell-card.js"
};

static const unsigned char file_cell_map_js[] = {
#embed "pages/cell-map.js"
};

static const unsigned char file_cell_scatter_js[] = {
#embed "pages/cell-scatter.js"
};

static const unsigned char file_cells_data_js[] = {
#embed "pages/cells-data.js"
};

static const unsigned char file_cells_js[] = {
#embed "pages/cells.js"
};

static const unsigned char file_cluster_legend_js[] = {
#embed "pages/cluster-legend.js"
};

static const unsigned char file_cluster_spectrum_js[] = {
#embed "pages/cluster-spectrum.js"
};

static const unsigned char file_colormap_tables_js[] = {
#embed "pages/colormap-tables.js"
};

static const unsigned char file_colormaps_js[] = {
#embed "pages/colormaps.js"
};

static const unsigned char file_compare_js[] = {
#embed "pages/compare.js"
};

static const unsigned char file_data_table_js[] = {
#embed "pages/data-table.js"
};

static const unsigned char file_dataset_dialog_js[] = {
#embed "pages/dataset-dialog.js"
};

static const unsigned char file_datasets_js[] = {
#embed "pages/datasets.js"
};

static const unsigned char file_distribution_js[] = {
#embed "pages/distribution.js"
};

static const unsigned char file_dom_js[] = {
#embed "pages/dom.js"
};

static const unsigned char file_dot_plot_js[] = {
#embed "pages/dot-plot.js"
};

static const unsigned char file_format_js[] = {
#embed "pages/format.js"
};

static const unsigned char file_help_js[] = {
#embed "pages/help.js"
};

static const unsigned char file_icon_svg[] = {
#embed "pages/icon.svg"
};

static const unsigned char file_image_view_js[] = {
#embed "pages/image-view.js"
};

static const unsigned char file_index_html[] = {
#embed "pages/index.html"
};

static const unsigned char file_ion_list_js[] = {
#embed "pages/ion-list.js"
};

static const unsigned char file_ion_picture_js[] = {
#embed "pages/ion-picture.js"
};

static const unsigned char file_ions_js[] = {
#embed "pages/ions.js"
};

static const unsigned char file_job_words_js[] = {
#embed "pages/job-words.js"
};

static const unsigned char file_marker_heatmap_js[] = {
#embed "pages/marker-heatmap.js"
};

static const unsigned char file_markers_js[] = {
#embed "pages/markers.js"
};

static const unsigned char file_notice_js[] = {
#embed "pages/notice.js"
};

static const unsigned char file_npy_js[] = {
#embed "pages/npy.js"
};

static const unsigned char file_pages_css[] = {
#embed "pages/pages.css"
};

static const unsigned char file_parts_css[] = {
#embed "pages/parts.css"
};

static const unsigned char file_raw_image_js[] = {
#embed "pages/raw-image.js"
};

static const unsigned char file_recolor_js[] = {
#embed "pages/recolor.js"
};

static const unsigned char file_report_js[] = {
#embed "pages/report.js"
};

static const unsigned char file_run_js[] = {
#embed "pages/run.js"
};

static const unsigned char file_runs_js[] = {
#embed "pages/runs.js"
};

static const unsigned char file_scale_bar_js[] = {
#embed "pages/scale-bar.js"
};

static const unsigned char file_schema_form_js[] = {
#embed "pages/schema-form.js"
};

static const unsigned char file_selection_js[] = {
#embed "pages/selection.js"
};

static const unsigned char file_session_js[] = {
#embed "pages/session.js"
};

static const unsigned char file_spectrum_chart_js[] = {
#embed "pages/spectrum-chart.js"
};

static const unsigned char file_start_js[] = {
#embed "pages/start.js"
};

static const unsigned char file_state_mark_js[] = {
#embed "pages/state-mark.js"
};

static const unsigned char file_thumbnail_js[] = {
#embed "pages/thumbnail.js"
};

static const unsigned char file_tokens_css[] = {
#embed "pages/tokens.css"
};

static const unsigned char file_tus_js[] = {
#embed "pages/tus.js"
};

static const unsigned char file_upload_panel_js[] = {
#embed "pages/upload-panel.js"
};

static const unsigned char file_url_js[] = {
#embed "pages/url.js"
};

static const unsigned char file_volcano_js[] = {
#embed "pages/volcano.js"
};

static const unsigned char file_watch_job_js[] = {
#embed "pages/watch-job.js"
};

static const unsigned char file_yaml_js[] = {
#embed "pages/yaml.js"
};

static const struct seam_viewer_file files[] = {
    {"agreement.js", file_agreement_js, sizeof file_agreement_js},
    {"api-reference.js", file_api_reference_js, sizeof file_api_reference_js},
    {"api.js", file_api_js, sizeof file_api_js},
    {"app.js", file_app_js, sizeof file_app_js},
    {"axis.js", file_axis_js, sizeof file_axis_js},
    {"cell-card.js", file_cell_card_js, sizeof file_cell_card_js},
    {"cell-map.js", file_cell_map_js, sizeof file_cell_map_js},
    {"cell-scatter.js", file_cell_scatter_js, sizeof file_cell_scatter_js},
    {"cells-data.js", file_cells_data_js, sizeof file_cells_data_js},
    {"cells.js", file_cells_js, sizeof file_cells_js},
    {"cluster-legend.js", file_cluster_legend_js, sizeof file_cluster_legend_js},
    {"cluster-spectrum.js", file_cluster_spectrum_js, sizeof file_cluster_spectrum_js},
    {"colormap-tables.js", file_colormap_tables_js, sizeof file_colormap_tables_js},
    {"colormaps.js", file_colormaps_js, sizeof file_colormaps_js},
    {"compare.js", file_compare_js, sizeof file_compare_js},
    {"data-table.js", file_data_table_js, sizeof file_data_table_js},
    {"dataset-dialog.js", file_dataset_dialog_js, sizeof file_dataset_dialog_js},
    {"datasets.js", file_datasets_js, sizeof file_datasets_js},
    {"distribution.js", file_distribution_js, sizeof file_distribution_js},
    {"dom.js", file_dom_js, sizeof file_dom_js},
    {"dot-plot.js", file_dot_plot_js, sizeof file_dot_plot_js},
    {"format.js", file_format_js, sizeof file_format_js},
    {"help.js", file_help_js, sizeof file_help_js},
    {"icon.svg", file_icon_svg, sizeof file_icon_svg},
    {"image-view.js", file_image_view_js, sizeof file_image_view_js},
    {"index.html", file_index_html, sizeof file_index_html},
    {"ion-list.js", file_ion_list_js, sizeof file_ion_list_js},
    {"ion-picture.js", file_ion_picture_js, sizeof file_ion_picture_js},
    {"ions.js", file_ions_js, sizeof file_ions_js},
    {"job-words.js", file_job_words_js, sizeof file_job_words_js},
    {"marker-heatmap.js", file_marker_heatmap_js, sizeof file_marker_heatmap_js},
    {"markers.js", file_markers_js, sizeof file_markers_js},
    {"notice.js", file_notice_js, sizeof file_notice_js},
    {"npy.js", file_npy_js, sizeof file_npy_js},
    {"pages.css", file_pages_css, sizeof file_pages_css},
    {"parts.css", file_parts_css, sizeof file_parts_css},
    {"raw-image.js", file_raw_image_js, sizeof file_raw_image_js},
    {"recolor.js", file_recolor_js, sizeof file_recolor_js},
    {"report.js", file_report_js, sizeof file_report_js},
    {"run.js", file_run_js, sizeof file_run_js},
    {"runs.js", file_runs_js, sizeof file_runs_js},
    {"scale-bar.js", file_scale_bar_js, sizeof file_scale_bar_js},
    {"schema-form.js", file_schema_form_js, sizeof file_schema_form_js},
    {"selection.js", file_selection_js, sizeof file_selection_js},
    {"session.js", file_session_js, sizeof file_session_js},
    {"spectrum-chart.js", file_spectrum_chart_js, sizeof file_spectrum_chart_js},
    {"start.js", file_start_js, sizeof file_start_js},
    {"state-mark.js", file_state_mark_js, sizeof file_state_mark_js},
    {"thumbnail.js", file_thumbnail_js, sizeof file_thumbnail_js},
    {"tokens.css", file_tokens_css, sizeof file_tokens_css},
    {"tus.js", file_tus_js, sizeof file_tus_js},
    {"upload-panel.js", file_upload_panel_js, sizeof file_upload_panel_js},
    {"url.js", file_url_js, sizeof file_url_js},
    {"volcano.js", file_volcano_js, sizeof file_volcano_js},
    {"watch-job.js", file_watch_job_js, sizeof file_watch_job_js},
    {"yaml.js", file_yaml_js, sizeof file_yaml_js},
};

const struct seam_viewer_file *seam_viewer_files(void) { return files; }

size_t seam_viewer_count(void) { return sizeof files / sizeof *files; }
