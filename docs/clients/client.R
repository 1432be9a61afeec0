# Uploads a section, runs the whole analysis and reads its tables.
#
#   install.packages(c("httr2", "jsonlite", "curl"))
#   Rscript client.R http://127.0.0.1:8080 liver.zip results
#
# SEAM_TOKEN in the environment is the token, where the server asks for one.

library(httr2)

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 3) stop("usage: Rscript client.R URL FILE FOLDER")
url <- sub("/$", "", arguments[1])
folder <- arguments[3]
dir.create(folder, recursive = TRUE, showWarnings = FALSE)

# A request; a refusal says why, in the server's words.
seam <- function(...) {
  token <- Sys.getenv("SEAM_TOKEN")
  req <- request(paste0(url, ...)) |> req_timeout(600) |> req_error(body = function(answer) {
    problem <- resp_body_json(answer, check_type = FALSE)
    c(problem$title, problem$detail)
  })
  if (nzchar(token)) req_auth_bearer_token(req, token) else req
}

# The same file again gives the dataset that is there.
dataset <- seam("/v1/datasets") |>
  req_body_multipart(file = curl::form_file(arguments[2])) |>
  req_perform() |> resp_body_json()

job <- seam("/v1/jobs") |>
  req_body_json(list(dataset = dataset$id, kind = "analysis")) |>
  req_perform() |> resp_body_json()
while (job$state %in% c("queued", "running")) {
  job <- seam("/v1/jobs/", job$id, "?wait=10") |> req_perform() |> resp_body_json()
  message(sprintf("%3.0f %% %s", 100 * job$progress$fraction, job$progress$stage))
}
if (job$state != "succeeded") stop("the job ", job$state, ": ", job$error$detail)

keep <- function(path, name) {
  file <- file.path(folder, name)
  seam(path) |> req_perform(path = file)
  file
}
keep(paste0("/v1/jobs/", job$id, "/result.html"), "report.html")
keep(paste0("/v1/jobs/", job$id, "/bundle.zip"), "bundle.zip")
markers <- read.csv(keep(paste0("/v1/jobs/", job$inputs$diff, "/result.csv"), "markers.csv"))
clusters <- read.csv(keep(paste0("/v1/jobs/", job$inputs$clustering, "/result.csv"), "clusters.csv"))
cells <- merge(
  read.csv(keep(paste0("/v1/jobs/", job$inputs$segmentation, "/result.csv"), "cells.csv")),
  clusters[c("cell_id", "cluster")], by = "cell_id")

cat(nrow(cells), "nuclei\n")
print(aggregate(area_px ~ cluster, cells, median))
print(head(subset(markers, direction == "up" & rank == 1, c("cluster", "mz", "score"))))
